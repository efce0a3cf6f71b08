"""A real network seen by agents, SNMP and SSH: each machine is one CI, and what is between them is in the graph."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from cmdb.store.driver import Graph
from tests.support import estate
from tests.support.lab import NODES, WAYS, Lab

pytestmark = pytest.mark.neo4j

Documents = dict[tuple[str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def documents(lab: Lab) -> Documents:
    """What each way sees of each node, read once."""
    return {(node, way): lab.observe(node, way) for way in WAYS for node in NODES}


def calls(graph: Graph) -> list[tuple[str, str]]:
    """Who calls whom, as `service@machine`, each relationship of its own."""
    found = graph.ask(
        "MATCH (a:ServiceInstance)-[:CALLS]->(b:ServiceInstance), (a)-[:RUNS_ON]->(m), (b)-[:RUNS_ON]->(n) "
        "RETURN a.title + '@' + m.title AS a, b.title + '@' + n.title AS b"
    )
    return sorted((record["a"], record["b"]) for record in found)


def cables(graph: Graph) -> dict[frozenset[str], bool]:
    """Both ends of each cable as `machine port`, with whether both tell of it."""
    found = graph.ask(
        "MATCH (m)<-[:PART_OF]-(a)-[l:LINKED_TO]->(b)-[:PART_OF]->(n) "
        "RETURN m.title + ' ' + a.title AS a, n.title + ' ' + b.title AS b, l.is_mutual AS both"
    )
    assert len({frozenset((r["a"], r["b"])) for r in found}) == len(found), "a cable appears twice"
    return {frozenset((record["a"], record["b"])): record["both"] for record in found}


CALLS = [
    ("app.py@cli", "nginx@web"),
    ("app.py@web", "PostgreSQL@db"),
    ("app.py@web", "Redis@db"),
    ("nginx@web", "app.py@web"),
]
CABLES = {
    frozenset(("sw1 trunk", "sw2 trunk")), frozenset(("sw1 p1", "web eth0")), frozenset(("sw2 p1", "db eth0")),
    frozenset(("sw2 p2", "cli eth0")),
}  # fmt: skip


def test_agent_snmp_and_ssh_of_each_machine_are_one_ci_in_all_six_orders(graph: Graph, documents: Documents) -> None:
    pictures = []
    for order in permutations(WAYS):
        graph.tell("MATCH (n) WHERE NOT n:Migration DETACH DELETE n")
        for way in order:
            for node in NODES:
                estate.send(graph, documents[node, way])
        assert estate.titles(graph, "Server") == sorted(NODES)
        assert calls(graph) == CALLS
        assert cables(graph) == dict.fromkeys(CABLES, True)
        pictures.append(estate.standing(graph))
    for picture in pictures[1:]:
        assert estate.changes(pictures[0], picture) == set()
