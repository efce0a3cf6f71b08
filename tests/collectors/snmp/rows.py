"""Rows written by hand, as a device would answer them."""

from __future__ import annotations

from cmdb_collectors.snmp.interfaces import Interfaces
from cmdb_collectors.snmp.mibs import if_mib
from cmdb_collectors.snmp.values import Oid, Rows, Value, oid_of

LLDP_LOCAL_PORT = "1.0.8802.1.1.2.1.3.7.1"
LLDP_REMOTE = "1.0.8802.1.1.2.1.4.1.1"
CDP_CACHE = "1.3.6.1.4.1.9.9.23.1.2.1.1"


def entry(table: str, index: Oid, columns: dict[int, Value]) -> Rows:
    """One entry of a table."""
    return {(*oid_of(table), column, *index): value for column, value in columns.items()}


def ports(*names: str, first: int = 1) -> Rows:
    """Ethernet ports with these names, numbered from `first`, each with a MAC of its own."""
    rows: Rows = {}
    for number, name in enumerate(names, start=first):
        mac = bytes([0x00, 0x1C, 0x73, 0, 0, number])
        rows |= entry("1.3.6.1.2.1.2.2.1", (number,), {2: f"Port {name}".encode(), 3: 6, 5: 1_000_000_000, 6: mac})
        rows |= entry("1.3.6.1.2.1.31.1.1.1", (number,), {1: name.encode(), 17: 1})
    return rows


def lldp_neighbour(port: int, chassis: bytes, port_id: bytes, *, subtype: int = 4, name: bytes = b"") -> Rows:
    """A neighbour at a local port number of LLDP."""
    columns: dict[int, Value] = {4: subtype, 5: chassis, 6: 5, 7: port_id, 9: name}
    return entry(LLDP_REMOTE, (0, port, 1), columns)


def known(rows: Rows) -> Interfaces:
    """The interfaces of the rows."""
    return Interfaces(if_mib.interfaces(rows).found)
