"""Hosts behind ports, VLANs, and which of a device's ports lead to another device."""

from __future__ import annotations

from cmdb_collectors.snmp import forwarding, topology
from cmdb_collectors.snmp.ports import vlans_of
from cmdb_collectors.snmp.values import Rows

from tests.collectors.snmp.rows import entry, known, lldp_neighbour, ports

HOST = (0x00, 0x50, 0x56, 1, 2, 3)
HOST_MAC = "00:50:56:01:02:03"
Q_FORWARDING, FORWARDING = "1.3.6.1.2.1.17.7.1.2.2.1", "1.3.6.1.2.1.17.4.3.1"


def bridge(*if_indexes: int, first: int = 1) -> Rows:
    """Bridge ports from `first` on, in front of these interfaces."""
    rows: Rows = {}
    for port, if_index in enumerate(if_indexes, start=first):
        rows |= entry("1.3.6.1.2.1.17.1.4.1", (port,), {2: if_index})
    return rows


def attached(rows: Rows, linked: tuple[int, ...] = (), **by_vlan: dict[int, Rows]) -> list[tuple[int, str, int | None]]:
    found = forwarding.attached(rows, known(rows), linked, **by_vlan).found
    return [(one.if_index, one.mac_address, one.vlan_id) for one in found]


def test_a_host_stands_behind_the_interface_of_its_bridge_port() -> None:
    rows = ports("Gi1", "Gi2") | bridge(2, 1) | entry(FORWARDING, HOST, {2: 1, 3: 3})
    assert attached(rows) == [(2, HOST_MAC, None)]


def test_the_vlan_of_a_host_is_that_of_its_database_whose_number_may_differ() -> None:
    rows = ports("Gi1") | bridge(1) | entry(Q_FORWARDING, (7, *HOST), {2: 1, 3: 3})
    rows |= entry("1.3.6.1.2.1.17.7.1.4.2.1", (0, 100), {3: 7, 4: b"\x80"})
    assert attached(rows) == [(1, HOST_MAC, 100)]


def test_a_database_that_several_vlans_share_says_no_vlan() -> None:
    rows = ports("Gi1") | bridge(1) | entry(Q_FORWARDING, (1, *HOST), {2: 1, 3: 3})
    for vlan_id in (100, 200):
        rows |= entry("1.3.6.1.2.1.17.7.1.4.2.1", (0, vlan_id), {3: 1, 4: b"\x80"})
    assert attached(rows) == [(1, HOST_MAC, None)]


def test_what_is_learned_at_a_port_with_a_neighbour_is_behind_the_neighbour() -> None:
    rows = ports("Gi1", "Gi2") | bridge(1, 2) | entry(FORWARDING, HOST, {2: 1, 3: 3})
    assert attached(rows, linked=(1,)) == []


def test_a_bundle_leads_to_the_neighbour_of_its_members() -> None:
    rows = ports("Gi1", "Gi2", "Po1") | bridge(3) | entry(FORWARDING, HOST, {2: 1, 3: 3})
    assert attached(rows | entry("1.2.840.10006.300.43.1.2.1.1", (1,), {13: 3}), linked=(1,)) == []
    assert attached(rows | entry("1.3.6.1.2.1.31.1.2.1", (3, 1), {3: 1}), linked=(1,)) == []


def test_the_unit_of_a_port_leads_where_the_port_leads_also_through_a_bundle() -> None:
    rows = ports("xe-0/0/0", "ae0", "ae0.0") | bridge(3) | entry(FORWARDING, HOST, {2: 1, 3: 3})
    rows |= entry("1.3.6.1.2.1.31.1.2.1", (2, 1), {3: 1}) | entry("1.3.6.1.2.1.31.1.2.1", (3, 2), {3: 1})
    assert attached(rows, linked=(1,)) == []


def test_own_static_and_group_addresses_are_no_hosts() -> None:
    own = (0x00, 0x1C, 0x73, 0, 0, 2)
    rows = ports("Gi1", "Gi2") | bridge(1, 2)
    for mac, status in ((own, 3), (HOST, 4), ((1, 0x80, 0xC2, 0, 0, 0), 3)):
        rows |= entry(FORWARDING, mac, {2: 1, 3: status})
    assert attached(rows) == []


def test_an_address_with_its_length_in_front_is_read_as_well() -> None:
    rows = ports("Gi1") | bridge(1) | entry(FORWARDING, (6, *HOST), {2: 1, 3: 3})
    assert attached(rows) == [(1, HOST_MAC, None)]


