"""Cisco IOS XR: ASR 9000, NCS, CRS."""

from cmdb_collectors.snmp.mibs.entity_mib import MODULE
from cmdb_collectors.snmp.profiles.profile import Description, Entity, Match, Profile, Text

CISCO_IOSXR = Profile(
    name="cisco_iosxr",
    about="Cisco IOS XR",
    recognised_by=(Match("1.3.6.1.4.1.9", r"IOS[- ]XR"),),
    vendor=(Text("Cisco"),),
    os_name="Cisco IOS XR",
    os_version=(Description(r"Version ([^\s,\[]+)"), Entity("software_revision"), Entity("software_revision", MODULE)),
    limits="Written from the vendor's MIB: no recording of one was at hand.",
)
