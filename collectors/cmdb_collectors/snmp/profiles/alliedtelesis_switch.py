"""Allied Telesis switches, Radlan-based and later."""

from cmdb_collectors.snmp.mibs.entity_mib import CHASSIS
from cmdb_collectors.snmp.profiles.profile import Description, Entity, Match, Profile, Scalar, Text

ALLIEDTELESIS_SWITCH = Profile(
    name="alliedtelesis_switch",
    about="Allied Telesis",
    recognised_by=(Match("1.3.6.1.4.1.207"),),
    vendor=(Text("Allied Telesis"),),
    model=(Entity("model"), Entity("description", CHASSIS), Description(r"(AT-\S+)")),
    serial_number=(Entity("serial_number"), Scalar("1.3.6.1.4.1.207.1.1.3.0")),
    os_version=(Entity("software_revision"), Scalar("1.3.6.1.4.1.89.2.4.0")),
)
