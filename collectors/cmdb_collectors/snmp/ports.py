"""The section `network` of an SNMP target: interfaces, addresses, gateways, and the MACs that prove which it is."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection

from cmdb_agent.probes.network import RUNTIME_BRIDGE, RUNTIME_PORT, is_routed
from cmdb_agent.reading import Reading

from cmdb_collectors.snmp.device_hardware import ROOT
from cmdb_collectors.snmp.interfaces import INTERFACES_MAX, Interfaces, is_port, kind
from cmdb_collectors.snmp.mibs import bridge_mib, if_mib, ip_mib, lldp_mib, q_bridge_mib, vtp_mib
from cmdb_collectors.snmp.mibs.if_mib import Interface
from cmdb_collectors.snmp.mibs.ip_mib import Address
from cmdb_collectors.snmp.mibs.tables import Parsed
from cmdb_collectors.snmp.values import Oid, Rows

SCALARS = (*ip_mib.SCALARS, *bridge_mib.SCALARS, *lldp_mib.LOCAL_SCALARS)
WALKS: tuple[Oid, ...] = (*if_mib.WALKS, *ip_mib.ADDRESS_WALKS, *bridge_mib.PORT_WALKS, *q_bridge_mib.VLAN_WALKS)


def interfaces(rows: Rows) -> Parsed[Interface]:
    """The interfaces of the device, without the ends of links that a runtime draws anew for each container."""
    found, skipped = if_mib.interfaces(rows)
    return Parsed([one for one in found if not RUNTIME_PORT.fullmatch(one.label)], skipped)


def read(rows: Rows, parsed: Parsed[Interface], known: Interfaces, members: Collection[int]) -> Reading:
    """The section `network`.

    `known`: the first INTERFACES_MAX of the parsed interfaces. `members`: the numbers of a stack's members, none where
    the device is no stack.
    """
    reading = Reading("network")
    vlan_ids = vlans_of(rows, known)
    for one in known.by_index.values():
        slot = _slot(one)
        reading.add(
            known.keys[one.if_index], "NetworkInterface", ROOT,
            name=one.label, description=one.description, alias=one.alias, if_index=one.if_index, kind=kind(one),
            mac_address=one.mac_address, mtu=one.mtu, speed_bits_per_second=one.speed_bits_per_second,
            duplex=one.duplex, admin_status=one.admin_status, oper_status=one.oper_status,
            vlan_ids=[str(vlan_id) for vlan_id in sorted(vlan_ids.get(one.if_index, ()))],
            member_number=slot if slot in members else None,
        )  # fmt: skip
    if len(parsed.found) > len(known.by_index):
        message = f"{len(parsed.found)} interfaces: those after the first {INTERFACES_MAX} are left out"
        reading.missed("too_many", message)
    held = ip_mib.addresses(rows)
    routed = _add_addresses(reading, known, held.found)
    reading.set(default_gateways=ip_mib.default_gateways(rows), forwards=_forwards(rows, known, routed))
    _add_evidence(reading, rows, known, routed)
    say_skipped(reading, parsed.skipped + held.skipped)
    return reading


def say_skipped(reading: Reading, count: int) -> None:
    """Say how many rows were not what their MIB says; the section is then partial."""
    if count:
        reading.missed("malformed", f"{count} rows are not what their MIB says they are, and were left out")


def vlans_of(rows: Rows, known: Interfaces) -> dict[int, set[int]]:
    """The VLANs of each interface by ifIndex, of Q-BRIDGE-MIB or of Cisco's own MIBs."""
    found = vtp_mib.memberships(rows, {vlan.vlan_id for vlan in vtp_mib.vlans(rows)})
    bridged = bridge_mib.ports(rows)
    for vlan in q_bridge_mib.vlans(rows):
        for port in vlan.ports:
            if_index = bridged.get(port, port if not bridged else 0)
            if if_index in known.by_index:
                found.setdefault(if_index, set()).add(vlan.vlan_id)
    return found


def _add_addresses(reading: Reading, known: Interfaces, held: list[Address]) -> list[Interface]:
    """Add the routed addresses with their subnets; the interfaces that hold one, each once."""
    holders: dict[int, Interface] = {}
    seen: dict[str, int] = {}
    for one in sorted(held, key=lambda a: (a.if_index, ipaddress.ip_address(a.address).packed)):
        interface = known.by_index.get(one.if_index)
        if interface is None or not is_routed(one.address) or RUNTIME_BRIDGE.fullmatch(interface.label):
            continue
        holders[one.if_index] = interface
        key = _once(seen, f"addr:{one.address}", interface.label)
        reading.add(key, "IPAddress", known.keys[one.if_index], address=one.address)
        if one.prefix_length is not None:
            network = ipaddress.ip_network(f"{one.address}/{one.prefix_length}", strict=False)
            if network.num_addresses > 1:
                reading.add(_once(seen, f"net:{network}", one.address), "Subnet", key, prefix=str(network))
    return list(holders.values())


def _once(seen: dict[str, int], key: str, where: str) -> str:
    """The key, or one that says where as well: two interfaces may hold an address, two addresses lie in a subnet."""
    seen[key] = seen.get(key, 0) + 1
    return key if seen[key] == 1 else f"{key}@{where}" if seen[key] == 2 else f"{key}@{where}#{seen[key]}"


def _add_evidence(reading: Reading, rows: Rows, known: Interfaces, routed: list[Interface]) -> None:
    permanent = {
        one.mac_address for one in known.by_index.values() if one.mac_address and is_port(one)
        and not int(one.mac_address[:2], 16) & 3
    }  # fmt: skip
    bases = [mac for mac in (bridge_mib.base_address(rows), lldp_mib.local_system(rows).mac_address) if mac]
    for name, macs in (
        ("permanent_macs", permanent),
        ("routed_macs", {one.mac_address for one in routed if one.mac_address}),
        ("base_macs", set(bases)),
    ):
        if macs:
            reading.identifiers[name] = sorted(macs)
    reading.set(base_mac=bases[0] if bases else None)


def _forwards(rows: Rows, known: Interfaces, routed: list[Interface]) -> bool | None:
    """Whether the device passes frames or packets between its ports; None where nothing says.

    Bridges and routing that a container runtime sets up serve the machine's own containers.
    """
    all_interfaces = known.by_index.values()
    bridges = [one for one in all_interfaces if kind(one) == "bridge"]
    is_runtimes = bool(bridges) and all(RUNTIME_BRIDGE.fullmatch(one.label) for one in bridges)
    if sum(if_index in known.by_index for if_index in bridge_mib.ports(rows).values()) > 1 and not is_runtimes:
        return True
    said = lldp_mib.local_system(rows).bridges
    if said and not is_runtimes and sum(kind(one) in ("physical", None) for one in all_interfaces) > 1:
        return True
    routes = ip_mib.forwards(rows)
    if routes and len(routed) > 1:
        return True
    return None if routes is None and said is None else False


def _slot(one: Interface) -> int:
    """The first of three numbers of a port's name, which in a stack is the member; 0 where there are no three."""
    numbers = one.label.lstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ- ").split("/")
    return int(numbers[0]) if len(numbers) == 3 and all(number.isdigit() for number in numbers) else 0
