"""SIAE Microelettronica radio links."""

from cmdb_collectors.snmp.profiles.profile import Description, Entity, Match, Profile, Scalar, Text

SIAE_SMOS = Profile(
    name="siae_smos",
    about="SIAE Microelettronica SM-OS",
    recognised_by=(Match("1.3.6.1.4.1.3373"),),
    vendor=(Text("SIAE Microelettronica"),),
    os_name="SM-OS",
    model=(Description(r"^(.*?) - SIAE"),),
    serial_number=(),
    os_version=(Scalar("1.3.6.1.4.1.3373.1103.7.2.0"), Entity("software_revision")),
)
