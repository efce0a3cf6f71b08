"""MikroTik RouterOS and SwOS."""

from cmdb_collectors.snmp.profiles.profile import Description, Match, Profile, Scalar, Text

MIKROTIK_ROUTEROS = Profile(
    name="mikrotik_routeros",
    about="MikroTik RouterOS",
    recognised_by=(Match("1.3.6.1.4.1.14988"),),
    vendor=(Text("MikroTik"),),
    os_name="RouterOS",
    model=(Description(r"^RouterOS (.*)"), Scalar("1.3.6.1.4.1.14988.1.1.7.8.0")),
    serial_number=(Scalar("1.3.6.1.4.1.14988.1.1.7.3.0"),),
    os_version=(Scalar("1.3.6.1.4.1.14988.1.1.4.4.0"), Scalar("1.3.6.1.4.1.14988.1.1.7.4.0")),
    limits="Written from the vendor's MIB: no recording of one was at hand.",
)
