"""A real network seen by agents, SNMP and SSH: each machine is one CI, and what is between them is in the graph."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from cmdb.store.driver import Graph
from cmdb.usecases.assessment import Assessment
from cmdb.usecases.impact import assess
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


def services_of(found: Assessment) -> dict[str, list[str]]:
    """The services reached, with each hop of the reason as `source verb target`."""
    return {
        str(one.ci.name): [f"{hop.source.name} {hop.verb} {hop.target.name}" for hop in one.reason.hops]
        for one in found.reached
        if one.reason and one.ci.type == "ServiceInstance" and one.state == "down"
    }


def every_way(graph: Graph, documents: Documents) -> int:
    """Take in what all ways saw; the instant after the last of it."""
    for node in NODES:
        for way in WAYS:
            estate.send(graph, documents[node, way])
    return max(document["observed_at"] for document in documents.values()) + 1


AFTER_POSTGRESQL = {
    "PostgreSQL on db": [],
    "app.py on web": ["app.py on web CALLS PostgreSQL on db"],
    "nginx on web": ["nginx on web CALLS app.py on web", "app.py on web CALLS PostgreSQL on db"],
    "app.py on cli": [
        "app.py on cli CALLS nginx on web",
        "nginx on web CALLS app.py on web",
        "app.py on web CALLS PostgreSQL on db",
    ],
}


def test_an_incident_on_a_database_names_whom_it_takes_down_also_after_it_has_crashed(
    graph: Graph, lab: Lab, documents: Documents
) -> None:
    now = every_way(graph, documents)
    found = assess(graph, {"PostgreSQL@db": "down"}, now)
    assert services_of(found) == AFTER_POSTGRESQL
    assert found.reached_count == len(AFTER_POSTGRESQL)
    (database,) = (one.ci.id for one in found.failed)
    host = documents["db", "agent"]
    (pids,) = (one["attributes"]["pids"] for one in host["items"] if one["attributes"].get("product") == "PostgreSQL")
    lab.run("db", "kill", "-9", *pids)
    try:
        crashed = {(node, way): lab.observe(node, way) for node in ("db", "web") for way in WAYS}
    finally:
        lab.restart()
    for document in crashed.values():
        estate.send(graph, document)
    assert estate.titles(graph, "ServiceInstance", "retired") == ["PostgreSQL"]
    now = max(document["observed_at"] for document in crashed.values()) + 1
    assert services_of(assess(graph, {database: "down"}, now)) == AFTER_POSTGRESQL


def test_a_switch_that_is_down_isolates_what_is_behind_it_and_takes_down_what_loses_its_calls(
    graph: Graph, documents: Documents
) -> None:
    now = every_way(graph, documents)
    found = assess(graph, {"sw2": "down"}, now)
    machines = {one.ci.name: (one.state, one.isolated) for one in found.reached if one.ci.type == "Server"}
    assert machines == {"sw2": ("down", False), "db": ("up", True), "cli": ("up", True)}
    services = {name: hops for name, hops in services_of(found).items() if not name.endswith(" on sw2")}
    assert services == {
        "app.py on web": services["app.py on web"],
        "app.py on cli": ["app.py on cli CALLS nginx on web"],
        "nginx on web": ["nginx on web CALLS app.py on web", *services["app.py on web"]],
    }
    assert services["app.py on web"] in (["app.py on web CALLS PostgreSQL on db"], ["app.py on web CALLS Redis on db"])
    cut_by = {
        one.ci.name: {node.name for hop in one.reason.hops for node in hop.cut_by}
        for one in found.reached
        if one.reason and one.ci.name in services
    }
    assert cut_by == {name: {"sw2"} for name in services}
