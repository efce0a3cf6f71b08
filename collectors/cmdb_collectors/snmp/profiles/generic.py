"""Devices that no profile recognises: what ENTITY-MIB and the enterprise number say."""

from cmdb_collectors.snmp.profiles.profile import Entity, Profile

GENERIC = Profile(
    name="generic",
    about="Everything else",
    recognised_by=(),
    model=(Entity("model"), Entity("description")),
)
