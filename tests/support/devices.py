"""Observation documents of network devices as an SNMP collector sends them."""

from __future__ import annotations

import uuid
from typing import Any

from tests.support.hosts import START

Far = dict[str, Any]


def lldp(chassis: str, port: str, subtype: str = "interfaceName", **more: str) -> Far:
    """A neighbour as LLDP describes it, known by a MAC."""
    return {
        "discovered_by": "lldp", "chassis_id_subtype": "macAddress", "chassis_id": chassis,
        "port_id_subtype": subtype, "port_id": port,
    } | more  # fmt: skip


def cdp(name: str, port: str, address: str) -> Far:
    """A neighbour as CDP describes it."""
    return {
        "discovered_by": "cdp", "chassis_id_subtype": "cdpDeviceId", "chassis_id": name,
        "port_id_subtype": "interfaceName", "port_id": port, "address": address,
    }  # fmt: skip


def base_mac(number: int) -> str:
    """The chassis address of switch N; its ports count up from it."""
    return f"00:1c:73:00:{number:02x}:00"


def port_mac(number: int, port: int) -> str:
    """The address of a port of switch N."""
    return f"00:1c:73:00:{number:02x}:{port:02x}"


def switch(
    number: int,
    *,
    at: int = START,
    ports: int = 4,
    neighbours: dict[int, Far] | None = None,
    learnt: dict[int, tuple[str, ...]] | None = None,
    resolved: tuple[tuple[str, str], ...] = (),
    vlans: dict[int, tuple[int, ...]] | None = None,
    members: tuple[str, ...] = (),
    sections: dict[str, str] | None = None,
    target: str | None = None,
    observed_from: dict[str, str] | None = None,
    name: str | None = None,
) -> dict[str, Any]:
    """A switch `sw-N` at 10.1.0.N with ports Gi0/1…; by port number: neighbours, MACs learnt there, its VLANs.

    `resolved`: (MAC, address) pairs of its ARP cache. `members`: serial numbers of a stack's chassis.
    """
    serials = list(members) or [f"FOC{number:04}"]
    items: list[dict[str, Any]] = [
        {
            "key": "device", "type": "NetworkDevice",
            "identifiers": {"base_macs": [base_mac(number)], "chassis_serials": serials},
            "attributes": {
                "name": name or f"sw-{number}", "vendor": "Cisco", "serial_number": serials[0], "forwards": True,
            },
        },
        {
            "key": "if:Vlan1", "type": "NetworkInterface", "in": "device",
            "attributes": {"name": "Vlan1", "if_index": 1000, "mac_address": base_mac(number)},
        },
        {"key": "addr", "type": "IPAddress", "in": "if:Vlan1", "attributes": {"address": f"10.1.0.{number}"}},
    ]  # fmt: skip
    relations: list[dict[str, Any]] = []
    for port in range(1, ports + 1):
        key = f"if:Gi0/{port}"
        items.append({
            "key": key, "type": "NetworkInterface", "in": "device",
            "attributes": {"name": f"Gi0/{port}", "if_index": port, "mac_address": port_mac(number, port)},
        })  # fmt: skip
        if far := (neighbours or {}).get(port):
            relations.append({"verb": "LINKED_TO", "from": key, "to": far})
        macs = (learnt or {}).get(port, ())
        for mac in macs:
            far = {"discovered_by": "fdb", "chassis_id_subtype": "macAddress", "chassis_id": mac}
            relations.append({"verb": "ATTACHED_TO", "from": key, "to": far, "attributes": {"macs_on_port": len(macs)}})
        relations += [{"verb": "IN_VLAN", "from": key, "to": f"vlan:{vlan}"} for vlan in (vlans or {}).get(port, ())]
    for mac, address in resolved:
        far = {"discovered_by": "arp", "chassis_id_subtype": "macAddress", "chassis_id": mac, "address": address}
        relations.append({"verb": "ATTACHED_TO", "from": "if:Vlan1", "to": far})
    items += [
        {"key": f"vlan:{vlan}", "type": "VLAN", "attributes": {"vlan_id": vlan, "name": f"net-{vlan}"}}
        for vlan in sorted({one for several in (vlans or {}).values() for one in several})
    ]
    items += [
        {"key": f"member:{serial}", "type": "ChassisMember", "in": "device",
         "attributes": {"name": f"chassis {place}", "number": place, "serial_number": serial}}
        for place, serial in enumerate(members, 1)
    ]  # fmt: skip
    return {
        "schema_version": 1,
        "document_id": str(uuid.uuid4()),
        "source": {"kind": "snmp", "name": "cmdb-collect", "version": "0.1.0", "instance": "collector-1"},
        "scope": {"kind": "target", "key": target or f"sw-{number}", "domain": "default"},
        "observed_at": at,
        "interval_ms": 3_600_000,
        "sections": {
            "identity": "read", "hardware": "read", "operating_system": "read", "network": "read", "topology": "read"
        } | (sections or {}),
        "items": items,
        "relations": relations,
    } | ({"observed_from": observed_from} if observed_from else {})  # fmt: skip
