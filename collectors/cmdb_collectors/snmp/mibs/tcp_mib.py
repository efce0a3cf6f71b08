"""TCP-MIB (RFC 4022, and RFC 2012 for older agents): listeners and connections, with the processes that hold them."""

from __future__ import annotations

from typing import NamedTuple

from cmdb_collectors.snmp.mibs.tables import (
    Columns,
    Malformed,
    Parsed,
    inet_address,
    ip,
    number,
    octets,
    parse,
    positive,
)
from cmdb_collectors.snmp.values import Oid, Rows

_TCP = (1, 3, 6, 1, 2, 1, 6)
CONNECTION_ENTRY = (*_TCP, 19, 1)
LISTENER_ENTRY = (*_TCP, 20, 1)
OLD_CONNECTION_ENTRY = (*_TCP, 13, 1)
LISTENER_WALKS: tuple[Oid, ...] = ((*LISTENER_ENTRY, 4),)
CONNECTION_WALKS: tuple[Oid, ...] = ((*CONNECTION_ENTRY, 7), (*CONNECTION_ENTRY, 8))
OLD_WALKS: tuple[Oid, ...] = ((*OLD_CONNECTION_ENTRY, 1),)
"""For agents without the newer tables. It knows no processes."""

_LISTEN, _ESTABLISHED = 2, 5


class Listener(NamedTuple):
    """A listening socket. `address` is 0.0.0.0 or :: for any; `pid` is None where the agent does not know it."""

    address: str
    port: int
    pid: int | None


class Connection(NamedTuple):
    """An established connection."""

    address: str
    port: int
    remote_address: str
    remote_port: int
    pid: int | None


def listeners(rows: Rows) -> Parsed[Listener]:
    """The listening sockets of tcpListenerTable, and those that only tcpConnTable knows."""
    newer = parse(rows, LISTENER_ENTRY, _listener)
    older = parse(rows, OLD_CONNECTION_ENTRY, _old_listener)
    known = {one.port for one in newer.found}
    return Parsed([*newer.found, *(one for one in older.found if one.port not in known)], newer.skipped + older.skipped)


def connections(rows: Rows) -> Parsed[Connection]:
    """The established connections of tcpConnectionTable, and those that only tcpConnTable knows."""
    newer = parse(rows, CONNECTION_ENTRY, _connection)
    older = parse(rows, OLD_CONNECTION_ENTRY, _old_connection)
    known = {one[:4] for one in newer.found}
    more = [one for one in older.found if one[:4] not in known]
    return Parsed([*newer.found, *more], newer.skipped + older.skipped)


def wildcard(kind: int) -> str:
    """The address of a socket that is bound to none, by its InetAddressType."""
    return "::" if kind in (2, 4) else "0.0.0.0"  # noqa: S104 - read, not bound to


def end(index: Oid) -> tuple[str, int, Oid]:
    """Address and port that an index begins with, and the rest of it; raises Malformed."""
    address, rest = inet_address(index)
    if not rest or not 0 <= rest[0] < 65536:
        raise Malformed(f"no port: {index}")
    return address or wildcard(index[0]), rest[0], rest[1:]


def _listener(index: Oid, columns: Columns) -> Listener:
    address, port, rest = end(index)
    if rest or not port:
        raise Malformed(f"not a listener: {index}")
    return Listener(address, port, positive(columns.get(4)))


def _connection(index: Oid, columns: Columns) -> Connection | None:
    address, port, rest = end(index)
    remote_address, remote_port, rest = end(rest)
    if rest:
        raise Malformed(f"not a connection: {index}")
    if number(columns.get(7)) != _ESTABLISHED:
        return None
    return Connection(address, port, remote_address, remote_port, positive(columns.get(8)))


def _old_listener(index: Oid, columns: Columns) -> Listener | None:
    address, port, _, _ = _old_ends(index)
    return Listener(address, port, None) if number(columns.get(1)) == _LISTEN else None


def _old_connection(index: Oid, columns: Columns) -> Connection | None:
    return Connection(*_old_ends(index), None) if number(columns.get(1)) == _ESTABLISHED else None


def _old_ends(index: Oid) -> tuple[str, int, str, int]:
    if len(index) != 10:
        raise Malformed(f"not a connection: {index}")
    return ip(octets(index[:4])), index[4], ip(octets(index[5:9])), index[9]
