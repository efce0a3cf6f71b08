"""What ended before the horizon is removed, in small transactions, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from cmdb.config import Keeping
from cmdb.errors import Invalid, NotFound
from cmdb.observation.document import decode
from cmdb.store.driver import Graph
from cmdb.store.queries import retention as queries
from cmdb.store.queries.retention import BATCH, FEW, horizon
from cmdb.usecases.as_of import checked_instant, show_ci_at
from cmdb.usecases.differences import check_span
from cmdb.usecases.observe import observe
from cmdb.usecases.retention import DAY_MS, VALUES_MARKED_MS, retain
from cmdb.usecases.show import show_ci
from tests.support.hosts import START, encoded, host

pytestmark = pytest.mark.neo4j
KEEPING = Keeping(history_days=10)
LONG_AFTER = START + 30 * DAY_MS


def take(graph: Graph, document: dict[str, Any], at: int) -> dict[str, str | None]:
    receipt = observe(graph, decode(encoded(document)), at)
    return {item.key: item.ci_id for item in receipt.items}


def count(graph: Graph, label: str) -> int:
    return graph.ask("MATCH (n) WHERE $label IN labels(n) RETURN count(n) AS count", label=label)[0]["count"]


def things(graph: Graph, number: int, ended_at: int) -> None:
    """Machines of 400 parts each, all of which have ended."""
    graph.tell(
        "UNWIND range(1, $number / 400) AS m CREATE (s:CI:Server {id: 's' + m, type: 'Server', state: 'retired', "
        "title: 'old', valid_from: 0, valid_to: $ended_at}) WITH s, m UNWIND range(1, 399) AS i "
        "CREATE (f:CI:Filesystem {id: 'f' + m + '_' + i, type: 'Filesystem', title: 'old', state: 'retired', "
        "valid_from: 0, valid_to: $ended_at})-[:WAS_PART_OF {valid_from: 0, valid_to: $ended_at}]->(s) "
        "CREATE (f)-[:HAD]->(:Claim {sighting: 'x', attribute: 'size_bytes', value: i, valid_from: 0, "
        "valid_to: $ended_at})",
        number=number, ended_at=ended_at,
    )  # fmt: skip


def test_an_instant_before_the_horizon_is_refused_by_name(graph: Graph) -> None:
    assert horizon(graph) is None
    assert checked_instant(graph, 0, LONG_AFTER) == 0
    retain(graph, LONG_AFTER, KEEPING)
    since = LONG_AFTER - 10 * DAY_MS
    assert horizon(graph) == since
    assert checked_instant(graph, since, LONG_AFTER) == since
    with pytest.raises(Invalid, match="the past is kept since 2025-12-14T16:00:00"):
        checked_instant(graph, since - 1, LONG_AFTER)
    with pytest.raises(Invalid, match="the past is kept since"):
        check_span(graph, since - 1, LONG_AFTER, LONG_AFTER)


def test_the_horizon_never_moves_back(graph: Graph) -> None:
    retain(graph, LONG_AFTER, KEEPING)
    retain(graph, LONG_AFTER, Keeping(history_days=400))
    assert horizon(graph) == LONG_AFTER - 10 * DAY_MS


def test_what_held_at_the_horizon_is_told_as_before(graph: Graph) -> None:
    ids = take(graph, host(1, name="first"), START)
    machine, nginx = ids["host"], ids["svc:unit:nginx"]
    assert machine is not None
    assert nginx is not None
    second, third = START + 15 * DAY_MS, START + 25 * DAY_MS
    take(graph, host(1, at=second, name="second", services=()), second)
    take(graph, host(1, at=third, name="third", services=()), third)
    at = LONG_AFTER - 10 * DAY_MS
    before = show_ci_at(graph, machine, at)
    told = retain(graph, LONG_AFTER, KEEPING)
    assert show_ci_at(graph, machine, at) == before
    assert before.title == "second"
    assert "past values" in str(told)
    assert graph.ask("MATCH (c:Claim {attribute: 'name'}) RETURN collect(c.value) AS names")[0]["names"] == ["second"]
    with pytest.raises(NotFound):
        show_ci(graph, nginx, LONG_AFTER)


def test_what_stands_and_what_ended_lately_stays(graph: Graph) -> None:
    nginx = take(graph, host(1), START)["svc:unit:nginx"]
    assert nginx is not None
    ended_at = LONG_AFTER - DAY_MS
    take(graph, host(1, at=ended_at, services=()), ended_at)
    retain(graph, LONG_AFTER, KEEPING)
    assert show_ci(graph, nginx, LONG_AFTER).state == "retired"
    assert show_ci_at(graph, nginx, ended_at - 1).place is not None


@pytest.mark.parametrize("verb", ["AFFECTS", "WAS_AFFECTS", "DRIFTED"])
def test_what_a_ticket_names_stays_with_the_machine_that_it_was_in(graph: Graph, verb: str) -> None:
    things(graph, 400, START)
    graph.tell("MATCH (f:Filesystem {id: 'f1_7'}) CREATE (:Ticket {id: 'INC-1'})-[:$($verb)]->(f)", verb=verb)
    for _ in range(2):
        retain(graph, LONG_AFTER, KEEPING)
    left = graph.ask("MATCH (f:Filesystem)-[r:WAS_PART_OF]->(s:Server) RETURN f.id AS part, s.id AS machine")
    assert left == [{"part": "f1_7", "machine": "s1"}]
    assert count(graph, "CI") == 2


def test_what_people_declare_to_be_needed_stays(graph: Graph) -> None:
    things(graph, 400, START)
    graph.tell(
        "MATCH (s:Server {id: 's1'}) CREATE (:CI:BusinessService {id: 'shop', type: 'BusinessService', "
        "state: 'active', title: 'shop'})-[:PROVIDED_BY {scope: 'person'}]->(s)"
    )
    retain(graph, LONG_AFTER, KEEPING)
    assert {one["id"] for one in graph.ask("MATCH (n:CI) RETURN n.id AS id")} == {"shop", "s1"}


def test_a_value_that_nobody_refers_to_is_removed_a_run_later(graph: Graph) -> None:
    take(graph, host(1, packages=20), START)
    later = START + DAY_MS
    take(graph, host(1, at=later, packages=19), later)
    retain(graph, LONG_AFTER, KEEPING)
    assert count(graph, "SoftwareRelease") == 20
    take(graph, host(2, at=LONG_AFTER, packages=20), LONG_AFTER)
    retain(graph, LONG_AFTER + DAY_MS, KEEPING)
    assert count(graph, "SoftwareRelease") == 20
    gone_at = LONG_AFTER + DAY_MS
    take(graph, host(2, at=gone_at, packages=19), gone_at)
    retain(graph, gone_at + 20 * DAY_MS, KEEPING)
    assert count(graph, "SoftwareRelease") == 20
    assert "1 unused values" in str(retain(graph, gone_at + 20 * DAY_MS + VALUES_MARKED_MS + 1, KEEPING))
    assert count(graph, "SoftwareRelease") == 19


def test_far_ends_and_identifiers_that_nothing_refers_to_go(graph: Graph) -> None:
    take(graph, host(1, calls=(("nginx", "10.9.9.9", 5432),)), START)
    later = START + 2 * DAY_MS
    take(graph, host(1, at=later, services=()), later)
    assert count(graph, "Endpoint") == 1
    told = retain(graph, LONG_AFTER, KEEPING)
    assert count(graph, "Endpoint") == 0
    assert "1 far ends" in str(told)
    left = {one["key"] for one in graph.ask("MATCH (i:Identifier) RETURN i.key AS key")}
    assert "address:default|10.9.9.9" not in left
    assert "machine_id:machine-1" in left


def test_days_of_figures_and_aliases_go_in_their_time(graph: Graph) -> None:
    graph.tell(
        "CREATE (:HealthSnapshot {day: '2025-11-24'}), (:HealthSnapshot {day: '2025-12-23'}), (:Alias {id: 'a'})"
    )
    retain(graph, LONG_AFTER, Keeping(health_days=1))
    assert [one["day"] for one in graph.ask("MATCH (h:HealthSnapshot) RETURN h.day AS day")] == ["2025-12-23"]
    assert count(graph, "Alias") == 0


def test_stale_things_are_purged_in_bounded_transactions(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    things(graph, 4_000, START)
    written: list[int] = []
    tell = Graph.tell

    def watching(self: Graph, query: Any, /, **parameters: object) -> Any:
        ids = parameters.get("ids")
        if isinstance(ids, list):
            written.append(len(ids))
        return tell(self, query, **parameters)

    monkeypatch.setattr(Graph, "tell", watching)
    told = retain(graph, LONG_AFTER, KEEPING)
    assert "4,000 CIs" in str(told)
    assert (count(graph, "CI"), count(graph, "Claim")) == (0, 0)
    assert max(written) == BATCH
    assert sum(written) == 4_000 + 2 * 3_990


def test_every_step_finds_and_removes_by_a_bounded_search() -> None:
    steps = [one for one in vars(queries).values() if isinstance(one, queries.Step)] + [*queries.RELATIONSHIPS]
    assert len(steps) > 10
    for step in steps:
        assert "LIMIT $limit" in step.find, step.name
        assert "elementId" in step.remove, step.name
        assert step.batch in (BATCH, FEW)
