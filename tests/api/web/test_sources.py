"""The page of sources: who is read, who does not answer, and who is only heard of."""

from __future__ import annotations

import pytest

from cmdb.usecases.access import Role
from tests.api.web.test_review import visitor, words
from tests.support.api import Api
from tests.support.devices import base_mac, lldp, switch
from tests.support.estate import send

pytestmark = pytest.mark.neo4j


def test_devices_that_only_their_neighbours_tell_of_stand_below_the_sources(api: Api) -> None:
    far = {1: lldp(base_mac(2), "Gi0/3"), 2: lldp(base_mac(9), "Gi0/1", sys_name="attic", address="10.1.0.9")}
    send(api.core.graph, switch(1, neighbours=far))
    send(api.core.graph, switch(2))
    page = words(visitor(api, Role.READER).get("/sources").text)
    assert "attic" in page
    assert "sw-1 at Gi0/2 lldp, its port Gi0/1" in page
    assert page.count("sw-2") == 1  # as a source, and not among those nobody reads


def test_the_page_of_a_machine_shows_what_it_is_connected_to(api: Api) -> None:
    graph = api.core.graph
    send(graph, switch(1, neighbours={1: lldp(base_mac(2), "Gi0/3")}))
    send(graph, switch(2, neighbours={3: lldp(base_mac(1), "Gi0/1")}))
    machine = graph.ask("MATCH (c:CI {title: 'sw-1'}) RETURN c.id AS id")[0]["id"]
    page = words(visitor(api, Role.READER).get(f"/cis/{machine}").text)
    assert "Gi0/1 sw-2 Gi0/3 lldp, from both ends" in page
