"""SNMP values as plain Python: what a session reads and what a MIB module interprets."""

from __future__ import annotations

Oid = tuple[int, ...]

Value = int | bytes | Oid
"""INTEGER, Counter, Gauge, TimeTicks: int. OCTET STRING, IpAddress (4 bytes), Opaque: bytes. OBJECT IDENTIFIER: Oid.

NULL, noSuchObject, noSuchInstance and endOfMibView are no values: such a variable is absent.
Source: RFC 2578, RFC 3416.
"""

Rows = dict[Oid, Value]


def oid_of(dotted: str) -> Oid:
    """An object identifier from text such as `1.3.6.1.2.1.1.5.0`, with or without a leading dot; ValueError else."""
    return tuple(int(arc) for arc in dotted.removeprefix(".").split("."))


def dotted(oid: Oid) -> str:
    """An object identifier as text."""
    return ".".join(map(str, oid))
