"""Interfaces and addresses of a device, and the MACs that prove which device it is."""

from __future__ import annotations

from typing import Any

import pytest
from cmdb_agent.reading import Reading
from cmdb_collectors.snmp import ports as network
from cmdb_collectors.snmp import services, topology
from cmdb_collectors.snmp.interfaces import Interfaces
from cmdb_collectors.snmp.mibs import if_mib, ip_mib
from cmdb_collectors.snmp.values import Oid, Rows, Value
from hypothesis import given
from hypothesis import strategies as st

from tests.collectors.snmp.rows import entry, ports

IF_ENTRY, IF_X_ENTRY = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"
ADDRESS, OLD_ADDRESS = "1.3.6.1.2.1.4.34.1", "1.3.6.1.2.1.4.20.1"


def read(rows: Rows, members: set[int] | None = None) -> Reading:
    parsed = network.interfaces(rows)
    return network.read(rows, parsed, Interfaces(parsed.found), members or set())


def items(rows: Rows, type_name: str) -> dict[str, dict[str, Any]]:
    return {item["key"]: item["attributes"] for item in read(rows).items if item["type"] == type_name}


def test_an_interface_is_called_by_its_name_its_description_or_its_number() -> None:
    rows = entry(IF_ENTRY, (1,), {2: b"Ethernet 1"}) | entry(IF_X_ENTRY, (1,), {1: b"eth1"})
    rows |= entry(IF_ENTRY, (2,), {2: b"Ethernet 2"}) | entry(IF_ENTRY, (3,), {8: 1})
    assert list(items(rows, "NetworkInterface")) == ["if:eth1", "if:Ethernet 2", "if:3"]


def test_interfaces_of_one_name_are_told_apart_by_their_number() -> None:
    rows = entry(IF_ENTRY, (1,), {2: b"port"}) | entry(IF_ENTRY, (7,), {2: b"port"})
    found = items(rows, "NetworkInterface")
    assert {key: one["if_index"] for key, one in found.items()} == {"if:port": 1, "if:port#7": 7}


@pytest.mark.parametrize(
    ("speed", "high_speed", "bits_per_second"),
    [(10_000_000, 10, 10_000_000), (0xFFFFFFFF, 40_000, 40_000_000_000), (4_294_967_295, 0, None), (0, 0, None),
     (64_000, 0, 64_000), (None, 1000, 1_000_000_000)],
)  # fmt: skip
def test_the_speed_is_that_of_the_object_that_can_say_it(
    speed: int | None, high_speed: int, bits_per_second: int | None
) -> None:
    rows = entry(IF_ENTRY, (1,), {2: b"e"} | ({} if speed is None else {5: speed}))
    rows |= entry(IF_X_ENTRY, (1,), {15: high_speed})
    assert if_mib.interfaces(rows).found[0].speed_bits_per_second == bits_per_second


@pytest.mark.parametrize(
    ("name", "if_type", "connector", "kind"),
    [("Gi1/0/1", 6, 1, "physical"), ("Vlan10", 53, 2, "vlan"), ("Po1", 53, 2, "bond"), ("bond0", 6, 1, "bond"),
     ("br0", 6, 1, "bridge"), ("eth0.100", 6, 1, "vlan"), ("lo", 24, 2, "loopback"), ("Loopback0", 24, 2, "loopback"),
     ("tun0", 131, 2, "tunnel"), ("lag-1", 161, 2, "bond"), ("weird", 6, 2, "virtual"), ("old", 6, None, None)],
)  # fmt: skip
def test_what_an_interface_is_stands_in_its_type_or_its_name(
    name: str, if_type: int, connector: int | None, kind: str | None
) -> None:
    rows = entry(IF_ENTRY, (1,), {2: name.encode(), 3: if_type})
    rows |= entry(IF_X_ENTRY, (1,), {1: name.encode()} | ({} if connector is None else {17: connector}))
    assert items(rows, "NetworkInterface")[f"if:{name}"].get("kind") == kind


def with_mac(index: int, name: str, mac: str, if_type: int = 6, connector: int = 1) -> Rows:
    rows = entry(IF_ENTRY, (index,), {2: name.encode(), 3: if_type, 6: bytes.fromhex(mac.replace(":", ""))})
    return rows | entry(IF_X_ENTRY, (index,), {1: name.encode(), 17: connector})


