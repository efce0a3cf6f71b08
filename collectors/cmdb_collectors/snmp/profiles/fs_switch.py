"""FS.COM switches: S3900 (made like Edgecore's), and FSOS on Centec chips."""

from cmdb_collectors.snmp.mibs.entity_mib import CONTAINER, MODULE
from cmdb_collectors.snmp.profiles.profile import Column, Description, Entity, Match, Profile, Text

FS_SWITCH = Profile(
    name="fs_switch",
    about="FS.COM switches",
    recognised_by=(Match("1.3.6.1.4.1.52642"), Match("1.3.6.1.4.1.27975", r"FSOS")),
    vendor=(Text("FS.COM"),),
    os_name="FSOS",
    # The model column names another model of the series on some units; their description does not.
    model=(Description(r"^(S\d+-\S+)$"), Entity("model", CONTAINER), Description(r"software \(([^)]+)\)")),
    serial_number=(
        Entity("serial_number"),
        Entity("serial_number", CONTAINER),
        Column("1.3.6.1.2.1.47.1.1.1.1.11"),
    ),
    os_version=(
        Entity("firmware_revision", MODULE),
        Description(r"FSOS.*Version ([^\s,]+)"),
    ),
)
