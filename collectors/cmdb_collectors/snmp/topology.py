"""The section `topology` of an SNMP target: its neighbours, the hosts behind its ports and on its links, its VLANs."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

from cmdb_agent.probes.network import is_routed
from cmdb_agent.reading import Reading
from cmdb_agent.reading import known as of_value
from cmdb_agent.wire.document import Relation

from cmdb_collectors.snmp import forwarding, links
from cmdb_collectors.snmp.interfaces import Interfaces
from cmdb_collectors.snmp.links import Link
from cmdb_collectors.snmp.mibs import (
    cdp_mib,
    ip_mib,
    lag_mib,
    lldp_mib,
    q_bridge_mib,
    tplink_lldp_mib,
    vtp_mib,
)
from cmdb_collectors.snmp.ports import say_skipped, vlans_of
from cmdb_collectors.snmp.values import Oid, Rows

RESOLUTIONS_MAX = 15_000
TEXT_LENGTH_MAX = 4096

WALKS: tuple[Oid, ...] = (
    *lldp_mib.PORT_WALKS,
    *lldp_mib.WALKS,
    *cdp_mib.WALKS,
    *q_bridge_mib.FORWARDING_WALKS,
    *lag_mib.WALKS,
    *ip_mib.NEIGHBOUR_WALKS,
)
TPLINK_WALKS: tuple[Oid, ...] = (tplink_lldp_mib.NEIGHBOUR_ENTRY,)
CISCO_WALKS: tuple[Oid, ...] = vtp_mib.WALKS


def read(rows: Rows, known: Interfaces, by_vlan: Mapping[int, Rows] | None = None) -> Reading:
    """The section `topology`. `by_vlan`: rows of the bridge MIB that were read for one VLAN each."""
    reading = Reading("topology")
    found = links.links(rows, known)
    table = forwarding.attached(rows, known, {link.if_index for link in found.found}, by_vlan)
    _add_vlans(reading, rows, known)
    reading.relations += [_linked(link, known) for link in found.found]
    resolved = ip_mib.neighbours(rows)
    _add_resolutions(reading, resolved.found, known)
    for one in table.found:
        reading.relations.append({
            "verb": "ATTACHED_TO", "from": known.keys[one.if_index],
            "to": {"discovered_by": "fdb", "chassis_id_subtype": "macAddress", "chassis_id": one.mac_address},
            "attributes": of_value({"macs_on_port": one.macs_on_port, "vlan_id": one.vlan_id}),
        })  # fmt: skip
    say_skipped(reading, found.skipped + table.skipped + resolved.skipped)
    if table.left_out:
        over = f"{table.left_out} stations behind ports, those after the first {forwarding.STATIONS_MAX}"
        reading.missed("too_many", f"{over}, are left out")
    if found.unplaced:
        reading.note("unplaced", f"{found.unplaced} neighbours were heard at ports that are none of the interfaces")
    return reading


def _add_vlans(reading: Reading, rows: Rows, known: Interfaces) -> None:
    named = {vlan.vlan_id: vlan for vlan in vtp_mib.vlans(rows)}
    names = {vlan.vlan_id: vlan.name for vlan in q_bridge_mib.vlans(rows)}
    for vlan_id in sorted(named.keys() | names.keys()):
        vtp = named.get(vlan_id)
        item = reading.add(
            f"vlan:{vlan_id}", "VLAN", "", vlan_id=vlan_id, name=(vtp.name if vtp else None) or names.get(vlan_id),
            domain_name=vtp.domain_name if vtp else None,
        )  # fmt: skip
        del item["in"]
    for if_index, vlan_ids in vlans_of(rows, known).items():
        for vlan_id in sorted(vlan_ids & (named.keys() | names.keys())):
            if if_index in known.keys:
                reading.relate("IN_VLAN", known.keys[if_index], f"vlan:{vlan_id}")


def _linked(link: Link, known: Interfaces) -> Relation:
    far = {name: value[:TEXT_LENGTH_MAX] for name, value in link._asdict().items() if isinstance(value, str)}
    return {"verb": "LINKED_TO", "from": known.keys[link.if_index], "to": dict[str, str | int](far)}


def _add_resolutions(reading: Reading, found: list[ip_mib.Neighbour], known: Interfaces) -> None:
    """Add who has which address on the links: without own entries, groups, and addresses that only a link knows."""
    hosts = [
        one for one in found
        if one.if_index in known.by_index and is_routed(one.address) and not int(one.mac_address[:2], 16) & 1
        and one.mac_address not in known.mac_addresses
    ]  # fmt: skip
    for one in sorted(hosts, key=lambda o: (o.if_index, ipaddress.ip_address(o.address).packed))[:RESOLUTIONS_MAX]:
        reading.relations.append({
            "verb": "ATTACHED_TO", "from": known.keys[one.if_index],
            "to": {"discovered_by": "arp", "chassis_id_subtype": "macAddress", "chassis_id": one.mac_address,
                   "address": one.address},
        })  # fmt: skip
    if len(hosts) > RESOLUTIONS_MAX:
        reading.missed("too_many", f"{len(hosts)} resolved addresses: those over {RESOLUTIONS_MAX} are left out")
