"""Cisco NX-OS: Nexus and MDS."""

from cmdb_collectors.snmp.mibs.entity_mib import MODULE
from cmdb_collectors.snmp.profiles.profile import Description, Entity, Match, Profile, Text

CISCO_NXOS = Profile(
    name="cisco_nxos",
    about="Cisco NX-OS",
    recognised_by=(Match("1.3.6.1.4.1.9.12"), Match("1.3.6.1.4.1.9", r"NX-OS")),
    vendor=(Text("Cisco"),),
    os_name="Cisco NX-OS",
    os_version=(Description(r"Version ([^\s,]+)"), Entity("software_revision"), Entity("software_revision", MODULE)),
)
