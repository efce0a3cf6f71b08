"""F5 BIG-IP."""

from cmdb_collectors.snmp.profiles.profile import Match, Profile, Scalar, Text

F5_BIGIP = Profile(
    name="f5_bigip",
    about="F5 BIG-IP",
    recognised_by=(Match("1.3.6.1.4.1.3375.2.1"),),
    vendor=(Text("F5"),),
    os_name="BIG-IP",
    model=(Scalar("1.3.6.1.4.1.3375.2.1.3.5.2.0"), Scalar("1.3.6.1.4.1.3375.2.1.3.5.1.0")),
    serial_number=(Scalar("1.3.6.1.4.1.3375.2.1.3.3.3.0"),),
    os_version=(Scalar("1.3.6.1.4.1.3375.2.1.4.2.0"),),
    limits="Written from the vendor's MIB: no recording of one was at hand.",
)
