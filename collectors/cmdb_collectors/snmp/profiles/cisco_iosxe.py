"""Cisco IOS XE: Catalyst 3650 to 9600, ISR 1000 and 4000, ASR 1000."""

from cmdb_collectors.snmp.mibs.entity_mib import MODULE
from cmdb_collectors.snmp.profiles.profile import Description, Entity, Match, Profile, Text

CISCO_IOSXE = Profile(
    name="cisco_iosxe",
    about="Cisco IOS XE",
    recognised_by=(Match("1.3.6.1.4.1.9", r"IOS[- ]?XE|Cisco IOS Software \[|CAT9K|X86_64_LINUX_IOSD|^Cisco +IE3\d"),),
    vendor=(Text("Cisco"),),
    os_name="Cisco IOS XE",
    # The release as `show version` names it (17.12.04) stands on the supervisor; sysDescr has the image's (17.12.4).
    os_version=(
        Entity("software_revision", None, r"\d+\.\d+\S*"),
        Entity("software_revision", MODULE, r"\d+\.\d+\S*"),
        Description(r"Version ([^\s,]+)"),
    ),
)
