"""Any UPS with UPS-MIB (RFC 1628), which names itself by that MIB."""

from cmdb_collectors.snmp.profiles.profile import Match, Profile, Scalar

UPS_MIB = Profile(
    name="ups_mib",
    about="Any UPS with UPS-MIB",
    recognised_by=(Match("1.3.6.1.2.1.33"),),
    type_name="PowerUnit",
    vendor=(Scalar("1.3.6.1.2.1.33.1.1.1.0"),),
    model=(Scalar("1.3.6.1.2.1.33.1.1.2.0"),),
    serial_number=(),
    os_version=(Scalar("1.3.6.1.2.1.33.1.1.4.0"), Scalar("1.3.6.1.2.1.33.1.1.3.0")),
    limits="Written from the vendor's MIB: no recording of one was at hand.",
)
