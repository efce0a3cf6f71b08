"""BDCOM switches and OLTs."""

from cmdb_collectors.snmp.profiles.profile import Description, Match, Profile, Scalar, Text

BDCOM_SWITCH = Profile(
    name="bdcom_switch",
    about="BDCOM",
    recognised_by=(Match("1.3.6.1.4.1.3320"),),
    vendor=(Text("BDCOM"),),
    model=(Scalar("1.3.6.1.4.1.3320.3.6.10.1.3.0"), Description(r"^BDCOM\(tm\) (\S+)")),
    serial_number=(Scalar("1.3.6.1.4.1.3320.3.6.10.1.4.0"),),
    os_version=(Scalar("1.3.6.1.4.1.3320.3.6.10.1.6.0"), Description(r"Version (\S+)")),
)
