"""Extreme Networks BOSS: the Ethernet Routing Switches that were Nortel's and Avaya's."""

from cmdb_collectors.snmp.profiles.profile import Description, Entity, Match, Profile, Scalar, Text

EXTREME_BOSS = Profile(
    name="extreme_boss",
    about="Extreme BOSS (ERS)",
    recognised_by=(Match("1.3.6.1.4.1.45.3"),),
    vendor=(Text("Extreme Networks"),),
    os_name="BOSS",
    os_version=(
        Scalar("1.3.6.1.4.1.45.1.6.4.2.1.10.0"),
        Entity("software_revision", None, r"[\d.]+"),
        Description(r"SW:v?([\d.]+)"),
    ),
)
