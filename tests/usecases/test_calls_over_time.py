"""Calls as of an instant: to who answered then, however late it became known who that was."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from cmdb.store.driver import Graph
from cmdb.usecases.relations import relations
from tests.support.estate import send
from tests.support.hosts import START, host

pytestmark = pytest.mark.neo4j
MINUTE = 60_000
TO_IT = (("nginx", "10.0.0.1", 5432),)
USER = (("nginx", "tcp 0.0.0.0:80"),)
SERVED = (("postgres", "tcp 0.0.0.0:5432"),)


def caller(at: int) -> dict[str, Any]:
    return host(2, at=at, services=USER, calls=TO_IT, packages=0)


def callee(number: int, at: int, address: str, *, is_running: bool = True) -> dict[str, Any]:
    return host(number, at=at, address=address, services=SERVED if is_running else (), packages=0)


def called(graph: Graph, at: int) -> list[str]:
    """The machines of what nginx called at an instant."""
    nginx = graph.ask("MATCH (s:ServiceInstance {name: 'nginx'}) RETURN s.id AS id")[0]["id"]
    found = relations(graph, nginx, limit=100, as_of=at).relationships
    ids = [one.ci.id for one in found if one.type == "CALLS" and one.direction == "out" and one.ci]
    return sorted(one["title"] for one in graph.ask(
        "MATCH (s:CI)-[:RUNS_ON|WAS_RUNS_ON]->(m:Server) WHERE s.id IN $ids RETURN DISTINCT m.title AS title", ids=ids
    ))  # fmt: skip


def test_nothing_is_called_before_anyone_knew_who_answers(graph: Graph) -> None:
    send(graph, caller(START))
    send(graph, callee(1, START + 5 * MINUTE, "10.0.0.1"))
    assert called(graph, START + MINUTE) == []
    assert called(graph, START + 6 * MINUTE) == ["web-1"]


def test_who_took_an_address_over_is_called_from_then_on_alone(graph: Graph) -> None:
    send(graph, callee(1, START, "10.0.0.1"))
    send(graph, callee(3, START, "10.0.0.33"))
    send(graph, caller(START))
    send(graph, callee(1, START + 10 * MINUTE, "10.0.0.11"))
    send(graph, callee(3, START + 20 * MINUTE, "10.0.0.1"))
    assert called(graph, START + 5 * MINUTE) == ["web-1"]
    assert called(graph, START + 25 * MINUTE) == ["web-3"]


def test_a_call_begins_at_the_same_instant_whoever_reports_first(graph: Graph) -> None:
    began: set[tuple[int, ...]] = set()
    crash = [callee(1, START + n * 10 * MINUTE, "10.0.0.1", is_running=n != 1) for n in range(3)]
    for place in range(4):
        graph.tell("MATCH (n) WHERE NOT n:Migration DETACH DELETE n")
        for document in [*crash[:place], caller(START + MINUTE), *crash[place:]]:
            send(graph, document)
        began.add(tuple(
            one["at"] for one in graph.ask("MATCH (:CI)-[r:CALLS]->(:CI) RETURN r.valid_from AS at ORDER BY at")
        ))  # fmt: skip
    assert began == {(START + MINUTE,)}


def test_a_group_behind_a_shared_address_begins_with_its_second_machine(graph: Graph) -> None:
    documents = [caller(START), callee(1, START, "10.0.0.1"), callee(3, START + MINUTE, "10.0.0.1")]
    began: set[tuple[Any, ...]] = set()
    for order in permutations(documents):
        graph.tell("MATCH (n) WHERE NOT n:Migration DETACH DELETE n")
        for document in order:
            send(graph, document)
        began.add(tuple(
            (one["verb"], one["at"]) for one in graph.ask(
                "MATCH (:CI)-[r:NEEDS|ANY_OF]->(:CI) RETURN type(r) AS verb, r.valid_from AS at ORDER BY verb, at"
            )
        ))  # fmt: skip
    assert began == {(("ANY_OF", START + MINUTE), ("ANY_OF", START + MINUTE), ("NEEDS", START + MINUTE))}
