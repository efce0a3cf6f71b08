"""kill -9 of the whole process tree while documents come in: what was acknowledged stands, and nothing half-way."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from threading import Event

import httpx
import pytest

from tests.support.hosts import encoded, host
from tests.support.running import processes_of, start_up, up, wait_for

pytestmark = pytest.mark.neo4j

WRITERS = 4
HOSTS = 4000
_ENOUGH = 40

# What `host()` puts on a machine: each part once it stands, reached as the model says.
_PARTS = """
MATCH (h:CI:Server)
RETURN collect({
  name: h.name,
  interfaces: COUNT { (h)<-[:PART_OF]-(:NetworkInterface)-[:HAS_ADDRESS]->(:IPAddress)-[:IN_SUBNET]->(:Subnet) },
  filesystems: COUNT { (h)<-[:PART_OF]-(:Filesystem)-[:STORED_ON]->(:BlockDevice)-[:PART_OF]->(h) },
  packages: COUNT { (h)-[:HAS_INSTALLED]->(:SoftwareRelease) },
  services: COUNT { (h)<-[:RUNS_ON]-(:ServiceInstance) },
  sightings: COUNT { (h)<-[:IS]-(:Sighting)<-[:SAW]-(:Scope) }
}) AS hosts
"""
_WHOLE = {"interfaces": 1, "filesystems": 1, "packages": 5, "services": 2, "sightings": 1}


@dataclass
class Aftermath:
    acknowledged: set[int]
    sent: set[int]
    hosts: dict[str, dict[str, int]]
    left_after_kill: dict[int, str]
    sent_again: dict[int, str]
    status_after_server_died: int
    output: str


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Aftermath:
    data_dir = tmp_path_factory.mktemp("kill") / "data"
    running = start_up(data_dir, "--no-agent")
    acknowledged: set[int] = set()
    sent: set[int] = set()
    over = Event()

    def send(first: int) -> None:
        with running.api() as api:
            for number in range(first, HOSTS, WRITERS):
                sent.add(number)
                if over.is_set() or api.post("/observations", content=_document(number)).status_code != 200:
                    return
                acknowledged.add(number)

    try:
        running.wait_until_ready()
        with ThreadPoolExecutor(WRITERS) as writers:
            work = [writers.submit(_until_cut_off, send, number) for number in range(WRITERS)]
            wait_for(lambda: len(acknowledged) >= _ENOUGH or all(one.done() for one in work), 60)
            for pid in processes_of(data_dir):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            over.set()
    finally:
        running.end(signal.SIGKILL)
    wait_for(lambda: not processes_of(data_dir), 5)
    left = processes_of(data_dir)
    with up(data_dir, "--no-agent") as again, again.graph() as graph, again.api() as api:
        server = next(pid for pid, command in processes_of(data_dir).items() if "cmdb_api" in command)
        os.kill(server, signal.SIGKILL)
        status_after_server_died = httpx.get(f"{again.address}/api/v1/health", timeout=60, trust_env=False).status_code
        hosts = {row.pop("name"): row for row in graph.ask(_PARTS)[0]["hosts"]}
        receipts = {number: api.post("/observations", content=_document(number)) for number in sorted(sent)}
        sent_again = {number: receipt.json()["status"] for number, receipt in receipts.items()}
        output = again.output
    return Aftermath(acknowledged, sent, hosts, left, sent_again, status_after_server_died, output)


def _document(number: int) -> bytes:
    return encoded(host(number))


def _until_cut_off(send: Callable[[int], None], number: int) -> None:
    with suppress(httpx.TransportError):
        send(number)


def test_the_kill_came_in_the_middle(aftermath: Aftermath):
    assert len(aftermath.acknowledged) >= _ENOUGH
    assert aftermath.sent - aftermath.acknowledged
    assert aftermath.left_after_kill == {}


def test_nothing_acknowledged_is_lost(aftermath: Aftermath):
    assert {f"web-{number}" for number in aftermath.acknowledged} <= aftermath.hosts.keys()


def test_nothing_is_half_written(aftermath: Aftermath):
    assert {name: parts for name, parts in aftermath.hosts.items() if parts != _WHOLE} == {}


def test_what_is_sent_again_is_known_or_taken(aftermath: Aftermath):
    known = {number for number, status in aftermath.sent_again.items() if status == "duplicate"}
    assert known >= aftermath.acknowledged
    assert {f"web-{number}" for number in known} == aftermath.hosts.keys()
    assert {status for number, status in aftermath.sent_again.items() if number not in known} <= {"accepted"}


def test_a_server_that_dies_is_back_and_refuses_nobody_meanwhile(aftermath: Aftermath):
    assert aftermath.status_after_server_died == 200
    assert "the server ended (signal 9); starting it again" in aftermath.output
    assert "the server runs again" in aftermath.output
