"""TP-Link JetStream and Omada switches."""

from cmdb_collectors.snmp.profiles.profile import Match, Profile, Scalar, Text

TPLINK_JETSTREAM = Profile(
    name="tplink_jetstream",
    about="TP-Link JetStream, Omada",
    recognised_by=(Match("1.3.6.1.4.1.11863.5"),),
    vendor=(Text("TP-Link"),),
    os_name="JetStream",
    model=(Scalar("1.3.6.1.4.1.11863.6.1.1.5.0"),),
    serial_number=(Scalar("1.3.6.1.4.1.11863.6.1.1.8.0"),),
    os_version=(Scalar("1.3.6.1.4.1.11863.6.1.1.6.0"),),
)
