"""Ubiquiti EdgeOS: EdgeRouter and UFiber OLT."""

from cmdb_collectors.snmp.profiles.profile import Description, Match, Profile, Scalar, Text

UBIQUITI_EDGEOS = Profile(
    name="ubiquiti_edgeos",
    about="Ubiquiti EdgeOS",
    recognised_by=(Match("1.3.6.1.4.1.41112.1.5"), Match(None, r"^EdgeOS")),
    vendor=(Text("Ubiquiti"),),
    os_name="EdgeOS",
    model=(Scalar("1.3.6.1.4.1.41112.1.5.1.1.0"),),
    serial_number=(Scalar("1.3.6.1.4.1.41112.1.5.1.2.0"),),
    os_version=(Scalar("1.3.6.1.4.1.41112.1.5.1.3.0"), Description(r"EdgeOS v(\S+)")),
)
