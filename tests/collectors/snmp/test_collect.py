"""One target read into one document, from a responder on the wire."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cmdb_agent.reading import Reading
from cmdb_agent.wire.document import Document, encode, with_age
from cmdb_collectors.author import Author
from cmdb_collectors.credentials import Community, UsmUser
from cmdb_collectors.snmp import bounds, topology
from cmdb_collectors.snmp import ports as network
from cmdb_collectors.snmp.collect import collect
from cmdb_collectors.snmp.mibs.snmpv2_mib import SYS_DESCR, SYS_OBJECT_ID
from cmdb_collectors.snmp.session import Limits, open_session
from cmdb_collectors.snmp.vlan_tables import in_vlan
from cmdb_collectors.snmp.walks import Walks

from cmdb.observation.claims import claims_of
from cmdb.observation.document import decode
from tests.collectors.snmp.expected_links import document
from tests.collectors.snmp.rows import entry, ports
from tests.support import snmprec, snmpsim
from tests.support.record_snmp import written

SECTIONS = {
    "identity", "hardware", "operating_system", "storage", "network", "packages", "services", "connections",
    "topology",
}  # fmt: skip
Endpoint = tuple[str, int]


@pytest.fixture(scope="module")
def lab() -> Iterator[Endpoint]:
    with snmpsim.serving(snmprec.own()[0].parent) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def nodes(lab: Endpoint) -> dict[str, Document]:
    """The documents of the lab's nodes by their names."""
    return {path.stem.removeprefix("lab_"): read(lab, path.stem) for path in snmprec.own()}


def read(endpoint: Endpoint, community: str, limits: Limits | None = None) -> Document:
    author = Author("tests", f"target-{community}", interval_seconds=300)
    return asyncio.run(collect(*endpoint, Community(community=community), author, limits))


def lasting(found: Document) -> dict[str, Any]:
    """What is the same in every reading of a recording."""
    root, *others = json.loads(json.dumps(found["items"]))
    root["attributes"].pop("booted_at", None)
    return {"items": [root, *others], "relations": found["relations"], "sections": found["sections"]}


def test_a_target_is_read_into_a_document_that_names_every_section_and_its_scope(nodes: dict[str, Document]) -> None:
    found = nodes["web"]
    assert found["sections"] == dict.fromkeys(SECTIONS, "read")
    assert found["problems"] == []
    assert found["source"]["kind"] == "snmp"
    assert (found["source"]["name"], found["source"]["instance"]) == ("cmdb-collect", "tests")
    assert found["scope"] == {"kind": "target", "key": "target-lab_web", "domain": "default"}
    assert found["interval_ms"] == 300_000
    assert found["booted_at"] < found["observed_at"] <= time.time() * 1000


def test_the_core_takes_all_that_a_document_says(nodes: dict[str, Document]) -> None:
    for found in nodes.values():
        claims = claims_of(decode(with_age(encode(found), 0, False)), 1_764_000_000_000)
        assert claims.refusals == ()


def test_the_switches_of_the_lab_see_each_other_and_their_machines_at_their_ports(nodes: dict[str, Document]) -> None:
    links = {
        (node, one["from"], one["to"]["sys_name"], one["to"]["port_description"])
        for node, found in nodes.items()
        for one in found["relations"]
        if one["verb"] == "LINKED_TO"
    }
    assert links == {
        ("sw1", "if:trunk", "sw2.lab.test", "trunk"), ("sw2", "if:trunk", "sw1.lab.test", "trunk"),
        ("sw1", "if:p1", "web.lab.test", "eth0"), ("web", "if:eth0", "sw1.lab.test", "p1"),
        ("sw2", "if:p1", "db.lab.test", "eth0"), ("db", "if:eth0", "sw2.lab.test", "p1"),
        ("sw2", "if:p2", "cli.lab.test", "eth0"), ("cli", "if:eth0", "sw2.lab.test", "p2"),
    }  # fmt: skip


def test_the_switches_of_the_lab_forward_and_its_hosts_do_not(nodes: dict[str, Document]) -> None:
    forwards = {node: found["items"][0]["attributes"]["forwards"] for node, found in nodes.items()}
    assert forwards == {"sw1": True, "sw2": True, "web": False, "db": False, "cli": False}


def test_a_target_that_does_not_answer_is_not_read_and_the_document_says_so_once() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        author = Author("tests", "silent")
        limits = Limits(timeout_seconds=0.1, retries=0)
        found = asyncio.run(collect(*silent.getsockname(), Community(community="secret-community"), author, limits))
    assert found["sections"] == dict.fromkeys(SECTIONS, "not_read")
    assert len(found["problems"]) == 1
    assert "secret-community" not in json.dumps(found)
    assert [item["key"] for item in found["items"]] == ["device"]


def test_a_target_that_takes_too_long_gives_what_was_read_and_says_what_is_missing(lab: Endpoint) -> None:
    found = read(lab, "lab_sw1", Limits(budget_seconds=0.05))
    assert set(found["sections"]) == SECTIONS
    assert "read" not in {found["sections"]["topology"], found["sections"]["connections"]}
    assert found["problems"] != []


