"""What a lost switch or port cuts, over cables and attachments as collectors reported them, on the real engine."""

from __future__ import annotations

from typing import Any

import pytest

from cmdb.store.driver import Graph
from cmdb.store.queries import network
from cmdb.usecases.assessment import Assessment
from cmdb.usecases.impact import assess, draw
from cmdb.usecases.manual_values import set_manual_value
from cmdb.usecases.networks import FORWARDS, NOBODY_LOOKS
from cmdb.usecases.services import declare_service
from tests.support import estate
from tests.support.devices import base_mac, lldp, switch
from tests.support.hosts import START, host
from tests.support.shop import APP, MINUTE, POSTGRES

pytestmark = pytest.mark.neo4j

COLLECTOR = {"address": "10.9.9.9", "mac_address": "00:16:3e:00:09:09"}
NGINX = (("nginx", "tcp 0.0.0.0:80"),)
CLIENT = (("client", "tcp 0.0.0.0:9000"),)


def mac(number: int) -> str:
    """The address of `eth0` of host N."""
    return f"00:16:3e:00:00:{number:02x}"


def two_switches(graph: Graph, **first: Any) -> Graph:
    """`web-4` (client) and `web-1` (postgres) behind sw-2; `web-2` (nginx), `web-3` (app) and the collector on sw-1."""
    estate.send_all(
        graph,
        [
            switch(1, observed_from=COLLECTOR, neighbours={1: lldp(base_mac(2), "Gi0/1")},
                   learnt={2: (mac(2),), 3: (mac(3),), 4: (COLLECTOR["mac_address"],)} | first),
            switch(2, neighbours={1: lldp(base_mac(1), "Gi0/1")}, learnt={2: (mac(1),), 3: (mac(4),)}),
            host(1, services=POSTGRES),
            host(2, services=NGINX, calls=(("nginx", "10.0.0.3", 80),)),
            host(3, services=APP, calls=(("app", "10.0.0.1", 5432),)),
            host(4, services=CLIENT, calls=(("client", "10.0.0.2", 80),)),
        ],
    )  # fmt: skip
    return graph


def shown(found: Assessment) -> dict[str, str]:
    """By name, parts of machines left out: the state, and `isolated`."""
    return {
        one.ci.name: " ".join([one.state] + ["isolated"] * one.isolated)
        for one in found.reached
        if one.ci.type in ("Server", "NetworkDevice", "ServiceInstance", "BusinessService")
    }


def why(found: Assessment, name: str) -> list[str]:
    (one,) = (one for one in found.reached if one.ci.name == name)
    assert one.reason is not None
    return [
        f"{hop.source.name} {hop.verb} {hop.target.name}"
        + (f" without {', '.join(lost.name for lost in hop.cut_by)}" if hop.cut_by else "")
        for hop in one.reason.hops
    ]


def test_a_lost_switch_isolates_what_is_behind_it_and_takes_down_what_calls_across_it(graph: Graph) -> None:
    two_switches(graph)
    declare_service(graph, {"name": "Reports", "entry_points": ["postgres"]}, "ann", START)
    found = assess(graph, {"sw-2": "down"}, START + MINUTE)
    assert shown(found) == {
        "sw-2": "down",
        "web-1": "up isolated",
        "web-4": "up isolated",
        "app on web-3": "down",
        "client on web-4": "down isolated",
        "nginx on web-2": "down",
        "Reports": "down",
    }
    assert why(found, "app on web-3") == ["app on web-3 CALLS postgres on web-1 without sw-2"]
    assert why(found, "client on web-4") == ["client on web-4 CALLS nginx on web-2 without sw-2"]
    assert why(found, "nginx on web-2") == [
        "nginx on web-2 CALLS app on web-3", "app on web-3 CALLS postgres on web-1 without sw-2",
    ]  # fmt: skip
    assert why(found, "web-1") == ["web-1 CONNECTED_TO sw-1 without sw-2"]
    assert FORWARDS in found.assumptions
    assert "Isolated is what can no longer be reached from sw-1." in found.assumptions
    assert ("Server", 0, 2) in {(count.type, count.down, count.isolated) for count in found.counts}


