"""Netgear managed switches."""

from cmdb_collectors.snmp.profiles.profile import Entity, Match, Profile, Scalar, Text

NETGEAR_PROSAFE = Profile(
    name="netgear_prosafe",
    about="Netgear managed switches",
    recognised_by=(Match("1.3.6.1.4.1.4526"),),
    vendor=(Text("Netgear"),),
    model=(Scalar("1.3.6.1.4.1.4526.10.1.1.1.3.0"), Scalar("1.3.6.1.4.1.4526.11.1.1.1.3.0"), Entity("model")),
    serial_number=(
        Scalar("1.3.6.1.4.1.4526.10.1.1.1.4.0"),
        Scalar("1.3.6.1.4.1.4526.11.1.1.1.4.0"),
        Entity("serial_number"),
    ),
    os_version=(
        Scalar("1.3.6.1.4.1.4526.10.1.1.1.13.0"),
        Scalar("1.3.6.1.4.1.4526.11.1.1.1.13.0"),
        Entity("software_revision"),
    ),
    limits="Written from the vendor's MIB: no recording of one was at hand.",
)
