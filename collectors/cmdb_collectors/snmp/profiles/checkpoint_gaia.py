"""Check Point Gaia."""

from cmdb_collectors.snmp.profiles.profile import Match, Profile, Scalar, Text

CHECKPOINT_GAIA = Profile(
    name="checkpoint_gaia",
    about="Check Point Gaia",
    recognised_by=(Match("1.3.6.1.4.1.2620.1.6"), Match("1.3.6.1.4.1.2620")),
    vendor=(Text("Check Point"),),
    os_name="Gaia",
    model=(Scalar("1.3.6.1.4.1.2620.1.6.16.7.0"),),
    serial_number=(Scalar("1.3.6.1.4.1.2620.1.6.16.3.0"),),
    os_version=(Scalar("1.3.6.1.4.1.2620.1.6.4.1.0", r"^(?:Gaia )?(.*)"),),
    limits="Written from the vendor's MIB: no recording of one was at hand.",
)
