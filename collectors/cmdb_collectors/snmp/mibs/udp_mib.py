"""UDP-MIB (RFC 4113): sockets that wait for datagrams, with the processes that hold them."""

from __future__ import annotations

from cmdb_collectors.snmp.mibs.tables import Columns, Malformed, Parsed, parse, positive
from cmdb_collectors.snmp.mibs.tcp_mib import Listener, end
from cmdb_collectors.snmp.values import Oid, Rows

ENDPOINT_ENTRY = (1, 3, 6, 1, 2, 1, 7, 7, 1)
WALKS: tuple[Oid, ...] = ((*ENDPOINT_ENTRY, 8),)


def listeners(rows: Rows) -> Parsed[Listener]:
    """The sockets of udpEndpointTable that are connected to nobody."""
    return parse(rows, ENDPOINT_ENTRY, _listener)


def _listener(index: Oid, columns: Columns) -> Listener | None:
    address, port, rest = end(index)
    _, remote_port, _ = end(rest)
    if not port:
        raise Malformed(f"no port: {index}")
    return None if remote_port else Listener(address, port, positive(columns.get(8)))
