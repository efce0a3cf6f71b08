"""SNMPv2-MIB (RFC 3418): the system group, which every agent has."""

from __future__ import annotations

from typing import NamedTuple

from cmdb_collectors.snmp.mibs.snmpv2_tc import display_string as text
from cmdb_collectors.snmp.mibs.snmpv2_tc import integer
from cmdb_collectors.snmp.values import Oid, Rows, dotted, oid_of

SYS_DESCR = oid_of("1.3.6.1.2.1.1.1.0")
SYS_OBJECT_ID = oid_of("1.3.6.1.2.1.1.2.0")
SYS_UP_TIME = oid_of("1.3.6.1.2.1.1.3.0")
SYS_CONTACT = oid_of("1.3.6.1.2.1.1.4.0")
SYS_NAME = oid_of("1.3.6.1.2.1.1.5.0")
SYS_LOCATION = oid_of("1.3.6.1.2.1.1.6.0")

SCALARS = (SYS_DESCR, SYS_OBJECT_ID, SYS_UP_TIME, SYS_CONTACT, SYS_NAME, SYS_LOCATION)


class System(NamedTuple):
    """The system group. `object_id` is dotted without a leading dot; `up_time_seconds` is that of the agent."""

    description: str | None
    object_id: str | None
    up_time_seconds: float | None
    contact: str | None
    name: str | None
    location: str | None


def system(rows: Rows) -> System:
    """The system group of an agent; a value that is missing or of another type is None."""
    ticks = integer(rows.get(SYS_UP_TIME))
    return System(
        description=text(rows.get(SYS_DESCR)),
        object_id=_object_id(rows),
        up_time_seconds=None if ticks is None else ticks / 100,
        contact=text(rows.get(SYS_CONTACT)),
        name=text(rows.get(SYS_NAME)),
        location=text(rows.get(SYS_LOCATION)),
    )


def _object_id(rows: Rows) -> str | None:
    value = rows.get(SYS_OBJECT_ID)
    if not isinstance(value, tuple) or value == (0, 0):
        return None
    return dotted(_without_zeros(value))


def _without_zeros(value: Oid) -> Oid:
    """Without trailing zeros: some agents answer with the identifier of an instance."""
    while len(value) > 2 and value[-1] == 0:
        value = value[:-1]
    return value
