"""Digital China switches."""

from cmdb_collectors.snmp.mibs.entity_mib import CONTAINER, MODULE
from cmdb_collectors.snmp.profiles.profile import Column, Description, Entity, Match, Profile, Text

DIGITALCHINA_SWITCH = Profile(
    name="digitalchina_switch",
    about="Digital China switches",
    recognised_by=(Match("1.3.6.1.4.1.6339"),),
    vendor=(Text("Digital China"),),
    model=(Entity("model", CONTAINER), Column("1.3.6.1.2.1.47.1.1.1.1.13"), Description(r"(DCS-\S+)")),
    serial_number=(Entity("serial_number"), Entity("serial_number", MODULE)),
    os_version=(Entity("software_revision", MODULE), Entity("software_revision")),
)
