from __future__ import annotations

from typing import Any

import pytest

from tests.support.devices import base_mac, lldp, switch
from tests.support.estate import send

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
