"""SNMP-FRAMEWORK-MIB (RFC 3411): the engine id, and how long the engine has been up."""

from __future__ import annotations

from typing import NamedTuple

from cmdb_collectors.snmp.mibs.snmpv2_tc import integer
from cmdb_collectors.snmp.values import Rows, oid_of

SNMP_ENGINE_ID = oid_of("1.3.6.1.6.3.10.2.1.1.0")
SNMP_ENGINE_TIME = oid_of("1.3.6.1.6.3.10.2.1.3.0")

SCALARS = (SNMP_ENGINE_ID, SNMP_ENGINE_TIME)


class Engine(NamedTuple):
    """`engine_id` is hexadecimal; `up_time_seconds` counts on where sysUpTime starts again after 497 days."""

    engine_id: str | None
    up_time_seconds: int | None


def engine(rows: Rows) -> Engine:
    """The engine of an agent. An id that is not 5 to 32 octets long (SnmpEngineID) is None."""
    value = rows.get(SNMP_ENGINE_ID)
    is_valid = isinstance(value, bytes) and 5 <= len(value) <= 32 and any(value)
    return Engine(
        engine_id=value.hex() if isinstance(value, bytes) and is_valid else None,
        up_time_seconds=integer(rows.get(SNMP_ENGINE_TIME)),
    )
