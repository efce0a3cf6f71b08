"""Symmetricom, Microsemi and Microchip SyncServer time servers."""

from cmdb_collectors.snmp.profiles.profile import Description, Joined, Match, Profile, Scalar, Text

MICROSEMI_SYNCSERVER = Profile(
    name="microsemi_syncserver",
    about="Microsemi SyncServer",
    recognised_by=(
        Match("1.3.6.1.4.1.9070"),
        Match("1.3.6.1.4.1.39165", r"SyncServer"),
        Match(None, r"^Linux SyncServer"),
    ),
    vendor=(Text("Symmetricom"),),
    os_name="SyncServer",
    model=(Joined((Description(r"SyncServer"), Scalar("1.3.6.1.4.1.9070.1.2.3.1.5.1.6.3.0"))),),
    serial_number=(Scalar("1.3.6.1.4.1.9070.1.2.3.1.5.1.6.2.0"),),
    os_version=(Scalar("1.3.6.1.4.1.9070.1.2.3.1.5.1.6.1.0"),),
)
