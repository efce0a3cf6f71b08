"""Pica8 PicOS on white-box switches."""

from cmdb_collectors.snmp.profiles.profile import Description, Match, Profile, Scalar, Text

PICA8_PICOS = Profile(
    name="pica8_picos",
    about="Pica8 PicOS",
    recognised_by=(Match("1.3.6.1.4.1.35098"),),
    vendor=(Text("Pica8"),),
    os_name="PicOS",
    model=(Description(r"PicOS for (\S+)"),),
    serial_number=(Scalar("1.3.6.1.4.1.35098.1.16.0"),),
    os_version=(),
)
