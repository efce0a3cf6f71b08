"""Hanwha Vision (Samsung Techwin) cameras."""

from cmdb_collectors.snmp.profiles.profile import Description, Match, Profile, Scalar, Text

HANWHA_CAMERA = Profile(
    name="hanwha_camera",
    about="Hanwha Vision cameras",
    recognised_by=(Match("1.3.6.1.4.1.36849"),),
    vendor=(Description(r"(?i)(samsung)"), Text("Hanwha")),
    model=(Scalar("1.3.6.1.4.1.36849.1.2.64.1.0"),),
    serial_number=(),
    os_version=(Scalar("1.3.6.1.4.1.36849.1.2.64.2.1.1.0"),),
    limits="A camera is a network device here: there is no type of its own for it.",
)
