from __future__ import annotations

from typing import Any

import pytest

from tests.support.devices import base_mac, lldp, switch
from tests.support.estate import send
from tests.support.hosts import host

pytestmark = pytest.mark.neo4j
ADDRESS = "/api/v1/neighbours"


def test_a_device_that_only_its_neighbours_tell_of_is_listed_and_no_ci(api: Any, reader: Any) -> None:
    far = {2: lldp(base_mac(2), "Gi0/3"), 3: lldp(base_mac(9), "Gi0/1", sys_name="attic", address="10.1.0.9")}
    send(api.core.graph, switch(1, neighbours=far, learnt={4: ("00:16:3e:00:00:77",)}))
    send(api.core.graph, switch(2))
    everyone = reader.get(ADDRESS).json()["neighbours"]
    assert [one["chassis_id"] for one in everyone] == ["00:16:3e:00:00:77", base_mac(2), base_mac(9)]
    (unknown,) = reader.get(ADDRESS, params={"resolved": "false", "announced": "true"}).json()["neighbours"]
    assert (unknown["name"], unknown["address"], unknown["machines"]) == ("attic", "10.1.0.9", [])
    (seen,) = unknown["seen_by"]
    assert (seen["machine"]["title"], seen["interface"]["title"], seen["port_id"]) == ("sw-1", "Gi0/3", "Gi0/1")
    (known,) = reader.get(ADDRESS, params={"resolved": "true"}).json()["neighbours"]
    assert [machine["title"] for machine in known["machines"]] == ["sw-2"]


def test_neighbours_come_page_by_page(api: Any, reader: Any) -> None:
    send(api.core.graph, switch(1, neighbours={port: lldp(base_mac(10 + port), "Gi0/1") for port in range(1, 5)}))
    first = reader.get(ADDRESS, params={"limit": 3}).json()
    rest = reader.get(ADDRESS, params={"limit": 3, "cursor": first["next_cursor"]}).json()
    assert [len(first["neighbours"]), len(rest["neighbours"]), rest["next_cursor"]] == [3, 1, None]


def test_an_interface_shows_the_neighbour_it_hears_of_among_its_relationships(api: Any, reader: Any) -> None:
    send(api.core.graph, switch(1, neighbours={1: lldp(base_mac(9), "Gi0/1", sys_name="attic")}))
    (port,) = api.core.graph.ask("MATCH (i:NetworkInterface {name: 'Gi0/1'}) RETURN i.id AS id")
    (heard,) = reader.get(f"/api/v1/cis/{port['id']}/relationships", params={"verb": "SEES"}).json()["relationships"]
    assert (heard["far_end"]["title"], heard["far_end"]["chassis_id"]) == ("attic", base_mac(9))


def test_a_machine_shows_its_ports_with_what_is_at_the_other_end(api: Any, reader: Any) -> None:
    graph = api.core.graph
    far = {1: lldp(base_mac(2), "Gi0/3"), 2: lldp(base_mac(3), "unheard of")}
    send(graph, switch(1, neighbours=far, learnt={4: ("00:16:3e:00:00:01",)}))
    send(graph, switch(2, neighbours={3: lldp(base_mac(1), "Gi0/1")}))
    send(graph, switch(3))
    send(graph, host(1))

    def title_of(end: dict[str, str] | None) -> str | None:
        return end["title"] if end else None

    def links(title: str) -> list[tuple[str | None, str, str | None, bool]]:
        machine = graph.ask("MATCH (c:CI {title: $title}) RETURN c.id AS id", title=title)[0]["id"]
        answer = reader.get(f"/api/v1/cis/{machine}/links").json()
        assert answer["is_complete"]
        return [
            (title_of(one["port"]), one["machine"]["title"], title_of(one["far_port"]), one["is_mutual"])
            for one in answer["links"]
        ]

    assert links("sw-1") == [
        ("Gi0/1", "sw-2", "Gi0/3", True),
        ("Gi0/2", "sw-3", None, False),
        ("Gi0/4", "web-1", "eth0", False),
    ]
    assert links("sw-3") == [(None, "sw-1", "Gi0/2", False)]
    assert links("web-1") == [("eth0", "sw-1", "Gi0/4", False)]
    assert reader.get("/api/v1/cis/ci_nothing/links").status_code == 404
