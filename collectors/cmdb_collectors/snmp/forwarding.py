"""Hosts behind ports: what a bridge learned at ports that lead to no other network device."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cmdb_collectors.snmp.interfaces import Interfaces
from cmdb_collectors.snmp.mibs import bridge_mib, if_mib, lag_mib, q_bridge_mib
from cmdb_collectors.snmp.mibs.bridge_mib import Station
from cmdb_collectors.snmp.values import Rows

STATIONS_MAX = 30_000


class Attached(NamedTuple):
    """A station behind a port. `vlan_id` is None where it is not known, or where several VLANs share a table."""

    if_index: int
    mac_address: str
    vlan_id: int | None
    macs_on_port: int


class Table(NamedTuple):
    """What was learned; how many rows could not be parsed; and how many stations are over the limit."""

    found: list[Attached]
    skipped: int
    left_out: int


def attached(
    rows: Rows, interfaces: Interfaces, linked: Iterable[int], by_vlan: Mapping[int, Rows] | None = None
) -> Table:
    """The stations behind each port, each once, in the order of the ports.

    `linked`: ports with a neighbour; what is learned there is behind the neighbour, also where the port belongs to a
    bundle. `by_vlan`: rows of the bridge MIB by VLAN, of devices that keep a table for each.
    """
    ports, skipped = _learned(rows, interfaces, by_vlan or {})
    uplinks = _with_bundles(rows, linked)
    found: list[Attached] = []
    for if_index in sorted(ports):
        if if_index in uplinks:
            continue
        stations = {mac: vlan for mac, vlan in ports[if_index].items() if mac not in interfaces.mac_addresses}
        found += [Attached(if_index, mac, stations[mac], len(stations)) for mac in sorted(stations)]
    return Table(found[:STATIONS_MAX], skipped, max(len(found) - STATIONS_MAX, 0))


def _learned(
    rows: Rows, interfaces: Interfaces, by_vlan: Mapping[int, Rows]
) -> tuple[dict[int, dict[str, int | None]], int]:
    """MAC → VLAN by the ifIndex of the port, and the count of rows that could not be parsed."""
    ports: dict[int, dict[str, int | None]] = {}
    table = q_bridge_mib.stations(rows)
    skipped = table.skipped
    vlans = q_bridge_mib.vlans(rows)
    names = {vlan.vlan_id for vlan in vlans}
    of_fdb = q_bridge_mib.vlan_of_fdb(vlans)
    if_indexes = _ports(rows, interfaces)
    for one in table.found:
        # Without a table of databases, most agents number them by their VLAN.
        vlan_id = of_fdb.get(one.fdb_id or 0) if of_fdb else one.fdb_id if one.fdb_id in names else None
        _add(ports, one, vlan_id, if_indexes)
    if not table.found:
        plain = bridge_mib.stations(rows)
        skipped += plain.skipped
        for one in plain.found:
            _add(ports, one, None, if_indexes)
    for vlan_id, its_rows in by_vlan.items():
        of_vlan = bridge_mib.stations(its_rows)
        skipped += of_vlan.skipped
        if_indexes = _ports(its_rows, interfaces)
        for one in of_vlan.found:
            _add(ports, one, vlan_id, if_indexes)
    return ports, skipped


def _ports(rows: Rows, interfaces: Interfaces) -> dict[int, int]:
    """The ifIndex of each bridge port; ports are taken for ifIndex values where a device does not say."""
    known = {port: index for port, index in bridge_mib.ports(rows).items() if index in interfaces.by_index}
    return known or {index: index for index in interfaces.by_index}


def _add(
    ports: dict[int, dict[str, int | None]], one: Station, vlan_id: int | None, if_indexes: Mapping[int, int]
) -> None:
    if_index = if_indexes.get(one.port)
    if if_index is not None:
        ports.setdefault(if_index, {}).setdefault(one.mac_address, vlan_id)


def _with_bundles(rows: Rows, linked: Iterable[int]) -> set[int]:
    """The ports and all that runs on top of them: bundles, and the units of a port that some devices bridge."""
    above, bundles = if_mib.layers_above(rows), lag_mib.bundles(rows)
    found: set[int] = set()
    waiting = list(linked)
    while waiting:
        if_index = waiting.pop()
        if if_index not in found:
            found.add(if_index)
            waiting += above.get(if_index, ())
            waiting += [bundles[if_index]] if if_index in bundles else []
    return found