def test_the_recordings_read_as_named_targets_of_one_address_are_as_many_devices_with_nothing_lost(
    recorded_devices: Endpoint,
) -> None:
    paths = snmprec.recordings()

    async def sweep() -> list[Document]:
        at_once = asyncio.Semaphore(4)

        async def one(path: Path) -> Document:
            async with at_once:
                author = Author("tests", f"target-{path.stem}")
                # The responder is slow, and fills every answer up to what is asked for.
                limits = Limits(timeout_seconds=20, max_repetitions=10)
                return await collect(*recorded_devices, Community(community=path.stem), author, limits)

        return await asyncio.gather(*(one(path) for path in paths))

    found = asyncio.run(sweep())
    assert len({one["scope"]["key"] for one in found}) == len(paths) == 91
    differing = [
        path.stem for path, one in zip(paths, found, strict=True) if lasting(one) != lasting(document(path))
    ]  # fmt: skip
    assert differing == []


def test_a_cisco_switch_is_asked_for_the_table_of_each_vlan_and_a_vlan_it_hides_is_said(tmp_path: Path) -> None:
    switch = ports("Gi1", "Gi2") | {SYS_OBJECT_ID: (1, 3, 6, 1, 4, 1, 9, 1, 1208), SYS_DESCR: b"Cisco IOS"}
    for vlan_id in (10, 20):
        switch |= entry("1.3.6.1.4.1.9.9.46.1.3.1.1", (1, vlan_id), {3: 1, 4: f"net-{vlan_id}".encode()})
    table = entry("1.3.6.1.2.1.17.1.4.1", (1,), {2: 2})
    table |= entry("1.3.6.1.2.1.17.4.3.1", (0, 80, 86, 1, 2, 3), {2: 1, 3: 3})
    (tmp_path / "switch.snmprec").write_text(written(switch))
    (tmp_path / "switch@10.snmprec").write_text(written(table))
    with snmpsim.serving(tmp_path) as endpoint:
        found = read(endpoint, "switch", Limits(timeout_seconds=1))
    assert [(one["from"], one["to"]["chassis_id"], one["attributes"]) for one in found["relations"]] == [
        ("if:Gi2", "00:50:56:01:02:03", {"macs_on_port": 1, "vlan_id": 10})
    ]
    assert [(one["section"], one["kind"]) for one in found["problems"]] == [("topology", "not_available")]
    assert found["sections"]["topology"] == "read"
    assert "switch@" not in json.dumps(found)


def test_a_section_whose_walks_ended_before_the_session_did_is_read(lab: Endpoint) -> None:
    async def interrupted() -> dict[str, str]:
        async with open_session(*lab, Community(community="lab_web")) as session:
            walks = Walks(session)
            await walks.walk("network", network.WALKS)
            session.problem = "it answered at first, and then no more"
            await walks.walk("topology", topology.WALKS)
            return {name: walks.judge(Reading(name)).state for name in ("network", "topology")}

    assert asyncio.run(interrupted()) == {"network": "read", "topology": "not_read"}


def test_the_table_of_a_vlan_is_asked_for_by_community_or_context() -> None:
    assert in_vlan(Community(community="c"), 12) == Community(community="c@12")
    assert in_vlan(UsmUser(user="u"), 12) == UsmUser(user="u", context="vlan-12")


def test_items_over_the_limits_are_cut_and_take_the_relations_at_them_along() -> None:
    network, topology = Reading("network"), Reading("topology")
    for number in range(bounds.ITEMS_MAX + 10):
        network.add(f"if:{number}", "NetworkInterface", "device", name=str(number))
    topology.relate("IN_VLAN", "if:0", "vlan:1")
    topology.relate("IN_VLAN", f"if:{bounds.ITEMS_MAX + 9}", "vlan:1")
    bounds.fit([network, topology])
    assert len(network.items) == bounds.ITEMS_MAX - 1  # and the device itself
    assert [one["from"] for one in topology.relations] == ["if:0"]
    assert ([one["kind"] for one in network.problems], network.state) == (["too_many"], "partial")


def test_relations_over_the_limits_are_cut_from_the_end() -> None:
    topology = Reading("topology")
    for number in range(bounds.RELATIONS_MAX + 10):
        topology.relate("IN_VLAN", "if:1", f"vlan:{number}")
    bounds.fit([topology])
    assert (len(topology.relations), topology.state) == (bounds.RELATIONS_MAX, "partial")


def test_what_is_too_large_for_a_document_is_cut_to_its_bytes() -> None:
    network = Reading("network")
    for number in range(200):
        network.add(f"if:{number}", "NetworkInterface", "device", name="n" * 60_000)
    bounds.fit([network])
    assert len(json.dumps(network.items)) < bounds.BYTES_MAX
    assert len(network.items) > 100
