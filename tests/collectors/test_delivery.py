"""Documents reach a real server, wait while there is none, and one that is refused holds no other back."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cmdb_agent.wire.document import Document
from cmdb_agent.wire.transport import Transport
from cmdb_collectors.author import Author
from cmdb_collectors.delivery import Server
from cmdb_collectors.destination import Delivered, Folder
from cmdb_collectors.errors import StateError
from cmdb_collectors.outcome import unread

from cmdb.store.driver import Graph
from cmdb.usecases.access import Role, create_token
from tests.support.api import Api, api_on
from tests.support.browser import served
from tests.support.snmp_responder import Name, Responder


@pytest.fixture
def api(graph: Graph, tmp_path: Path) -> Api:
    return api_on(graph, tmp_path)


@pytest.fixture
def address(api: Api) -> Iterator[str]:
    with served(api.app) as found:
        yield found


def document(name: str, domain: str = "default") -> Document:
    """A switch of that name, and the problem that most of it was not read."""
    made = unread(Author("edge-1", name, domain), "snmp", "no_answer", "it answered at first, and then no more")
    made["sections"]["identity"] = "read"
    made["items"] = [
        {
            "key": "device",
            "type": "NetworkDevice",
            "identifiers": {"system_serial": f"SN-{name}"},
            "attributes": {"name": name, "vendor": "Acme"},
        }
    ]
    return made


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.neo4j
def test_documents_of_many_targets_become_cis_of_their_domains(api: Api, address: str, tmp_path: Path) -> None:
    server = Server(str(tmp_path / "state"), Transport(address), api.secret(Role.COLLECTOR))
    for number in range(5):
        server.keep(document(f"sw{number}", f"site-{number % 2}"))
    server.keep(unread(Author("edge-1", "dead"), "snmp", "no_answer", "no answer"))
    assert server.finish(60) == Delivered(sent=6)
    with api.as_role(Role.READER) as client:
        found = client.get("/api/v1/cis", params={"type": "NetworkDevice"}).json()["cis"]
    assert sorted(one["title"] for one in found) == [f"sw{number}" for number in range(5)]


@pytest.mark.neo4j
def test_a_document_that_the_token_may_not_send_holds_no_other_back(api: Api, address: str, tmp_path: Path) -> None:
    token = create_token(api.core.graph, "site-1 only", Role.COLLECTOR, api.clock(), created_by="a test",
                         domain="site-1")  # fmt: skip
    server = Server(str(tmp_path / "state"), Transport(address), token.secret)
    for name, domain in (("sw1", "site-2"), ("sw2", "site-1")):
        server.keep(document(name, domain))
    delivered = server.finish(60)
    assert (delivered.sent, delivered.refused, delivered.waiting) == (1, 1, 0)
    assert "site-1" in (delivered.reason or "")


@pytest.mark.neo4j
def test_documents_wait_without_a_server_and_are_sent_by_the_next_start(api: Api, address: str, tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    away = Server(state, Transport(f"http://127.0.0.1:{closed_port()}"), "token")
    for number in range(3):
        away.keep(document(f"sw{number}"))
    delivered = away.finish(20)
    assert (delivered.sent, delivered.waiting) == (0, 3)
    assert "no answer from" in (delivered.reason or "")
    assert Server(state, Transport(address), api.secret(Role.COLLECTOR)).finish(60) == Delivered(sent=3)


@pytest.mark.neo4j
def test_a_token_that_is_not_taken_keeps_the_documents(address: str, tmp_path: Path) -> None:
    server = Server(str(tmp_path / "state"), Transport(address), "cmdb_nobody")
    server.keep(document("sw1"))
    delivered = server.finish(20)
    assert (delivered.sent, delivered.refused, delivered.waiting) == (0, 0, 1)
    assert "401" in (delivered.reason or "")


@pytest.mark.neo4j
def test_a_token_of_another_role_keeps_the_documents(api: Api, address: str, tmp_path: Path) -> None:
    server = Server(str(tmp_path / "state"), Transport(address), api.secret(Role.READER))
    server.keep(document("sw1"))
    delivered = server.finish(20)
    assert (delivered.sent, delivered.refused, delivered.waiting) == (0, 0, 1)
    assert "403" in (delivered.reason or "")


def test_two_collectors_do_not_share_a_spool(tmp_path: Path) -> None:
    first = Server(str(tmp_path), Transport(f"http://127.0.0.1:{closed_port()}"), "token")
    with pytest.raises(StateError, match="another collector runs with the state folder"):
        Server(str(tmp_path), Transport("http://127.0.0.1:1"), "token")
    first.finish(5)


def test_a_folder_gets_one_file_a_target_whatever_the_target_is_called(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path / "out"))
    names = ("sw1", "../../etc/passwd", "10.0.0.1:161", "..", "a/b", "a b")
    for name in (*names, "sw1"):
        folder.keep(document(name))
    assert folder.finish(1).sent == 7
    found = sorted((tmp_path / "out").iterdir())
    assert sorted(json.loads(path.read_text())["scope"]["key"] for path in found) == sorted(names)
    assert {"sw1.json", "10.0.0.1:161.json"} < {path.name for path in found}


@pytest.mark.neo4j
def test_the_program_reads_targets_and_the_server_has_them(api: Api, address: str, tmp_path: Path) -> None:
    rows: dict[Name, Any] = {(1, 3, 6, 1, 2, 1, 1, 1, 0): b"A switch", (1, 3, 6, 1, 2, 1, 1, 5, 0): b"sw1"}
    secret = tmp_path / "token"
    secret.write_text(api.secret(Role.COLLECTOR))
    secret.chmod(0o600)
    with Responder(rows) as device:
        (tmp_path / "targets.toml").write_text(
            f'[collector]\nname = "edge-1"\nserver = "{address}"\ntoken_file = "{secret}"\n'
            '[credentials.c]\nkind = "snmp-v2c"\ncommunity = { env = "WORD" }\n'
            '[[targets]]\nname = "sw1"\nkind = "snmp"\naddress = "127.0.0.1"\ncredentials = ["c"]\n'
            f"port = {device.port}\n"
        )
        line = [sys.executable, "-m", "cmdb_collectors", "run", "--once", "--targets", tmp_path / "targets.toml"]
        done = subprocess.run(
            [*line, "--state-dir", tmp_path / "state", "--json"],
            capture_output=True, text=True, timeout=120, check=False, env=os.environ | {"WORD": "public"},
        )  # fmt: skip
    said = json.loads(done.stdout)
    assert (done.returncode, said["delivery"]["sent"]) == (0, 1), done.stderr
    with api.as_role(Role.READER) as client:
        [source] = client.get("/api/v1/sources").json()["sources"]
    assert (source["source_kind"], source["source_instance"]) == ("snmp", "edge-1")