def test_only_universal_macs_of_ports_with_a_socket_are_permanent() -> None:
    rows = with_mac(1, "eth0", "00:1c:73:00:00:01") | with_mac(2, "eth1", "02:1c:73:00:00:02")
    rows |= with_mac(3, "bond0", "00:1c:73:00:00:03") | with_mac(4, "Vlan1", "00:1c:73:00:00:04", 53, 2)
    rows |= with_mac(5, "enx001c73000005", "00:1c:73:00:00:05") | with_mac(6, "eth2", "20:20:20:20:20:20")
    assert read(rows).identifiers["permanent_macs"] == ["00:1c:73:00:00:01"]


def test_the_mac_of_an_interface_with_a_routed_address_is_evidence_and_that_of_a_runtimes_bridge_is_not() -> None:
    rows = with_mac(1, "eth0", "02:00:00:00:00:01") | with_mac(2, "docker0", "02:42:00:00:00:02")
    for index, address in ((1, (10, 0, 0, 1)), (2, (172, 17, 0, 1))):
        rows |= entry(OLD_ADDRESS, address, {2: index, 3: bytes([255, 255, 255, 0])})
    found = read(rows)
    assert found.identifiers == {"routed_macs": ["02:00:00:00:00:01"]}
    assert [item["key"] for item in found.items if item["type"] in ("IPAddress", "Subnet")] == [
        "addr:10.0.0.1", "net:10.0.0.0/24"
    ]  # fmt: skip


def test_the_base_mac_is_that_of_the_bridge_and_of_the_lldp_chassis() -> None:
    rows: Rows = ports("Gi1") | {(1, 3, 6, 1, 2, 1, 17, 1, 1, 0): bytes.fromhex("001c73aa0000")}
    rows[1, 0, 8802, 1, 1, 2, 1, 3, 1, 0] = 4
    rows[1, 0, 8802, 1, 1, 2, 1, 3, 2, 0] = bytes.fromhex("001c73bb0000")
    found = read(rows)
    assert found.identifiers["base_macs"] == ["00:1c:73:aa:00:00", "00:1c:73:bb:00:00"]
    assert found.attributes["base_mac"] == "00:1c:73:aa:00:00"


def test_addresses_have_the_prefix_that_their_row_points_to() -> None:
    six = (0x20, 1, 0xD, 0xB8, *(0,) * 11, 5)
    pointer = (1, 3, 6, 1, 2, 1, 4, 32, 1, 5, 1, 2, 16, 0x20, 1, 0xD, 0xB8, *(0,) * 12, 64)
    rows = entry(ADDRESS, (2, 16, *six), {3: 1, 4: 1, 5: pointer, 6: 2})
    rows |= entry(ADDRESS, (1, 4, 10, 0, 0, 1), {3: 1, 4: 1, 5: (0, 0)})
    rows |= entry(OLD_ADDRESS, (10, 0, 0, 1), {2: 1, 3: bytes([255, 255, 0, 0])})
    assert [(one.address, one.prefix_length) for one in ip_mib.addresses(rows).found] == [
        ("2001:db8::5", 64), ("10.0.0.1", 16)
    ]  # fmt: skip


def test_temporary_broadcast_and_loopback_addresses_are_left_out() -> None:
    rows = ports("Gi1") | entry(ADDRESS, (1, 4, 10, 0, 0, 255), {3: 1, 4: 3})
    rows |= entry(ADDRESS, (2, 16, 0x20, 1, 0xD, 0xB8, *(0,) * 11, 9), {3: 1, 4: 1, 6: 6})
    rows |= entry(ADDRESS, (1, 4, 127, 0, 0, 1), {3: 1, 4: 1}) | entry(ADDRESS, (1, 4, 10, 0, 0, 2), {3: 1, 4: 1})
    assert list(items(rows, "IPAddress")) == ["addr:10.0.0.2"]


def test_an_address_index_without_its_length_is_read_as_well() -> None:
    rows = entry(ADDRESS, (1, 10, 0, 0, 3), {3: 1, 4: 1})
    assert [one.address for one in ip_mib.addresses(rows).found] == ["10.0.0.3"]


