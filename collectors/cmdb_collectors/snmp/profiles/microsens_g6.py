"""MICROSENS G6 switches."""

from cmdb_collectors.snmp.profiles.profile import Description, Joined, Match, Profile, Scalar, Text

MICROSENS_G6 = Profile(
    name="microsens_g6",
    about="MICROSENS G6",
    recognised_by=(Match("1.3.6.1.4.1.3181.10.6"),),
    vendor=(Text("MICROSENS"),),
    model=(Scalar("1.3.6.1.4.1.3181.10.6.1.32.1.0"),),
    serial_number=(Scalar("1.3.6.1.4.1.3181.10.6.1.32.2.0"),),
    os_version=(
        Joined(
            (Scalar("1.3.6.1.4.1.3181.10.6.1.30.106.1.2.0"), Scalar("1.3.6.1.4.1.3181.10.6.1.30.106.1.4.0")), " Build:"
        ),
        Description(r"Version: (\S+)"),
    ),
)
