"""Zyxel ZyNOS switches."""

from cmdb_collectors.snmp.profiles.profile import Description, Entity, Match, Profile, Scalar, Text

ZYXEL_ZYNOS = Profile(
    name="zyxel_zynos",
    about="Zyxel ZyNOS",
    recognised_by=(Match("1.3.6.1.4.1.890.1"),),
    vendor=(Text("Zyxel"),),
    os_name="ZyNOS",
    model=(Entity("model"), Description(r"^[A-Z]+\d\S*")),
    serial_number=(Entity("serial_number"), Scalar("1.3.6.1.4.1.890.1.15.3.1.12.0")),
    os_version=(Scalar("1.3.6.1.4.1.890.1.15.3.1.6.0", r"^[^|]+"), Entity("software_revision")),
)
