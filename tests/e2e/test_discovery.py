"""An agent on a machine on which programs come and go, and what the graph says after each of its reports."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cmdb.model.types import BY_LABEL
from cmdb.store.driver import Graph
from tests.support.process_space import ProcessSpace, process_space
from tests.support.running import Running, cmdb, free_port, up, wait_for

pytestmark = [pytest.mark.neo4j, pytest.mark.live]

# Everything that is known, without what is only the latest sample of it.
_CIS = "MATCH (c:CI) RETURN collect(properties(c)) AS cis"
_RELATIONSHIPS = """
MATCH (a)-[r]->(b) WHERE r.valid_from IS NOT NULL
RETURN collect([coalesce(a.id, a.key), type(r), coalesce(b.id, b.key), r.valid_from, r.valid_to]) AS relationships
"""
_CLAIMS = "MATCH (c:Claim) RETURN collect(properties(c)) AS claims"
_LISTENER = "import http.server as h; h.HTTPServer(('127.0.0.1', {port}), h.SimpleHTTPRequestHandler).serve_forever()"
_CALLER = "import socket, time; s = socket.create_connection(('127.0.0.1', {port})); time.sleep(600)"


@dataclass(frozen=True)
class Known:
    """What the graph says at one moment."""

    cis: dict[str, dict[str, Any]]
    relationships: frozenset[tuple[Any, ...]]
    claims: frozenset[tuple[Any, ...]]

    def active(self, label: str) -> dict[str, str]:
        """Titles by id."""
        return {
            id: ci["title"] for id, ci in self.cis.items() if ci["type"] == label and ci["state"] == "active"
        }  # fmt: skip


@dataclass
class Story:
    """The graph after each report of the agent."""

    empty: Known
    again: Known
    listening: Known
    stopped: Known
    returned: Known
    last_seen: list[int] = field(default_factory=list)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("discovery")
    with process_space() as space, up(folder / "data", "--no-agent") as running, running.graph() as graph:
        yield _tell(space, running, graph, folder)


def _tell(space: ProcessSpace, running: Running, graph: Graph, folder: Path) -> Story:
    token = folder / "enrolment"
    options = ("--role", "enrolment", "--days", "1", "--output", str(token))
    made = cmdb(running.data_dir, "token", "create", "e2e", *options)
    assert made.returncode == 0, made.stderr
    last_seen: list[int] = []

    def report() -> Known:
        options = ["--server", running.address, "--state-dir", folder / "agent", "--enrolment-token-file", token]
        ran = space.run(sys.executable, "-m", "cmdb_agent", "run", "--once", *options)
        assert ran.returncode == 0, ran.stderr
        last_seen.append(graph.ask("MATCH (s:Sighting {item: 'host'}) RETURN max(s.last_seen_at) AS at")[0]["at"])
        return _known(graph)

    port = free_port()
    listener = _program(folder, "shop.py", _LISTENER.format(port=port))
    caller = _program(folder, "till.py", _CALLER.format(port=port))
    empty, again = report(), report()
    shop = space.start(listener)
    assert wait_for(lambda: _listens(port), 10)
    till = space.start(caller)
    listening = report()
    space.stop(till)
    space.stop(shop)
    stopped = report()
    space.start(listener)
    assert wait_for(lambda: _listens(port), 10)
    returned = report()
    return Story(empty, again, listening, stopped, returned, last_seen)


def _program(folder: Path, name: str, text: str) -> list[str]:
    (folder / name).write_text(text)
    return [sys.executable, str(folder / name)]


def _listens(port: int) -> bool:
    return any(f":{port:04X} 00000000:0000 0A" in line for line in Path("/proc/net/tcp").read_text().splitlines())


def _known(graph: Graph) -> Known:
    cis = graph.ask(_CIS)[0]["cis"]
    volatile = {label: {a.name for a in ci_type.attributes if a.volatile} for label, ci_type in BY_LABEL.items()}
    return Known(
        {ci["id"]: {name: value for name, value in ci.items() if name not in volatile[ci["type"]]} for ci in cis},
        frozenset(map(tuple, graph.ask(_RELATIONSHIPS)[0]["relationships"])),
        frozenset(tuple(sorted((k, str(v)) for k, v in claim.items())) for claim in graph.ask(_CLAIMS)[0]["claims"]),
    )


def _one(titles: dict[str, str], matches: Callable[[str], bool]) -> str:
    found = [id for id, title in titles.items() if matches(title)]
    assert len(found) == 1, titles
    return found[0]


def test_a_machine_is_one_server_with_its_parts(story: Story):
    assert len(story.empty.active("Server")) == 1
    assert all(story.empty.active(label) for label in ("NetworkInterface", "Filesystem", "IPAddress"))


def test_reporting_again_changes_nothing_but_last_seen(story: Story):
    assert story.again == story.empty
    assert story.last_seen[1] > story.last_seen[0]


def test_a_program_that_listens_is_a_service_instance(story: Story):
    came = story.listening.active("ServiceInstance").keys() - story.again.active("ServiceInstance").keys()
    titles = {story.listening.cis[id]["title"] for id in came}
    assert any("shop" in title for title in titles), titles


def test_a_program_that_holds_a_connection_calls_whoever_listens(story: Story):
    titles = story.listening.active("ServiceInstance")
    shop, till = (_one(titles, lambda title, name=name: name in title) for name in ("shop", "till"))
    assert {(a, b) for a, verb, b, *_ in story.listening.relationships if verb == "CALLS"} == {(till, shop)}


def test_stopping_programs_ends_them_and_nothing_else(story: Story):
    changed = {id for id, ci in story.stopped.cis.items() if story.listening.cis.get(id) != ci}
    assert {story.stopped.cis[id]["title"] for id in changed} == {
        title for title in story.listening.active("ServiceInstance").values() if "shop" in title or "till" in title
    }
    assert {story.stopped.cis[id]["state"] for id in changed} == {"retired"}
    assert story.stopped.cis.keys() == story.listening.cis.keys()


def test_a_program_that_returns_is_the_same_ci(story: Story):
    before = _one(story.listening.active("ServiceInstance"), lambda title: "shop" in title)
    after = _one(story.returned.active("ServiceInstance"), lambda title: "shop" in title)
    assert after == before
    assert story.returned.cis.keys() == story.stopped.cis.keys()
