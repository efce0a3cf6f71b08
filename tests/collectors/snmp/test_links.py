"""Neighbours by LLDP and CDP: at which port, known by what, each pair of ports once."""

from __future__ import annotations

import pytest
from cmdb_collectors.snmp.links import Link, links
from cmdb_collectors.snmp.values import Rows

from tests.collectors.snmp.rows import CDP_CACHE, LLDP_LOCAL_PORT, entry, known, lldp_neighbour, ports

FAR = bytes.fromhex("8c604f19167c")


def found(rows: Rows) -> list[Link]:
    return links(rows, known(rows)).found


def test_a_local_port_is_found_by_what_it_is_called_before_any_number() -> None:
    rows = ports("Gi1", "Gi2", "Gi3") | entry(LLDP_LOCAL_PORT, (2,), {2: 5, 3: b"Gi3"}) | lldp_neighbour(2, FAR, b"e1")
    rows |= entry("1.3.6.1.2.1.17.1.4.1", (2,), {2: 1})
    assert [link.if_index for link in found(rows)] == [3]


def test_a_local_port_is_found_by_its_mac() -> None:
    mac = bytes([0x00, 0x1C, 0x73, 0, 0, 3])
    rows = ports("Gi1", "Gi2", "Gi3") | entry(LLDP_LOCAL_PORT, (2,), {2: 3, 3: mac}) | lldp_neighbour(2, FAR, b"e1")
    assert [link.if_index for link in found(rows)] == [3]


def test_a_local_port_is_found_by_its_description_where_its_id_means_nothing() -> None:
    rows = ports("Gi1", "Gi2", "Gi3") | entry(LLDP_LOCAL_PORT, (2,), {2: 7, 3: b"slot-2", 4: b"Port Gi1"})
    assert [link.if_index for link in found(rows | lldp_neighbour(2, FAR, b"e1"))] == [1]


def test_a_local_port_without_a_name_is_a_bridge_port_before_it_is_an_if_index() -> None:
    rows = ports("Gi1", "Gi2", "Gi3") | lldp_neighbour(2, FAR, b"e1")
    assert [link.if_index for link in found(rows)] == [2]
    assert [link.if_index for link in found(rows | entry("1.3.6.1.2.1.17.1.4.1", (2,), {2: 1}))] == [1]


def test_a_local_port_whose_name_has_six_letters_is_not_taken_for_a_mac() -> None:
    rows = ports("Eth1/1", "Eth1/2") | entry(LLDP_LOCAL_PORT, (1,), {3: b"Eth1/2"}) | lldp_neighbour(1, FAR, b"e1")
    assert [link.if_index for link in found(rows)] == [2]


def test_a_neighbour_at_a_port_that_is_no_interface_is_counted_and_not_guessed() -> None:
    rows = ports("Gi1") | lldp_neighbour(77, FAR, b"e1")
    assert links(rows, known(rows)) == ([], 0, 1)


@pytest.mark.parametrize(
    "spelled", [FAR, b"8c:60:4f:19:16:7c", b"8C-60-4F-19-16-7C", b"8c60.4f19.167c", b"8c604f-19167c"]
)
def test_a_chassis_mac_is_the_same_in_octets_and_in_letters(spelled: bytes) -> None:
    rows = ports("Gi1") | lldp_neighbour(1, spelled, b"e1")
    assert [link.chassis_id for link in found(rows)] == ["8c:60:4f:19:16:7c"]


def test_a_chassis_that_is_a_network_address_is_written_as_one() -> None:
    rows = ports("Gi1", "Gi2") | lldp_neighbour(1, bytes([1, 10, 0, 0, 9]), b"e1", subtype=5)
    rows |= lldp_neighbour(2, bytes([10, 0, 0, 10]), b"e1", subtype=5)
    assert [(link.chassis_id_subtype, link.chassis_id) for link in found(rows)] == [
        ("networkAddress", "10.0.0.9"), ("networkAddress", "10.0.0.10")
    ]  # fmt: skip


def test_the_management_address_is_read_from_the_index_and_ipv4_goes_first() -> None:
    rows = ports("Gi1") | lldp_neighbour(1, FAR, b"e1")
    for family, address in ((2, bytes.fromhex("fe80" + "00" * 13 + "01")), (1, bytes([10, 0, 0, 9]))):
        rows |= entry("1.0.8802.1.1.2.1.4.2.1", (0, 1, 1, family, len(address), *address), {3: 2})
    assert [link.address for link in found(rows)] == ["10.0.0.9"]


def test_a_device_that_speaks_only_the_second_lldp_mib_is_read_by_if_index() -> None:
    rows = ports("Gi1", "Gi2") | entry("1.3.111.2.802.1.1.13.1.4.1.1", (5, 2, 1, 3), {5: 4, 6: FAR, 7: 5, 8: b"e1"})
    assert [(link.if_index, link.chassis_id, link.port_id) for link in found(rows)] == [(2, "8c:60:4f:19:16:7c", "e1")]


def cdp(if_index: int, device: bytes, port: bytes, address: bytes = b"", platform: bytes = b"cisco WS") -> Rows:
    return entry(CDP_CACHE, (if_index, 1), {3: 1, 4: address, 5: b"IOS 15", 6: device, 7: port, 8: platform})


def test_lldp_and_cdp_of_one_pair_of_ports_are_one_link_with_what_both_say() -> None:
    rows = ports("Gi1") | lldp_neighbour(1, FAR, b"Gi1/0/3", name=b"core-1.example.net")
    rows |= cdp(1, b"core-1(FOX1234)", b"GigabitEthernet1/0/3", bytes([10, 0, 0, 1]))
    (link,) = found(rows)
    assert link.discovered_by == "lldp,cdp"
    assert (link.chassis_id_subtype, link.chassis_id) == ("macAddress", "8c:60:4f:19:16:7c")
    assert (link.port_id, link.address, link.sys_descr) == ("Gi1/0/3", "10.0.0.1", "IOS 15")


def test_a_phone_and_a_computer_behind_it_are_two_links_of_one_port() -> None:
    rows = ports("Gi1") | lldp_neighbour(1, FAR, b"eth0", name=b"pc-7") | cdp(1, b"SEP0011", b"Port 1")
    assert [link.discovered_by for link in found(rows)] == ["lldp", "cdp"]


def test_two_ports_of_one_neighbour_are_two_links() -> None:
    rows = ports("Gi1", "Gi2") | lldp_neighbour(1, FAR, b"e1") | lldp_neighbour(2, FAR, b"e2")
    assert [(link.if_index, link.port_id) for link in found(rows)] == [(1, "e1"), (2, "e2")]


def test_a_cdp_neighbour_keeps_its_device_id_and_shows_the_name_in_it() -> None:
    (link,) = found(ports("Gi1") | cdp(1, b"core-1(FOX1234)", b"Ethernet1/1"))
    assert (link.chassis_id_subtype, link.chassis_id, link.sys_name) == ("cdpDeviceId", "core-1(FOX1234)", "core-1")