def test_the_port_between_two_switches_cuts_like_the_switch_behind_it(graph: Graph) -> None:
    two_switches(graph)
    port = graph.ask("MATCH (i:NetworkInterface {title: 'Gi0/1'})-[:PART_OF]->({title: 'sw-1'}) RETURN i.id AS id")
    found = assess(graph, {port[0]["id"]: "down"}, START + MINUTE)
    assert shown(found)["sw-2"] == "up isolated"
    assert why(found, "app on web-3") == ["app on web-3 CALLS postgres on web-1 without Gi0/1 on sw-1"]


def test_a_lost_server_is_no_network_element_and_the_network_is_not_even_read(graph: Graph) -> None:
    two_switches(graph)
    found = assess(graph, {"web-1": "down"}, START + MINUTE)
    assert shown(found) == {
        "web-1": "down", "postgres on web-1": "down", "app on web-3": "down", "nginx on web-2": "down",
        "client on web-4": "down",
    }  # fmt: skip
    assert FORWARDS not in found.assumptions


def test_machines_without_known_links_are_not_judged_and_are_counted(graph: Graph) -> None:
    two_switches(graph)
    estate.send_all(graph, [host(5, services=(("batch", "tcp 0.0.0.0:9100"),), calls=(("batch", "10.0.0.1", 5432),))])
    found = assess(graph, {"sw-2": "down"}, START + MINUTE)
    assert "batch on web-5" not in shown(found)
    assert "Machines without a known link are not judged: 1." in found.assumptions


def test_nothing_is_isolated_while_it_is_not_known_from_where_to_look(graph: Graph) -> None:
    estate.send_all(
        graph,
        [
            switch(1, neighbours={1: lldp(base_mac(2), "Gi0/1")}, learnt={2: (mac(3),)}),
            switch(2, learnt={2: (mac(1),)}),
            host(1, services=POSTGRES),
            host(3, services=APP, calls=(("app", "10.0.0.1", 5432),)),
        ],
    )
    found = assess(graph, {"sw-2": "down"}, START + MINUTE)
    assert shown(found) == {"sw-2": "down", "app on web-3": "down"}
    assert NOBODY_LOOKS in found.assumptions


def test_a_collector_whose_address_a_linked_host_holds_looks_from_there(graph: Graph) -> None:
    two_switches(graph)
    graph.tell("MATCH (s:Scope) WHERE s.observed_from_address IS NOT NULL SET s.observed_from_address = '10.0.0.4'")
    found = assess(graph, {"sw-2": "down"}, START + MINUTE)
    assert "Isolated is what can no longer be reached from web-4." in found.assumptions
    # Seen from a host behind the lost switch, everything is cut off.
    assert {name for name, state in shown(found).items() if state == "up isolated"} >= {"sw-1", "web-1"}


def test_a_declared_root_goes_before_the_collectors(graph: Graph) -> None:
    two_switches(graph)
    switch = graph.ask("MATCH (m:NetworkDevice {title: 'sw-2'}) RETURN m.id AS id")[0]["id"]
    set_manual_value(graph, switch, "is_network_root", True, "the core", None, "ann", START + MINUTE)
    found = assess(graph, {"sw-1": "down"}, START + MINUTE)
    assert shown(found)["web-2"] == "up isolated"
    assert shown(found).get("web-1") is None


def test_the_picture_draws_what_was_cut_off_from_the_lost_switch(graph: Graph) -> None:
    two_switches(graph)
    _, drawing = draw(graph, {"sw-2": "down"}, START + MINUTE)
    names = {box.shape.key: box.shape.label for box in drawing.boxes}
    lines = {(names[line.link.cause], line.link.verb, names[line.link.effect]) for line in drawing.lines}
    assert ("sw-2", "CUT_OFF_BY", "app on web-3") in lines
    assert "postgres on web-1" not in names.values()


def test_links_are_read_once_each_and_no_more_than_asked_for(graph: Graph) -> None:
    two_switches(graph)
    found = graph.read(lambda tx: network.read_network(tx))
    assert len(found.links) == 5
    assert {machine.title: machine.forwards for machine in found.machines} == {
        "sw-1": True, "sw-2": True, "web-1": False, "web-2": False, "web-3": False, "web-4": False,
    }  # fmt: skip
    assert found.is_complete
    assert not graph.read(lambda tx: network.read_network(tx, max_links=2)).is_complete
