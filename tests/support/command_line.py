"""The command line before a real server on a real graph with three hosts in it."""

from __future__ import annotations

import http.client
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from cmdb.bootstrap import wall_clock
from cmdb.cli.main import app
from cmdb.config import Settings, to_environment
from cmdb.observation.document import decode
from cmdb.store.driver import Graph
from cmdb.usecases.access import Role, create_token
from cmdb.usecases.observe import observe
from tests.support.hosts import encoded, host
from tests.support.running import free_port, wait_for

ROLES = (Role.ADMIN, Role.CHANGE_MANAGER, Role.RESPONDER, Role.READER)


@dataclass(frozen=True)
class CommandLine:
    """`cmdb` as somebody uses it who has a token of each role."""

    folder: Path
    server: str
    environment: dict[str, str]

    def __call__(self, *arguments: str, role: Role = Role.ADMIN, given: bytes | None = None) -> Result:
        options = ["--server", self.server, "--token-file", str(self.folder / role)]
        return CliRunner().invoke(app, [*options, *arguments], input=given, env=self.environment)

    def locally(self, *arguments: str) -> Result:
        """A command that acts on the graph itself."""
        return CliRunner().invoke(app, list(arguments), env=self.environment)


@contextmanager
def command_line(shared_graph: Graph, engine: Any, folder: Path) -> Iterator[CommandLine]:
    """A server on this graph, emptied first, with an estate of four hosts and a token of each role."""
    shared_graph.tell("MATCH (n) WHERE NOT n:Migration DETACH DELETE n")
    now = wall_clock()
    for document in _estate(now):
        observe(shared_graph, decode(encoded(document)), now)
    for role in ROLES:
        token = create_token(shared_graph, f"the {role}", role, now, created_by="test")
        (folder / role).write_text(token.secret)
    settings = Settings(folder / "data", folder / "cache", engine.uri, engine.user, engine.password_file)
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "cmdb_api", "--port", str(port)],
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), **to_environment(settings)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            assert wait_for(lambda: _answers(port), 120)
            environment = to_environment(settings) | {"COLUMNS": "200", "TZ": "UTC"}
            yield CommandLine(folder, f"http://127.0.0.1:{port}", environment)
        finally:
            server.terminate()


def _estate(now: int) -> list[dict[str, Any]]:
    """A web server that calls a database on another host, and two hosts beside them, all as of now."""
    database = host(2, at=now, services=(("postgres", "tcp 10.0.0.2:5432"),))
    web = host(1, at=now, services=(("nginx", "tcp 10.0.0.1:80"),), calls=(("nginx", "10.0.0.2", 5432),))
    return [database, web, host(3, at=now, services=()), host(4, at=now)]


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/api/v1/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