def test_tables_kept_for_each_vlan_say_the_vlan_and_number_ports_by_themselves() -> None:
    rows = ports("Gi1", "Gi2") | bridge(1, 2)
    by_vlan = {20: bridge(2) | entry(FORWARDING, HOST, {2: 1, 3: 3})}
    assert attached(rows, by_vlan=by_vlan) == [(2, HOST_MAC, 20)]


def test_rows_that_are_no_entries_are_counted() -> None:
    rows = ports("Gi1") | bridge(1) | entry(FORWARDING, (1, 2, 3), {2: 1, 3: 3})
    rows |= entry(FORWARDING, (0, 300, 0, 0, 0, 1), {2: 1, 3: 3}) | entry(FORWARDING, HOST, {2: b"x", 3: 3})
    assert forwarding.attached(rows, known(rows), ()).skipped == 2


def test_more_stations_than_a_document_takes_are_cut_and_said() -> None:
    rows = ports("Gi1") | bridge(1)
    for number in range(forwarding.STATIONS_MAX + 5):
        rows |= entry(FORWARDING, (0, 0x50, 0x56, number >> 16, number >> 8 & 255, number & 255), {2: 1, 3: 3})
    reading = topology.read(rows, known(rows))
    assert len(reading.relations) == forwarding.STATIONS_MAX
    assert (reading.state, [one["kind"] for one in reading.problems]) == ("partial", ["too_many"])


def test_vlans_have_their_ports_from_the_bitmaps_and_from_the_ports_own_vlan() -> None:
    rows = ports("Gi1", "Gi2", "Gi3") | bridge(1, 2, 3)
    rows |= entry("1.3.6.1.2.1.17.7.1.4.3.1", (10,), {1: b"users", 2: b"\xa0"})
    rows |= entry("1.3.6.1.2.1.17.7.1.4.5.1", (2,), {1: 10})
    assert vlans_of(rows, known(rows)) == {1: {10}, 2: {10}, 3: {10}}
    reading = topology.read(rows, known(rows))
    assert [item["attributes"] for item in reading.items] == [{"vlan_id": 10, "name": "users"}]
    assert {(one["from"], one["to"]) for one in reading.relations} == {
        ("if:Gi1", "vlan:10"), ("if:Gi2", "vlan:10"), ("if:Gi3", "vlan:10")
    }  # fmt: skip


def test_a_cisco_trunk_carries_the_vlans_that_exist_and_that_it_lets_through() -> None:
    rows = ports("Gi1", "Gi2") | entry("1.3.6.1.4.1.9.9.46.1.2.1.1", (1,), {2: b"campus"})
    for vlan_id in (1, 9, 1030):
        rows |= entry("1.3.6.1.4.1.9.9.46.1.3.1.1", (1, vlan_id), {3: 1, 4: f"net-{vlan_id}".encode()})
    rows |= entry("1.3.6.1.4.1.9.9.46.1.6.1.1", (1,), {4: b"\x40\x40", 5: 1, 14: 1, 17: b"\x02"})
    rows |= entry("1.3.6.1.4.1.9.9.68.1.2.2.1", (2,), {2: 9})
    assert vlans_of(rows, known(rows)) == {1: {1, 9, 1030}, 2: {9}}
    assert [item["attributes"].get("domain_name") for item in topology.read(rows, known(rows)).items] == ["campus"] * 3


def test_the_neighbour_cache_joins_address_and_mac_without_own_and_link_local_entries() -> None:
    rows = ports("Gi1") | lldp_neighbour(1, bytes(HOST), b"e1")
    physical = "1.3.6.1.2.1.4.35.1"
    rows |= entry(physical, (1, 1, 4, 10, 0, 0, 5), {4: bytes(HOST), 6: 3})
    rows |= entry(physical, (1, 1, 4, 10, 0, 0, 6), {4: bytes([0, 0x1C, 0x73, 0, 0, 1]), 6: 3})
    rows |= entry(physical, (1, 2, 16, 0xFE, 0x80, *(0,) * 13, 1), {4: bytes(HOST), 6: 3})
    rows |= entry(physical, (1, 1, 10, 0, 0, 7), {4: bytes(HOST), 6: 4})
    found = [one["to"] for one in topology.read(rows, known(rows)).relations if one["verb"] == "ATTACHED_TO"]
    assert [(one["chassis_id"], one["address"], one["discovered_by"]) for one in found] == [
        (HOST_MAC, "10.0.0.5", "arp"), (HOST_MAC, "10.0.0.7", "arp")
    ]  # fmt: skip
