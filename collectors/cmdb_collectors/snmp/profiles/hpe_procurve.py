"""HPE ProCurve and ArubaOS-Switch."""

from cmdb_collectors.snmp.mibs.entity_mib import CHASSIS
from cmdb_collectors.snmp.profiles.profile import Description, Entity, Match, Profile, Scalar, Text

HPE_PROCURVE = Profile(
    name="hpe_procurve",
    about="HPE ProCurve, ArubaOS-Switch",
    recognised_by=(Match("1.3.6.1.4.1.11.2.3.7"),),
    vendor=(Text("HP"),),
    os_name="ArubaOS-Switch",
    model=(
        Description(r"(?:HP|HPE|Aruba|ProCurve)\s+(?:(?:HP|ProCurve)\s+)?(?:J\w+\s+)?(.*?),? revision"),
        Entity("description", CHASSIS, r"(?:Aruba|HP)\s+\w+\s+(.*)"),
        Entity("model"),
    ),
    serial_number=(Entity("serial_number"), Scalar("1.3.6.1.4.1.11.2.36.1.1.2.9.0")),
    os_version=(Entity("software_revision"), Description(r"revision ([\w.]+)")),
    limits="The commander of a stack calls itself a stack: its model is that of the stack, not of a member.",
)
