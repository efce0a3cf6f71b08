"""BRIDGE-MIB (RFC 4188): a bridge's ports, and behind which of them which stations are."""

from __future__ import annotations

from typing import NamedTuple

from cmdb_collectors.snmp.mibs.tables import Columns, Malformed, Parsed, colons, entries, mac, number, octets, parse
from cmdb_collectors.snmp.values import Oid, Rows

_BRIDGE = (1, 3, 6, 1, 2, 1, 17)
BASE_ADDRESS = (*_BRIDGE, 1, 1, 0)
BASE_PORT_ENTRY = (*_BRIDGE, 1, 4, 1)
FORWARDING_ENTRY = (*_BRIDGE, 4, 3, 1)
SCALARS = (BASE_ADDRESS,)
PORT_WALKS: tuple[Oid, ...] = ((*BASE_PORT_ENTRY, 2),)
FORWARDING_WALKS: tuple[Oid, ...] = ((*FORWARDING_ENTRY, 2), (*FORWARDING_ENTRY, 3))

LEARNED = 3  # of dot1dTpFdbStatus and dot1qTpFdbStatus


class Station(NamedTuple):
    """A MAC address that a bridge learned at one of its ports. `fdb_id` is None where there is one table for all."""

    port: int
    mac_address: str
    fdb_id: int | None


def base_address(rows: Rows) -> str | None:
    """The MAC address by which the bridge is known (dot1dBaseBridgeAddress)."""
    return mac(rows.get(BASE_ADDRESS))


def ports(rows: Rows) -> dict[int, int]:
    """The ifIndex of each port of the bridge (dot1dBasePortIfIndex)."""
    cells = entries(rows, BASE_PORT_ENTRY)
    found = {index[0]: number(columns.get(2)) for index, columns in cells.items() if len(index) == 1}
    return {port: if_index for port, if_index in found.items() if if_index is not None and if_index > 0}


def stations(rows: Rows) -> Parsed[Station]:
    """What the bridge learned, in one table for all VLANs."""

    def read(index: Oid, columns: Columns) -> Station | None:
        return station(None, index, columns)

    return parse(rows, FORWARDING_ENTRY, read)


def station(fdb_id: int | None, address: Oid, columns: Columns) -> Station | None:
    """One learned entry of either forwarding table; None for others, and where the port is not known.

    Some agents leave the status out: then it counts as learned. Some put the length in front of the address, which
    has just one (seen: Aruba, Ubiquiti). Raises Malformed.
    """
    raw = octets(address[1:] if len(address) == 7 and address[0] == 6 else address)
    if len(raw) != 6:
        raise Malformed(f"no MAC address: {address}")
    port = number(columns.get(2))
    if number(columns.get(3)) not in (None, LEARNED) or not port or port < 0 or raw[0] & 1 or not any(raw):
        return None
    return Station(port, colons(raw), fdb_id)
