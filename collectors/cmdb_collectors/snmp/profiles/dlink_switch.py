"""D-Link managed switches."""

from cmdb_collectors.snmp.profiles.profile import Description, Entity, Match, Profile, Scalar, Text

DLINK_SWITCH = Profile(
    name="dlink_switch",
    about="D-Link managed switches",
    recognised_by=(Match("1.3.6.1.4.1.171.10"),),
    vendor=(Text("D-Link"),),
    model=(Entity("model"), Scalar("1.3.6.1.4.1.171.12.3.3.1.0"), Description(r"\b(D[A-Z]{1,2}-\S+)")),
    serial_number=(Entity("serial_number"), Scalar("1.3.6.1.4.1.171.12.1.1.12.0")),
    # probeSoftwareRev of RMON2-MIB is the firmware that runs; ENTITY-MIB shows that of the other image too.
    os_version=(Scalar("1.3.6.1.2.1.16.19.2.0"), Entity("software_revision")),
)
