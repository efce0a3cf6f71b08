"""APC UPS and rack PDU."""

from cmdb_collectors.snmp.profiles.profile import Description, Match, Profile, Scalar, Text

APC_UPS = Profile(
    name="apc_ups",
    about="APC by Schneider Electric",
    recognised_by=(Match("1.3.6.1.4.1.318"),),
    type_name="PowerUnit",
    vendor=(Text("APC"),),
    model=(
        Scalar("1.3.6.1.4.1.318.1.1.1.1.1.1.0"),
        Scalar("1.3.6.1.4.1.318.1.1.12.1.5.0"),
        Description(r"MN:\s*(\S+)"),
    ),
    serial_number=(
        Scalar("1.3.6.1.4.1.318.1.1.1.1.2.3.0"),
        Scalar("1.3.6.1.4.1.318.1.1.12.1.6.0"),
        Description(r"SN:\s*(\S+)"),
    ),
    os_version=(Description(r"PF:\s*v?([^\s,]+)"), Scalar("1.3.6.1.4.1.318.1.1.1.1.2.1.0")),
    limits="Written from PowerNet-MIB: no recording of one was at hand.",
)
