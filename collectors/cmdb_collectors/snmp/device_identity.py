"""Who a device says it is: its names, and the id of its SNMP engine."""

from __future__ import annotations

import re

from cmdb_agent.reading import Reading

from cmdb_collectors.snmp.mibs import snmp_framework_mib
from cmdb_collectors.snmp.profiles.values import Facts

_LABEL = r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)"
_HOST_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?")
_DOMAIN_NAME = re.compile(rf"(?:{_LABEL}\.)+[A-Za-z][A-Za-z0-9-]*")


def read(facts: Facts) -> Reading:
    """The section `identity`."""
    reading = Reading("identity")
    system = facts.system
    engine_id = snmp_framework_mib.engine(facts.rows).engine_id
    reading.set(
        name=short_name(system.name),
        fqdn=domain_name(system.name),
        sys_name=system.name,
        sys_location=system.location,
        sys_contact=system.contact,
        engine_id=engine_id,
    )
    if engine_id:
        reading.identifiers["engine_id"] = engine_id
    return reading


def short_name(sys_name: str | None) -> str | None:
    """The first label of a host name, in lower case. What is no host name is left as it is: people name by it."""
    if sys_name is None or not _HOST_NAME.fullmatch(sys_name) or _is_address(sys_name):
        return sys_name
    return sys_name.split(".")[0].lower()


def domain_name(sys_name: str | None) -> str | None:
    """A sysName that is a fully qualified domain name, in lower case; None for every other."""
    bare = (sys_name or "").removesuffix(".")
    return bare.lower() if _DOMAIN_NAME.fullmatch(bare) else None


def _is_address(name: str) -> bool:
    return name.replace(".", "").isdigit()
