"""Q-BRIDGE-MIB (RFC 4363): VLANs, their ports, and the forwarding tables by VLAN."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from cmdb_collectors.snmp.mibs.bridge_mib import Station, station
from cmdb_collectors.snmp.mibs.tables import (
    Columns,
    Parsed,
    entries,
    number,
    parse,
    ports_of,
    positive,
    text,
)
from cmdb_collectors.snmp.values import Oid, Rows

_Q_BRIDGE = (1, 3, 6, 1, 2, 1, 17, 7, 1)
FORWARDING_ENTRY = (*_Q_BRIDGE, 2, 2, 1)
VLAN_CURRENT_ENTRY = (*_Q_BRIDGE, 4, 2, 1)
VLAN_STATIC_ENTRY = (*_Q_BRIDGE, 4, 3, 1)
PORT_VLAN_ENTRY = (*_Q_BRIDGE, 4, 5, 1)
VLAN_WALKS: tuple[Oid, ...] = (
    (*VLAN_CURRENT_ENTRY, 3),
    (*VLAN_CURRENT_ENTRY, 4),
    (*VLAN_STATIC_ENTRY, 1),
    (*VLAN_STATIC_ENTRY, 2),
    (*PORT_VLAN_ENTRY, 1),
)
FORWARDING_WALKS: tuple[Oid, ...] = ((*FORWARDING_ENTRY, 2), (*FORWARDING_ENTRY, 3))

VLAN_MAX = 4094


class Vlan(NamedTuple):
    """A VLAN of this bridge. `ports` are the bridge's port numbers; `fdb_id` is None where it is not said."""

    vlan_id: int
    name: str | None
    ports: frozenset[int]
    fdb_id: int | None


def vlans(rows: Rows) -> list[Vlan]:
    """The VLANs that are configured or in use, by number. A port's own VLAN (its PVID) counts among its VLANs."""
    names: dict[int, str | None] = {}
    members: defaultdict[int, set[int]] = defaultdict(set)
    fdb_ids: dict[int, int] = {}
    for index, columns in entries(rows, VLAN_STATIC_ENTRY).items():
        if len(index) == 1:
            names[index[0]] = text(columns.get(1))
            members[index[0]].update(ports_of(columns.get(2)))
    for index, columns in entries(rows, VLAN_CURRENT_ENTRY).items():
        if len(index) == 2:  # time mark, VLAN
            members[index[1]].update(ports_of(columns.get(4)))
            fdb_id = number(columns.get(3))
            if fdb_id is not None:
                fdb_ids[index[1]] = fdb_id
    for index, columns in entries(rows, PORT_VLAN_ENTRY).items():
        vlan_id = positive(columns.get(1))
        if len(index) == 1 and vlan_id in members:
            members[vlan_id].add(index[0])
    return [
        Vlan(vlan_id, names.get(vlan_id), frozenset(members[vlan_id]), fdb_ids.get(vlan_id))
        for vlan_id in sorted(members)
        if 0 < vlan_id <= VLAN_MAX
    ]


def stations(rows: Rows) -> Parsed[Station]:
    """What the bridge learned, in a table for each filtering database; see `vlan_of_fdb`."""

    def read(index: Oid, columns: Columns) -> Station | None:
        return station(index[0], index[1:], columns)

    return parse(rows, FORWARDING_ENTRY, read)


def vlan_of_fdb(known: list[Vlan]) -> dict[int, int]:
    """The VLAN of each filtering database that belongs to one alone."""
    owners: defaultdict[int, list[int]] = defaultdict(list)
    for vlan in known:
        if vlan.fdb_id is not None:
            owners[vlan.fdb_id].append(vlan.vlan_id)
    return {fdb_id: vlan_ids[0] for fdb_id, vlan_ids in owners.items() if len(vlan_ids) == 1}
