"""CISCO-VTP-MIB and CISCO-VLAN-MEMBERSHIP-MIB: VLANs of Cisco switches, which have no Q-BRIDGE-MIB."""

from __future__ import annotations

from typing import NamedTuple

from cmdb_collectors.snmp.mibs.tables import entries, number, ports_of, positive, text
from cmdb_collectors.snmp.values import Oid, Rows

DOMAIN_ENTRY = (1, 3, 6, 1, 4, 1, 9, 9, 46, 1, 2, 1, 1)
VLAN_ENTRY = (1, 3, 6, 1, 4, 1, 9, 9, 46, 1, 3, 1, 1)
TRUNK_ENTRY = (1, 3, 6, 1, 4, 1, 9, 9, 46, 1, 6, 1, 1)
MEMBERSHIP_ENTRY = (1, 3, 6, 1, 4, 1, 9, 9, 68, 1, 2, 2, 1)

# Bits of VLANs 0 to 1023 and so on: vlanTrunkPortVlansEnabled, …2k, …3k, …4k.
_ENABLED = {4: 0, 17: 1024, 18: 2048, 19: 3072}
_NATIVE, _STATUS = 5, 14
_TRUNKING = 1
_ETHERNET = 1  # of vtpVlanType; the others are relics of token ring and FDDI

WALKS: tuple[Oid, ...] = (
    (*DOMAIN_ENTRY, 2),
    (*VLAN_ENTRY, 3),
    (*VLAN_ENTRY, 4),
    (*MEMBERSHIP_ENTRY, 2),
    *((*TRUNK_ENTRY, column) for column in (*_ENABLED, _NATIVE, _STATUS)),
)


class Vlan(NamedTuple):
    """A VLAN and the VTP domain it is named in (None for the domain without a name)."""

    vlan_id: int
    name: str | None
    domain_name: str | None


def vlans(rows: Rows) -> list[Vlan]:
    """The Ethernet VLANs of all domains, by number; the first domain's name for one that several have."""
    domains = {index[0]: text(columns.get(2)) for index, columns in entries(rows, DOMAIN_ENTRY).items()}
    found: dict[int, Vlan] = {}
    for index, columns in entries(rows, VLAN_ENTRY).items():
        if len(index) == 2 and 0 < index[1] < 4095 and number(columns.get(3)) in (None, _ETHERNET):
            found.setdefault(index[1], Vlan(index[1], text(columns.get(4)), domains.get(index[0])))
    return [found[vlan_id] for vlan_id in sorted(found)]


def memberships(rows: Rows, known: set[int]) -> dict[int, set[int]]:
    """The VLANs of each interface by ifIndex: that of an access port, those that a trunk lets through.

    A trunk says what it would let through, of which only the VLANs that are `known` exist.
    """
    found: dict[int, set[int]] = {}
    for index, columns in entries(rows, MEMBERSHIP_ENTRY).items():
        vlan_id = positive(columns.get(2))
        if len(index) == 1 and vlan_id is not None:
            found[index[0]] = {vlan_id}
    for index, columns in entries(rows, TRUNK_ENTRY).items():
        if len(index) != 1 or number(columns.get(_STATUS)) != _TRUNKING:
            continue
        enabled = {
            bit - 1 + first for column, first in _ENABLED.items() for bit in ports_of(columns.get(column))
        } & known
        native = positive(columns.get(_NATIVE))
        found[index[0]] = enabled | ({native} if native in known else set())
    return found
