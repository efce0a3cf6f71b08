"""A far end that everybody uses: one more user costs what it costs at any other, and the rest keep what they call."""

from __future__ import annotations

import pytest

from cmdb.store.driver import Graph
from cmdb.store.queries.endpoints import states_of
from tests.support.estate import send, titles
from tests.support.hosts import START, host

pytestmark = pytest.mark.neo4j

MINUTE = 60_000
FAR_END = "default|tcp|10.0.0.1|5432"
TO_IT = (("nginx", "10.0.0.1", 5432),)
USERS = range(2, 8)


def callers(graph: Graph) -> list[tuple[str, str]]:
    """The machines at both ends of every call, sorted."""
    found = graph.ask(
        "MATCH (a:Server)<-[:RUNS_ON]-()-[:CALLS]->()-[:RUNS_ON]->(b:Server) RETURN a.title AS a, b.title AS b"
    )
    return sorted((one["a"], one["b"]) for one in found)


@pytest.fixture
def popular(graph: Graph) -> Graph:
    """A database on web-1 that the web servers from web-2 on call."""
    send(graph, host(1))
    for number in USERS:
        send(graph, host(number, calls=TO_IT))
    assert callers(graph) == [(f"web-{number}", "web-1") for number in USERS]
    return graph


def test_one_more_user_is_looked_at_beside_one_other(popular: Graph) -> None:
    ids = {one["title"]: one["id"] for one in popular.ask(
        "MATCH (s:ServiceInstance {name: 'nginx'})-[:RUNS_ON]->(m) RETURN m.title AS title, s.id AS id"
    )}  # fmt: skip
    ((some, other),) = popular.read(lambda tx: states_of(tx, {FAR_END: {ids["web-3"]}}))
    assert {use.service for use in some.uses} == {key.start for key in some.derived} == {ids["web-3"]}
    assert other is not None
    assert len(other.uses) == len(other.derived) == 1
    assert ids["web-3"] not in {use.service for use in other.uses}


def test_a_new_user_calls_what_the_others_call(popular: Graph) -> None:
    send(popular, host(9, at=START + MINUTE, calls=TO_IT))
    assert callers(popular) == [(f"web-{number}", "web-1") for number in (*USERS, 9)]


def test_when_another_machine_has_the_address_all_users_go_with_it(popular: Graph) -> None:
    send(popular, host(1, at=START + MINUTE, address="10.0.0.99"))
    send(popular, host(20, at=START + 2 * MINUTE, address="10.0.0.1"))
    assert callers(popular) == [(f"web-{number}", "web-20") for number in USERS]


def test_the_next_user_finds_that_two_machines_share_the_address_by_now(popular: Graph) -> None:
    """Which of them is heard is a matter of time: what was derived before no longer holds for anybody."""
    send(popular, host(20, at=START + MINUTE, address="10.0.0.1"))
    assert len(titles(popular, "RedundancyGroup")) == 1
    later = START + 100 * 24 * 60 * MINUTE
    send(popular, host(20, at=later, address="10.0.0.1"))
    send(popular, host(9, at=later + 1, calls=TO_IT))
    assert callers(popular) == sorted((f"web-{number}", "web-20") for number in (*USERS, 9))
    assert titles(popular, "RedundancyGroup") == []
