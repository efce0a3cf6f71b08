"""CISCO-CDP-MIB: the neighbours that speak the Cisco Discovery Protocol."""

from __future__ import annotations

from typing import NamedTuple

from cmdb_collectors.snmp.mibs.tables import Columns, Malformed, Parsed, ip, mac, number, parse, text
from cmdb_collectors.snmp.values import Oid, Rows, Value

CACHE_ENTRY = (1, 3, 6, 1, 4, 1, 9, 9, 23, 1, 2, 1, 1)
WALKS: tuple[Oid, ...] = tuple((*CACHE_ENTRY, column) for column in (6, 7, 3, 4, 5, 8, 17, 19, 20))

_IP_KINDS = (1, 20)  # ip(1) and ipv6(20) of CiscoNetworkProtocol


class Neighbour(NamedTuple):
    """Who is at the other end of a local port. `device_id` is a host name, a serial number, a MAC or a mix of them."""

    if_index: int
    device_id: str
    port_id: str | None
    platform: str | None
    version: str | None
    sys_name: str | None
    address: str | None


def neighbours(rows: Rows) -> Parsed[Neighbour]:
    """The neighbours of cdpCacheTable, in the order of the table."""
    return parse(rows, CACHE_ENTRY, _neighbour)


def _neighbour(index: Oid, columns: Columns) -> Neighbour | None:
    if len(index) != 2:
        raise Malformed(f"not the index of a neighbour: {index}")
    # Six octets are a MAC that small devices send raw, unless they can be read as a name.
    raw = columns.get(6)
    name = text(raw)
    device_id = mac(raw) if isinstance(raw, bytes) and len(raw) == 6 and not raw.isascii() else name
    if device_id is None:
        return None
    return Neighbour(
        if_index=index[0],
        device_id=device_id,
        port_id=text(columns.get(7)),
        platform=text(columns.get(8)),
        version=text(columns.get(5)),
        sys_name=text(columns.get(17)),
        address=_address(columns.get(19), columns.get(20)) or _address(columns.get(3), columns.get(4)),
    )


def _address(kind: Value | None, raw: Value | None) -> str | None:
    if not isinstance(raw, bytes) or len(raw) not in (4, 16) or not any(raw):
        return None
    return ip(raw) if number(kind) in (None, *_IP_KINDS) else None
