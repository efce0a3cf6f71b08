"""Neighbours become the devices they are, cables appear once, and hosts stand behind the ports that learnt them."""

from __future__ import annotations

from itertools import permutations

import pytest

from cmdb.store.driver import Graph
from cmdb.usecases.decisions import Said, make_decision, undo_decision
from tests.support import estate
from tests.support.devices import base_mac, cdp, lldp, port_mac, switch
from tests.support.hosts import START, host

pytestmark = pytest.mark.neo4j

HOUR = 3_600_000
WEB_1 = "00:16:3e:00:00:01"


def cables(graph: Graph, verb: str = "LINKED_TO") -> list[tuple[str, str]]:
    """Both ends of each cable as `machine port`, the lesser first."""
    found = graph.ask(
        "MATCH (a:CI)-[r]->(b:CI) WHERE type(r) = $verb "
        "OPTIONAL MATCH (a)-[:PART_OF]->(m:CI) OPTIONAL MATCH (b)-[:PART_OF]->(n:CI) "
        "RETURN coalesce(m.title + ' ', '') + a.title AS a, coalesce(n.title + ' ', '') + b.title AS b",
        verb=verb,
    )
    return sorted(tuple(sorted((record["a"], record["b"]))) for record in found)


def mutual(graph: Graph) -> list[bool]:
    """Of each cable, whether both ends tell of it."""
    return sorted(r["both"] for r in graph.ask("MATCH ()-[l:LINKED_TO]->() RETURN l.is_mutual AS both"))


def pair(at: int = START) -> list[dict[str, object]]:
    return [
        switch(1, at=at, neighbours={1: lldp(base_mac(2), "Gi0/3")}),
        switch(2, at=at + 1, neighbours={3: lldp(base_mac(1), "Gi0/1")}),
    ]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_cable_that_both_ends_tell_of_appears_once(graph: Graph, order: tuple[int, int]) -> None:
    documents = pair()
    estate.send_all(graph, [documents[number] for number in order])
    assert cables(graph) == [("sw-1 Gi0/1", "sw-2 Gi0/3")]
    assert mutual(graph) == [True]


def test_a_neighbour_nobody_reads_yet_is_a_reference_and_becomes_the_device_when_it_is_read(graph: Graph) -> None:
    estate.send(graph, switch(1, neighbours={1: lldp(base_mac(2), "Gi0/3", sys_name="sw-2")}))
    assert cables(graph) == []
    assert estate.count(graph, "Neighbour") == 1
    assert estate.titles(graph, "NetworkDevice") == ["sw-1"]
    estate.send(graph, switch(2))
    assert cables(graph) == [("sw-1 Gi0/1", "sw-2 Gi0/3")]
    assert mutual(graph) == [False]


def test_cdp_finds_the_device_by_its_management_address(graph: Graph) -> None:
    estate.send_all(graph, [switch(1, neighbours={2: cdp("sw-2(FOC0002)", "Gi0/4", "10.1.0.2")}), switch(2)])
    assert cables(graph) == [("sw-1 Gi0/2", "sw-2 Gi0/4")]


@pytest.mark.parametrize(
    ("far", "port"),
    [
        (lldp(base_mac(2), port_mac(2, 4), "macAddress"), "Gi0/4"),
        (lldp(base_mac(2), "3", "local"), "Gi0/3"),
        (lldp(base_mac(2), "ge.1.7", "local", port_description="Gi0/2"), "Gi0/2"),
    ],
)
def test_the_far_port_is_found_by_mac_number_or_description(graph: Graph, far: dict[str, str], port: str) -> None:
    estate.send_all(graph, [switch(1, neighbours={1: far}), switch(2)])
    assert cables(graph) == [("sw-1 Gi0/1", f"sw-2 {port}")]


def test_a_far_port_that_cannot_be_told_leaves_the_cable_at_the_machine_until_it_can(graph: Graph) -> None:
    estate.send_all(graph, [switch(1, neighbours={1: lldp(base_mac(2), "whatever")}), switch(2)])
    assert cables(graph) == [("sw-1 Gi0/1", "sw-2")]
    estate.send(graph, switch(1, at=START + HOUR, neighbours={1: lldp(base_mac(2), "Gi0/3")}))
    assert cables(graph) == [("sw-1 Gi0/1", "sw-2 Gi0/3")]


def test_a_moved_cable_ends_and_a_reading_without_topology_ends_nothing(graph: Graph) -> None:
    estate.send_all(graph, pair())
    estate.send(graph, switch(1, at=START + HOUR, sections={"topology": "not_read"}))
    assert cables(graph) == [("sw-1 Gi0/1", "sw-2 Gi0/3")]
    estate.send(graph, switch(1, at=START + 2 * HOUR))
    assert mutual(graph) == [False]
    estate.send(graph, switch(2, at=START + 2 * HOUR))
    assert cables(graph) == []
    assert cables(graph, "WAS_LINKED_TO") == [("sw-1 Gi0/1", "sw-2 Gi0/3")]


