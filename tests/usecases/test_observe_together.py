"""Many writers, and any order: the graph is the same."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cmdb.store.driver import Graph
from tests.support.estate import changes, count, picture, relations, send, send_all, titles
from tests.support.hosts import START, host

pytestmark = pytest.mark.neo4j
MINUTE = 60_000


def test_eight_writers_about_the_same_two_hundred_hosts_make_no_duplicate_and_lose_nothing(graph: Graph) -> None:
    hosts = 200
    documents = [
        host(n + 1, at=START + generation * MINUTE, packages=2 + generation, agent=f"agent-{n}-{writer}", boot="1",
             calls=(("nginx", "10.0.0.1", 5432),), agent_id=f"agent-{n}-{writer}", booted_at=START - 1_000)
        for generation in range(1)
        for n in range(hosts)
        for writer in range(2)
    ]  # fmt: skip
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda document: send(graph, document), documents))
    # Two documents of one scope may overtake each other here; every one is answered, none is refused.
    assert {receipt.status for receipt in receipts} <= {"accepted", "late"}
    assert titles(graph, "Server") == sorted(f"web-{n + 1}" for n in range(hosts))
    assert count(graph, "Sighting") == 2 * hosts
    assert len(set(relations(graph, "RUNS_ON"))) == 2 * hosts
    assert len(relations(graph, "RUNS_ON")) == 2 * hosts
    calls = graph.ask("MATCH (a:CI)-[r:CALLS]->(b:CI) RETURN count(DISTINCT a) AS callers, count(r) AS calls")
    assert calls == [{"callers": hosts, "calls": hosts}]


@pytest.mark.parametrize("seed", range(6))
def test_scopes_in_any_order_give_the_same_graph(graph: Graph, seed: int) -> None:
    scopes = _history()
    send_all(graph, [document for scope in scopes for document in scope])
    expected = picture(graph)
    graph.tell("MATCH (n) WHERE NOT n:Migration DETACH DELETE n")
    send_all(graph, _interleaved(scopes, random.Random(seed)))
    found = picture(graph)
    assert changes(expected["nodes"], found["nodes"]) == set()
    assert changes(expected, found) == set()


def _history() -> list[list[dict[str, Any]]]:
    """Four scopes of three machines: two agents on one, callers of each other, a service that stops, an upgrade."""
    first = [host(1, calls=(("nginx", "10.0.0.2", 5432),)), host(1, at=START + 3 * MINUTE, packages=7)]
    second = [
        host(2, at=START + 1, calls=(("nginx", "10.0.0.3", 80),)),
        host(2, at=START + 2 * MINUTE, services=(("nginx", "tcp 0.0.0.0:80"),)),
        host(2, at=START + 4 * MINUTE),
    ]
    third = [host(3, at=START + 2), host(3, at=START + 5 * MINUTE, name="renamed")]
    twin = [
        host(3, at=START + 3, agent="second-agent"),
        host(3, at=START + 5 * MINUTE + 1, agent="second-agent", packages=6),
    ]
    return [first, second, third, twin]


def _interleaved(scopes: list[list[dict[str, Any]]], rng: random.Random) -> list[dict[str, Any]]:
    """Every scope in its own order, the scopes in any."""
    queues = [list(scope) for scope in scopes]
    found: list[dict[str, Any]] = []
    while any(queues):
        queue = rng.choice([queue for queue in queues if queue])
        found.append(queue.pop(0))
        if rng.random() < 0.3:
            found.append(found[-1])
    return found
