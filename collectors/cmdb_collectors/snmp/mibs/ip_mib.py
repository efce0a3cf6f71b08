"""IP-MIB (RFC 4293 and, for older agents, RFC 2011 and 4292): addresses, neighbours, and where the default leads."""

from __future__ import annotations

import ipaddress
from typing import NamedTuple

from cmdb_collectors.snmp.mibs.tables import (
    Columns,
    Malformed,
    Parsed,
    below,
    inet_address,
    ip,
    mac,
    number,
    octets,
    parse,
    positive,
    whole_address,
)
from cmdb_collectors.snmp.values import Oid, Rows, Value

_IP = (1, 3, 6, 1, 2, 1, 4)
IP_FORWARDING = (*_IP, 1, 0)
IP_ADDRESS_ENTRY = (*_IP, 34, 1)
IP_ADDR_ENTRY = (*_IP, 20, 1)
NET_TO_PHYSICAL_ENTRY = (*_IP, 35, 1)
NET_TO_MEDIA_ENTRY = (*_IP, 22, 1)
_DEFAULT_V4 = (1, 4, 0, 0, 0, 0, 0)
_DEFAULT_V6 = (2, 16, *(0,) * 16, 0)
_INET_CIDR_ROUTE_TYPE = (*_IP, 24, 7, 1, 8)
_CIDR_ROUTE_NEXT_HOP = (*_IP, 24, 4, 1, 4)
ROUTE_NEXT_HOP_DEFAULT = (*_IP, 21, 1, 7, 0, 0, 0, 0)
# Only the rows of the default route: a router's table has millions.
DEFAULT_ROUTES = (
    (*_INET_CIDR_ROUTE_TYPE, *_DEFAULT_V4),
    (*_INET_CIDR_ROUTE_TYPE, *_DEFAULT_V6),
    (*_CIDR_ROUTE_NEXT_HOP, *(0,) * 8),
)

ADDRESS_WALKS: tuple[Oid, ...] = (
    *((*IP_ADDRESS_ENTRY, column) for column in (3, 4, 5, 6)),
    *((*IP_ADDR_ENTRY, column) for column in (2, 3)),
    *DEFAULT_ROUTES,
)
NEIGHBOUR_WALKS: tuple[Oid, ...] = (
    *((*NET_TO_PHYSICAL_ENTRY, column) for column in (4, 6)),
    *((*NET_TO_MEDIA_ENTRY, column) for column in (2, 4)),
)
SCALARS = (IP_FORWARDING, ROUTE_NEXT_HOP_DEFAULT)

_UNICAST = 1
_RANDOM = 6  # of IpAddressOriginTC: a temporary address (RFC 4941), another one tomorrow
_INVALID, _LOCAL = 2, 5  # of ipNetToPhysicalType and ipNetToMediaType
_FORWARDS = 1


class Address(NamedTuple):
    """An address that an interface holds. `prefix_length` is None where the device does not say."""

    if_index: int
    address: str
    prefix_length: int | None


class Neighbour(NamedTuple):
    """Somebody on the link of an interface: a row of the ARP or neighbour discovery cache."""

    if_index: int
    address: str
    mac_address: str


def addresses(rows: Rows) -> Parsed[Address]:
    """The unicast addresses of ipAddressTable that are not temporary, and those that only ipAddrTable knows."""
    older = parse(rows, IP_ADDR_ENTRY, _ip_addr)
    newer = parse(rows, IP_ADDRESS_ENTRY, _ip_address)
    found = {(one.if_index, one.address): one for one in newer.found}
    for one in older.found:
        known = found.get((one.if_index, one.address))
        if known is None or known.prefix_length is None:
            found[one.if_index, one.address] = one
    return Parsed(list(found.values()), newer.skipped + older.skipped)


