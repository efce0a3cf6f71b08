"""The life of a CI on the real engine: states move though nothing arrives, and back when something does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cmdb.config import Keeping
from cmdb.model.sources import MINUTE_MS
from cmdb.observation.document import decode
from cmdb.store.driver import Graph
from cmdb.usecases.as_of import show_ci_at
from cmdb.usecases.events import read_stream
from cmdb.usecases.inventory import Place
from cmdb.usecases.life import DAY_MS, move_states
from cmdb.usecases.observe import observe
from cmdb.usecases.retention import retain
from cmdb.usecases.show import show_ci
from tests.support.hosts import START, encoded, host
from tests.support.silence import listen

pytestmark = pytest.mark.neo4j
KEEPING = Keeping(history_days=100)
SILENT_AT = START + 15 * MINUTE_MS
"""Until then an agent that reported at `START` is not silent."""
LONG_AFTER = SILENT_AT + 60 * DAY_MS + MINUTE_MS


def take(graph: Graph, document: dict[str, Any], at: int) -> str:
    receipt = observe(graph, decode(encoded(document)), at)
    found = {item.key: item.ci_id for item in receipt.items}["host"]
    assert found is not None
    return found


def kinds(graph: Graph) -> list[tuple[str, str]]:
    return [(one.kind, one.title) for one in read_stream(graph, None, 500).events]


def part_of(graph: Graph, machine: str, label: str) -> str:
    found = graph.ask(
        "MATCH (n:CI {type: $type})-[:RUNS_ON|PART_OF|WAS_RUNS_ON|WAS_PART_OF]->(:CI {id: $id}) "
        "RETURN n.id AS id ORDER BY n.title LIMIT 1",
        type=label, id=machine,
    )  # fmt: skip
    return found[0]["id"]


def shown_place(machine: str) -> Place:
    return Place(machine, "web-1")


def test_a_machine_whose_sources_are_silent_is_stale_and_so_is_what_is_in_it(graph: Graph) -> None:
    machine = take(graph, host(1), START)
    service = part_of(graph, machine, "ServiceInstance")
    assert listen(graph, START, SILENT_AT) == []
    assert show_ci(graph, service, SILENT_AT).state == "active"
    assert listen(graph, SILENT_AT, SILENT_AT + MINUTE_MS) == ["1 sources silent, 1 CIs stale"]
    assert show_ci(graph, machine, SILENT_AT + MINUTE_MS).state == "stale"
    assert show_ci(graph, service, SILENT_AT + MINUTE_MS).state == "stale"
    assert graph.ask("MATCH (n:CI) WHERE n.stale_since IS NOT NULL RETURN n.stale_since AS at") == [{"at": SILENT_AT}]


def test_each_is_told_once(graph: Graph) -> None:
    take(graph, host(1), START)
    listen(graph, START, SILENT_AT + DAY_MS // 24)
    assert kinds(graph) == [("created", "web-1"), ("silent", "web-1"), ("stale", "web-1")]


@pytest.mark.parametrize("packages", [5, 6], ids=["unchanged", "changed"])
def test_what_is_heard_again_is_active_at_once(graph: Graph, packages: int) -> None:
    machine = take(graph, host(1), START)
    listen(graph, START, SILENT_AT + MINUTE_MS)
    back_at = SILENT_AT + 2 * MINUTE_MS
    assert take(graph, host(1, at=back_at, packages=packages), back_at) == machine
    assert show_ci(graph, machine, back_at).state == "active"
    assert kinds(graph)[3:] == [("returned", "web-1"), ("heard", "web-1")] or packages == 6
    assert {("returned", "web-1"), ("heard", "web-1")} <= set(kinds(graph))
    assert listen(graph, back_at, back_at + 10 * MINUTE_MS) == []
    unchanged_at = back_at + 5 * MINUTE_MS
    take(graph, host(1, at=unchanged_at, packages=packages), unchanged_at)
    assert graph.ask("MATCH (s:Scope) RETURN s.unchanged_count AS count") == [{"count": 1}]


def test_one_source_that_still_reports_keeps_a_machine_active(graph: Graph) -> None:
    machine = take(graph, host(1), START)
    other = host(1, document_id="by-ssh-1")
    other["source"] = {"kind": "ssh", "name": "cmdb-ssh", "version": "0.1.0", "instance": "collector"}
    other["scope"] = {"kind": "target", "key": "web-1", "domain": "default"}
    assert take(graph, other, START) == machine
    assert listen(graph, START, SILENT_AT + MINUTE_MS) == ["1 sources silent"]
    assert show_ci(graph, machine, SILENT_AT + MINUTE_MS).state == "active"


def test_a_server_that_was_down_gives_its_sources_time_to_be_heard(graph: Graph) -> None:
    take(graph, host(1), START)
    listen(graph, START, START + 10 * MINUTE_MS)
    up_again = START + DAY_MS
    assert listen(graph, up_again, up_again + 15 * MINUTE_MS) == []
    assert listen(graph, up_again + 15 * MINUTE_MS, up_again + 16 * MINUTE_MS) == ["1 sources silent, 1 CIs stale"]


def test_what_was_stale_for_sixty_days_is_retired_with_all_that_was_in_it(graph: Graph) -> None:
    machine = take(graph, host(1, calls=(("nginx", "10.9.9.9", 5432),)), START)
    service = part_of(graph, machine, "ServiceInstance")
    listen(graph, START, SILENT_AT + MINUTE_MS)
    before = show_ci_at(graph, service, SILENT_AT)
    move_states(graph, LONG_AFTER - 2 * MINUTE_MS, KEEPING)
    assert show_ci(graph, machine, LONG_AFTER).state == "stale"
    told = listen(graph, LONG_AFTER - 2 * MINUTE_MS, LONG_AFTER + 20 * MINUTE_MS)
    assert told == ["1 sources withdrawn"]
    shown = show_ci(graph, machine, LONG_AFTER)
    assert (shown.state, show_ci(graph, service, LONG_AFTER).state) == ("retired", "retired")
    assert kinds(graph)[-1] == ("ended", "web-1")
    left = graph.ask("MATCH (:CI)-[r:RUNS_ON|PART_OF|HAS_INSTALLED|USES]->() RETURN count(r) AS count")
    assert left == [{"count": 0}]
    ended = graph.ask("MATCH (:CI {id: $id})-[r:WAS_RUNS_ON]->() RETURN r.ended_cause AS cause", id=service)
    assert ended == [{"cause": "reconcile"}]
    after = show_ci_at(graph, service, SILENT_AT)
    assert [(one.name, one.value) for one in after.values] == [(one.name, one.value) for one in before.values]
    assert (after.state, after.place) == (before.state, before.place) == ("active", shown_place(machine))


def test_what_was_retired_comes_back_under_its_id_with_all_that_is_in_it(graph: Graph) -> None:
    machine = take(graph, host(1), START)
    service = part_of(graph, machine, "ServiceInstance")
    listen(graph, START, SILENT_AT + MINUTE_MS)
    listen(graph, LONG_AFTER, LONG_AFTER + 20 * MINUTE_MS)
    back_at = LONG_AFTER + DAY_MS
    assert take(graph, host(1, at=back_at), back_at) == machine
    assert show_ci(graph, machine, back_at).state == "active"
    assert show_ci(graph, service, back_at).state == "active"
    assert show_ci(graph, machine, back_at).valid_to is None
    assert ("returned", "web-1") in kinds(graph)


def test_what_was_purged_comes_back_under_its_id(graph: Graph) -> None:
    machine = take(graph, host(1), START)
    other = host(1, document_id="by-ssh-1")
    other["source"] = {"kind": "ssh", "name": "cmdb-ssh", "version": "0.1.0", "instance": "collector"}
    other["scope"] = {"kind": "target", "key": "web-1", "domain": "default"}
    assert take(graph, other, START + 1) == machine
    listen(graph, START, START + 200 * MINUTE_MS)
    listen(graph, LONG_AFTER + DAY_MS, LONG_AFTER + DAY_MS + 200 * MINUTE_MS)
    assert show_ci(graph, machine, LONG_AFTER).state == "retired"
    purged_at = LONG_AFTER + 102 * DAY_MS
    assert "1 CIs" not in str(retain(graph, purged_at, KEEPING))
    left = graph.ask("MATCH (n) WHERE n:CI OR n:Scope OR n:Sighting OR n:Claim RETURN count(n) AS count")
    value_things = graph.ask("MATCH (n:CI) WHERE n.unused_since IS NOT NULL RETURN count(n) AS count")
    assert left == value_things
    back_at = purged_at + DAY_MS
    other["document_id"], other["observed_at"] = "by-ssh-2", back_at
    assert take(graph, other, back_at) == machine
    assert show_ci(graph, machine, back_at).state == "active"
    # The copy of another machine's key is told apart, as it was before.
    strange = host(7, at=back_at, agent="agent-1", boot="9", booted_at=back_at)
    assert take(graph, strange, back_at + 1) != machine


def test_a_mass_ending_is_told_when_it_is_held(graph: Graph) -> None:
    take(graph, host(1, packages=20), START)
    later = START + MINUTE_MS
    take(graph, host(1, at=later, packages=2), later)
    take(graph, host(1, at=later + 1, packages=2, name="other"), later + 1)
    events = [one for one in read_stream(graph, None, 500).events if one.kind == "held"]
    assert [(one.type, one.title, one.details) for one in events] == [("Source", "web-1", {"held": 18})]


def test_documents_and_jobs_beside_each_other_lose_nothing(graph: Graph) -> None:
    hosts, rounds = range(1, 5), 4
    for number in hosts:
        take(graph, host(number, packages=8), START)
    listen(graph, START, SILENT_AT + MINUTE_MS)
    back_at = SILENT_AT + 2 * MINUTE_MS

    def send(number: int) -> None:
        for turn in range(rounds):
            at = back_at + turn * MINUTE_MS
            take(graph, host(number, at=at, packages=4 + turn % 2 * 4), at)

    with ThreadPoolExecutor(len(hosts)) as pool:
        sent = [pool.submit(send, number) for number in hosts]
        while not all(one.done() for one in sent):
            move_states(graph, back_at, KEEPING)
            retain(graph, back_at + 200 * DAY_MS, KEEPING)
    assert [one.result() for one in sent] == [None] * len(hosts)
    installed = graph.ask(
        "MATCH (s:Server)-[:HAS_INSTALLED]->(p) RETURN s.title AS host, count(p) AS count ORDER BY host"
    )
    assert installed == [{"host": f"web-{number}", "count": 8} for number in hosts]
    assert graph.ask("MATCH (n:CI) WHERE n.stale_since IS NOT NULL RETURN n.id") == []
    assert graph.ask("MATCH (s:Scope) WHERE s.silent_since IS NOT NULL RETURN s.key") == []
    told = kinds(graph)
    assert [told.count((kind, "web-1")) for kind in ("silent", "stale", "heard", "returned")] == [1, 1, 1, 1]
