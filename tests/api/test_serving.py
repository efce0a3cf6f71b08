"""`python -m cmdb_api` as a process: where it listens, what it logs, how it stops."""

from __future__ import annotations

import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from cmdb_api.__main__ import arguments, refusal

from cmdb.store.driver import Graph
from cmdb.usecases.access import Role, create_token
from tests.support.certificate import certificate
from tests.support.hosts import encoded, host

PROGRAM = [sys.executable, "-m", "cmdb_api"]


@pytest.mark.parametrize(
    ("options", "is_refused"),
    [
        ([], False),
        (["--host", "::1"], False),
        (["--host", "localhost"], False),
        (["--host", "127.9.9.9"], False),
        (["--host", "0.0.0.0"], True),
        (["--host", "cmdb.example"], True),
        (["--host", "0.0.0.0", "--behind-proxy"], False),
        (["--host", "0.0.0.0", "--tls-cert", "c", "--tls-key", "k"], False),
        (["--tls-cert", "c"], True),
    ],
)
def test_tokens_cross_no_network_in_the_clear(options: list[str], is_refused: bool) -> None:
    assert (refusal(arguments().parse_args(options)) is not None) is is_refused


def test_without_a_graph_it_says_what_to_do(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run(PROGRAM, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "CMDB_GRAPH_URI" in done.stderr
    assert "Traceback" not in done.stderr


@contextmanager
def serving(engine: Any, folder: Path, verify: ssl.SSLContext | bool, *options: str) -> Generator[httpx.Client]:
    """A server on a port of its own; it logs to `log` in the folder and must end by SIGTERM in good order."""
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "CMDB_GRAPH_URI": engine.uri, "CMDB_GRAPH_USER": engine.user,
        "CMDB_GRAPH_PASSWORD_FILE": str(engine.password_file),
    }  # fmt: skip
    log = folder / "log"
    with log.open("w") as stream:
        process = subprocess.Popen([*PROGRAM, "--port", "0", *options], env=environment, stderr=stream)
    try:
        deadline = time.monotonic() + 30
        while "running on" not in (text := log.read_text()):
            assert process.poll() is None, text
            assert time.monotonic() < deadline, text
            time.sleep(0.05)
        address = text.partition("running on ")[2].split()[0]
        with httpx.Client(base_url=address, verify=verify, trust_env=False) as client:
            yield client
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    finally:
        process.kill()
        process.wait()


@pytest.mark.neo4j
def test_a_server_takes_documents_logs_no_token_and_stops_in_good_order(
    engine: Any, graph: Graph, tmp_path: Path
) -> None:
    now = time.time_ns() // 1_000_000
    secret = create_token(graph, "someone", Role.ADMIN, now, created_by="a test").secret
    with serving(engine, tmp_path, True, "--access-log") as client:
        assert client.get("/api/v1/ready").json() == {"status": "ready"}
        headers = {"Authorization": f"Bearer {secret}"}
        sent = client.post("/api/v1/observations", content=encoded(host(1, at=now)), headers=headers)
        assert sent.json()["status"] == "accepted"
        assert client.get("/api/v1/cis", headers=headers).json()["cis"]
        assert client.get("/api/v1/cis", headers={"Authorization": "Bearer cmdb_wrong"}).status_code == 401
        assert "server" not in sent.headers
    log = (tmp_path / "log").read_text()
    assert "/api/v1/observations" in log
    assert secret not in log
    assert "cmdb_wrong" not in log


@pytest.mark.neo4j
def test_a_server_speaks_tls(engine: Any, graph: Graph, tmp_path: Path) -> None:
    made = certificate(tmp_path)
    with serving(engine, tmp_path, made.trust, *made.options) as client:
        assert client.base_url.scheme == "https"
        answer = client.get("/api/v1/ready")
    assert answer.status_code == 200
    assert "max-age" in answer.headers["strict-transport-security"]