def neighbours(rows: Rows) -> Parsed[Neighbour]:
    """The neighbours of ipNetToPhysicalTable, and those that only ipNetToMediaTable knows. Own entries are left out."""
    newer = parse(rows, NET_TO_PHYSICAL_ENTRY, _net_to_physical)
    older = parse(rows, NET_TO_MEDIA_ENTRY, _net_to_media)
    found = {(one.if_index, one.address): one for one in (*older.found, *newer.found)}
    return Parsed(list(found.values()), newer.skipped + older.skipped)


def default_gateways(rows: Rows) -> list[str]:
    """Where the default routes lead, sorted as text; empty where the device does not say."""
    found: set[str] = set()
    for default in (_DEFAULT_V4, _DEFAULT_V6):
        root = (*_INET_CIDR_ROUTE_TYPE, *default)
        found |= {hop for oid, _ in below(rows, root) if (hop := _next_hop(oid[len(root) :]))}
    older = [value for _, value in below(rows, DEFAULT_ROUTES[2])]
    for value in (*older, rows.get(ROUTE_NEXT_HOP_DEFAULT)):
        if isinstance(value, bytes) and len(value) == 4 and any(value):
            found.add(ip(value))
    return sorted(found)


def forwards(rows: Rows) -> bool | None:
    """Whether the device routes packets (ipForwarding); None where it does not say."""
    said = number(rows.get(IP_FORWARDING))
    return None if said is None else said == _FORWARDS


def _next_hop(index: Oid) -> str | None:
    """The gateway after the policy (an OID) in an index of inetCidrRouteTable; None for a route without one."""
    try:
        hop, _ = inet_address(index[1 + index[0] :] if index else ())
    except Malformed:
        return None
    return hop if hop and not ipaddress.ip_address(hop).is_unspecified else None


def _ip_addr(index: Oid, columns: Columns) -> Address:
    if len(index) != 4:
        raise Malformed(f"no IPv4 address: {index}")
    return Address(_if_index(columns.get(2)), ip(octets(index)), _mask_length(columns.get(3)))


def _ip_address(index: Oid, columns: Columns) -> Address | None:
    address = whole_address(index)
    if address is None or number(columns.get(4)) not in (None, _UNICAST) or number(columns.get(6)) == _RANDOM:
        return None
    pointer = columns.get(5)
    # ipAddressPrefixOrigin.ifIndex.type.length.address.prefixLength; 0.0 where there is no such row.
    length = pointer[-1] if isinstance(pointer, tuple) and len(pointer) > len(IP_ADDRESS_ENTRY) + 4 else None
    bits = ipaddress.ip_address(address).max_prefixlen
    return Address(_if_index(columns.get(3)), address, length if length is not None and 0 < length <= bits else None)


def _net_to_physical(index: Oid, columns: Columns) -> Neighbour | None:
    if not index[0]:
        raise Malformed(f"not an interface and an address: {index}")
    return _neighbour(index[0], whole_address(index[1:]), columns.get(4), columns.get(6))


def _net_to_media(index: Oid, columns: Columns) -> Neighbour | None:
    if len(index) != 5:
        raise Malformed(f"not an interface and an IPv4 address: {index}")
    return _neighbour(index[0], ip(octets(index[1:])), columns.get(2), columns.get(4))


def _neighbour(if_index: int, address: str | None, physical: Value | None, kind: Value | None) -> Neighbour | None:
    found = mac(physical)
    if found is None or address is None or number(kind) in (_INVALID, _LOCAL):
        return None
    return Neighbour(if_index, address, found)


def _if_index(value: Value | None) -> int:
    found = positive(value)
    if found is None:
        raise Malformed("an address without an interface")
    return found


def _mask_length(mask: Value | None) -> int | None:
    """The length of a contiguous mask; None for any other, and for none."""
    if not isinstance(mask, bytes) or len(mask) != 4:
        return None
    bits = int.from_bytes(mask, "big")
    length = bits.bit_count()
    return length if length and bits == (0xFFFFFFFF << (32 - length)) & 0xFFFFFFFF else None