def test_a_host_stands_behind_the_port_that_learnt_the_fewest_addresses(graph: Graph) -> None:
    documents = [
        host(1),
        switch(1, learnt={1: (WEB_1, "00:16:3e:00:00:07", "00:16:3e:00:00:08")}),
        switch(2, learnt={2: (WEB_1,)}),
    ]
    pictures = []
    for order in permutations(documents):
        estate.send_all(graph, [one for one in order])
        assert cables(graph, "ATTACHED_TO") == [("sw-2 Gi0/2", "web-1 eth0")]
        pictures.append(estate.picture(graph))
        graph.tell("MATCH (n) WHERE NOT n:Migration DETACH DELETE n")
    assert all(one == pictures[0] for one in pictures)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_a_port_with_a_cable_has_nobody_behind_it(graph: Graph, order: tuple[int, ...]) -> None:
    documents = [
        host(1),
        switch(1, neighbours={1: lldp(base_mac(2), "Gi0/3")}, learnt={1: (WEB_1,)}),
        switch(2),
    ]
    estate.send_all(graph, [documents[number] for number in order])
    assert cables(graph) == [("sw-1 Gi0/1", "sw-2 Gi0/3")]
    assert cables(graph, "ATTACHED_TO") == []


def test_a_host_that_moved_to_another_port_is_behind_that_one(graph: Graph) -> None:
    estate.send_all(graph, [host(1), switch(1, learnt={1: (WEB_1,)})])
    estate.send(graph, switch(1, at=START + HOUR, learnt={2: (WEB_1,)}))
    assert cables(graph, "ATTACHED_TO") == [("sw-1 Gi0/2", "web-1 eth0")]
    assert cables(graph, "WAS_ATTACHED_TO") == [("sw-1 Gi0/1", "web-1 eth0")]


def test_vlans_are_shared_by_the_switches_of_a_domain(graph: Graph) -> None:
    estate.send_all(graph, [switch(1, vlans={1: (10, 20)}), switch(2, vlans={2: (10,)})])
    assert estate.titles(graph, "VLAN") == ["10 net-10", "20 net-20"]
    assert estate.relations(graph, "IN_VLAN") == [
        ("Gi0/1", "10 net-10"),
        ("Gi0/1", "20 net-20"),
        ("Gi0/2", "10 net-10"),
    ]


def test_a_stack_is_one_device_with_its_members(graph: Graph) -> None:
    estate.send(graph, switch(1, members=("FOC1", "FOC2")))
    assert estate.titles(graph, "NetworkDevice") == ["sw-1"]
    assert estate.relations(graph, "PART_OF")[-2:] == [("chassis 1", "sw-1"), ("chassis 2", "sw-1")]


def test_the_same_document_again_changes_nothing_and_learnt_addresses_do_not_defeat_the_short_cut(graph: Graph) -> None:
    document = switch(1, neighbours={1: lldp(base_mac(2), "Gi0/3")}, learnt={2: (WEB_1,)})
    estate.send(graph, document)
    before = estate.picture(graph)
    again = switch(1, at=START + HOUR, neighbours={1: lldp(base_mac(2), "Gi0/3")}, learnt={2: (WEB_1,)})
    receipt = estate.send(graph, again)
    assert {item.status for item in receipt.items} == {"unchanged"}
    assert estate.picture(graph)["edges"] == before["edges"]


def test_where_a_collector_stands_is_kept_with_what_it_read(graph: Graph) -> None:
    estate.send(graph, switch(1, observed_from={"address": "10.1.0.99", "mac_address": "02:00:00:00:00:99"}))
    found = graph.ask("MATCH (s:Scope) RETURN s.observed_from_address AS address, s.observed_from_mac AS mac")
    assert found == [{"address": "10.1.0.99", "mac": "02:00:00:00:00:99"}]


def test_two_readings_that_a_person_joins_have_one_cable_and_undoing_gives_both_back(graph: Graph) -> None:
    third = {2: lldp(base_mac(3), "Gi0/1")}
    first = estate.ci_of(estate.send(graph, switch(1, neighbours=third)), "device")
    second = estate.ci_of(estate.send(graph, switch(2, neighbours=third)), "device")
    estate.send(graph, switch(3, neighbours={1: lldp(base_mac(1), "Gi0/2")}))
    assert first is not None
    assert second is not None
    before = cables(graph)
    assert before == [("sw-1 Gi0/2", "sw-3 Gi0/1"), ("sw-2 Gi0/2", "sw-3 Gi0/1")]
    made = make_decision(graph, Said("join", cis=(first, second), reason="one switch, two boards"), "ann", START + HOUR)
    assert len(cables(graph)) == 1
    assert mutual(graph) == [True]
    undo_decision(graph, made.decision.id, "ann", START + 2 * HOUR)
    assert cables(graph) == before
    assert mutual(graph) == [False, True]
