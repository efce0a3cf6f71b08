"""Cisco AireOS wireless controllers."""

from cmdb_collectors.snmp.profiles.profile import Entity, Match, Profile, Scalar, Text

CISCO_WLC = Profile(
    name="cisco_wlc",
    about="Cisco wireless controllers (AireOS)",
    recognised_by=(Match("1.3.6.1.4.1.9", r"^Cisco Controller"), Match("1.3.6.1.4.1.14179")),
    vendor=(Text("Cisco"),),
    os_name="AireOS",
    model=(Scalar("1.3.6.1.4.1.14179.1.1.1.3.0"), Entity("model")),
    serial_number=(Scalar("1.3.6.1.4.1.14179.1.1.1.4.0"), Entity("serial_number")),
    os_version=(Scalar("1.3.6.1.4.1.14179.1.1.1.14.0"), Entity("software_revision")),
    limits="Written from the vendor's MIB: no recording of one was at hand.",
)
