"""HPE and H3C Comware."""

from cmdb_collectors.snmp.mibs.entity_mib import CHASSIS
from cmdb_collectors.snmp.profiles.profile import Description, Entity, Match, Profile, Text

HPE_COMWARE = Profile(
    name="hpe_comware",
    about="HPE and H3C Comware",
    recognised_by=(Match("1.3.6.1.4.1.25506"), Match(None, r"Comware")),
    vendor=(Entity("maker", None, r"H3C"), Description(r"H3C"), Text("HP")),
    os_name="Comware",
    model=(
        Description(r"Comware.*?Release \S+\s+(?:HPE?|H3C)\s+(.*?)\s+Copyright"),
        Entity("description", CHASSIS, r"^(.*?) Software Version"),
        Entity("name"),
    ),
    os_version=(
        Entity("software_revision", None, r"^\S+ Release \S+"),
        Description(r"Software Version (\S+ Release \S+)"),
    ),
)
