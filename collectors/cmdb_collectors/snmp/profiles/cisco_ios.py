"""Cisco IOS: switches and routers of the Catalyst, ISR and industrial families."""

from cmdb_collectors.snmp.mibs.entity_mib import MODULE
from cmdb_collectors.snmp.profiles.profile import Column, Description, Entity, Match, Profile, Scalar, Text

CISCO_IOS = Profile(
    name="cisco_ios",
    about="Cisco IOS",
    recognised_by=(Match("1.3.6.1.4.1.9.1"), Match("1.3.6.1.4.1.9", r"Cisco IOS|Internetwork Operating System")),
    vendor=(Text("Cisco"),),
    os_name="Cisco IOS",
    model=(Entity("model"), Column("1.3.6.1.2.1.47.1.1.1.1.13"), Scalar("1.3.6.1.4.1.9.5.1.2.16.0")),
    serial_number=(
        Entity("serial_number"),
        Column("1.3.6.1.2.1.47.1.1.1.1.11"),
        Scalar("1.3.6.1.4.1.9.5.1.2.19.0"),
        Scalar("1.3.6.1.4.1.9.3.6.3.0"),
    ),
    os_version=(Description(r"Version ([^\s,]+)"), Entity("software_revision"), Entity("software_revision", MODULE)),
    limits="Old images without ENTITY-MIB give model and serial number through OLD-CISCO-CHASSIS-MIB only.",
)
