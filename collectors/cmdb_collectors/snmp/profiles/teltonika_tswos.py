"""Teltonika managed switches."""

from cmdb_collectors.snmp.profiles.profile import Description, Match, Profile, Scalar, Text

TELTONIKA_TSWOS = Profile(
    name="teltonika_tswos",
    about="Teltonika TSWOS",
    recognised_by=(Match("1.3.6.1.4.1.48690"), Match("1.3.6.1.4.1.24686", r"^TSW\d")),
    vendor=(Text("Teltonika"),),
    os_name="TSWOS",
    model=(Scalar("1.3.6.1.4.1.48690.1.3.0"), Description(r"^(TSW\S+)")),
    serial_number=(Scalar("1.3.6.1.4.1.48690.1.1.0"),),
    os_version=(Scalar("1.3.6.1.4.1.48690.1.6.0"),),
)
