"""Ubiquiti airOS and UniFi access points."""

from cmdb_collectors.snmp.profiles.profile import Column, Match, Profile, Scalar, Text

UBIQUITI_UNIFI = Profile(
    name="ubiquiti_unifi",
    about="Ubiquiti airOS, UniFi access points",
    recognised_by=(Match("1.3.6.1.4.1.41112.1.4"), Match("1.3.6.1.4.1.41112.1.6"), Match("1.3.6.1.4.1.10002.1")),
    vendor=(Text("Ubiquiti"),),
    model=(
        Scalar("1.3.6.1.4.1.41112.1.6.3.3.0"),
        Column("1.2.840.10036.3.1.2.1.3"),
    ),
    serial_number=(),
    os_version=(
        Scalar("1.3.6.1.4.1.41112.1.6.3.6.0"),
        Column("1.2.840.10036.3.1.2.1.4", r"v(\d\S*)"),
    ),
    limits="Written from the vendor's MIB: no recording of one was at hand.",
)
