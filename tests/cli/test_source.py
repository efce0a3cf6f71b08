"""`cmdb source`, from a real server on a real graph."""

from __future__ import annotations

import json

import pytest

from cmdb.store.driver import Graph
from tests.support.command_line import CommandLine
from tests.support.devices import base_mac, lldp, switch
from tests.support.estate import send
from tests.support.hosts import START, host

pytestmark = pytest.mark.neo4j


@pytest.fixture(autouse=True)
def switches(run: CommandLine, shared_graph: Graph) -> None:
    """Two switches, the first of which hears of a third that nobody reads; a fourth that does not answer."""
    far = {1: lldp(base_mac(2), "Gi0/3"), 2: lldp(base_mac(9), "Gi0/1", sys_name="attic", address="10.1.0.9")}
    send(shared_graph, switch(1, neighbours=far))
    send(shared_graph, switch(2))
    silent = switch(4)
    problem = {"section": "identity", "kind": "no_answer", "message": "wrong address, or a firewall?"}
    unread = dict.fromkeys(silent["sections"], "not_read")
    send(shared_graph, silent | {"items": [], "relations": [], "sections": unread, "problems": [problem]})


def test_a_target_that_does_not_answer_is_called_by_its_name_with_the_reason(run: CommandLine) -> None:
    told = run("source", "list").stdout
    assert "sw-4: identity: wrong address, or a firewall?" in told
    assert "snmp collector-1 sw-1" in told


def test_devices_that_only_their_neighbours_tell_of_are_listed(run: CommandLine) -> None:
    told = run("source", "neighbours").stdout
    assert "attic" in told
    assert "sw-1 Gi0/2 (lldp)" in told
    assert "sw-2" not in told
    every = json.loads(run("source", "neighbours", "--all", "--json").stdout)
    assert {one["chassis_id"] for one in every} >= {base_mac(2), base_mac(9)}


def test_what_is_held_is_shown_and_released(run: CommandLine, shared_graph: Graph) -> None:
    send(shared_graph, host(9, packages=20))
    send(shared_graph, host(9, at=START + 60_000, packages=2))
    sources = json.loads(run("source", "list", "--json").stdout)
    (key,) = [one["key"] for one in sources if one["held_count"]]
    told = run("source", "show", key).stdout
    assert "held: pkg:p10 (SoftwareRelease)" in told
    assert "next document" in run("source", "release", key).stdout
    assert json.loads(run("source", "show", key, "--json").stdout)["source"]["releases_holds"] is True