def test_the_default_gateway_is_read_of_whichever_route_table_there_is() -> None:
    route = (1, 4, 0, 0, 0, 0, 0, 2, 0, 0, 1, 4, 10, 0, 0, 254)
    assert ip_mib.default_gateways({(1, 3, 6, 1, 2, 1, 4, 24, 7, 1, 8, *route): 4}) == ["10.0.0.254"]
    old: Rows = {ip_mib.ROUTE_NEXT_HOP_DEFAULT: bytes([10, 0, 0, 253])}
    assert ip_mib.default_gateways(old) == ["10.0.0.253"]


def test_a_port_of_a_stack_says_which_member_it_is_on() -> None:
    rows = ports("Gi1/0/1", "Gi2/0/1", "Gi7/0/1", "Gi0/1")
    found = {item["key"]: item["attributes"].get("member_number") for item in read(rows, {1, 2}).items}
    assert found == {"if:Gi1/0/1": 1, "if:Gi2/0/1": 2, "if:Gi7/0/1": None, "if:Gi0/1": None}


@pytest.mark.parametrize(
    ("more", "forwards"),
    [({}, None), ({ip_mib.IP_FORWARDING: 2}, False), ({ip_mib.IP_FORWARDING: 1}, False),
     ({(1, 0, 8802, 1, 1, 2, 1, 3, 2, 0): b"sw", (1, 0, 8802, 1, 1, 2, 1, 3, 6, 0): b"\x28"}, True),
     ({(1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 2, 1): 1, (1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 2, 2): 2}, True)],
)  # fmt: skip
def test_a_device_forwards_that_bridges_ports_or_routes_between_them(more: Rows, forwards: bool | None) -> None:
    assert read(ports("Gi1", "Gi2") | more).attributes.get("forwards") is forwards


def test_a_host_whose_only_bridge_serves_its_containers_forwards_nothing() -> None:
    rows = with_mac(1, "eth0", "00:1c:73:00:00:01") | with_mac(2, "eth1", "00:1c:73:00:00:02")
    rows |= with_mac(3, "docker0", "02:42:00:00:00:03") | {ip_mib.IP_FORWARDING: 1}
    rows |= {(1, 0, 8802, 1, 1, 2, 1, 3, 2, 0): b"sw", (1, 0, 8802, 1, 1, 2, 1, 3, 6, 0): b"\x28"}
    rows |= entry(OLD_ADDRESS, (10, 0, 0, 1), {2: 1}) | entry(OLD_ADDRESS, (172, 17, 0, 1), {2: 3})
    assert read(rows).attributes["forwards"] is False


def test_more_interfaces_than_are_taken_are_cut_and_said() -> None:
    rows: Rows = {}
    for number in range(1, 12):
        rows |= entry(IF_ENTRY, (number,), {2: f"p{number}".encode()})
    parsed = network.interfaces(rows)
    reading = network.read(rows, parsed, Interfaces(parsed.found[:10]), set())
    assert (len(reading.items), reading.state) == (10, "partial")


ROOTS = sorted({*network.WALKS, *topology.WALKS, *topology.CISCO_WALKS, *topology.TPLINK_WALKS, *services.WALKS})
VALUES: st.SearchStrategy[Value] = st.one_of(
    st.integers(-(1 << 33), 1 << 65),
    st.binary(max_size=40),
    st.sampled_from([b"\x00" * 6, b"\xff\xfe", b"lo\x00", b"10.0.0.1", b"00:11:22:33:44:55", b""]),
    st.lists(st.integers(0, 1 << 32), min_size=2, max_size=20).map(tuple),
)
INDEXES: st.SearchStrategy[Oid] = st.one_of(
    st.lists(st.integers(0, 300), max_size=24).map(tuple),
    st.sampled_from([(1,), (2,), (0, 1, 1), (1, 1), (1, 4, 10, 0, 0, 1), (1, 1, 4, 10, 0, 0, 1), (0, 50, 1, 2, 3, 4)]),
)
HOSTILE = st.dictionaries(st.builds(lambda root, index: (*root, *index), st.sampled_from(ROOTS), INDEXES), VALUES)


@given(HOSTILE)
def test_no_rows_whatever_they_hold_raise_anything(rows: Rows) -> None:
    rows = ports("Gi1") | rows
    parsed = network.interfaces(rows)
    known = Interfaces(parsed.found)
    readings = [network.read(rows, parsed, known, {1}), topology.read(rows, known), *services.read(rows)]
    assert [one.section for one in readings] == ["network", "topology", "services", "connections"]
