"""Ubiquiti EdgeSwitch and UniFi switches."""

from cmdb_collectors.snmp.profiles.profile import Description, Entity, Match, Profile, Text

UBIQUITI_EDGESWITCH = Profile(
    name="ubiquiti_edgeswitch",
    about="Ubiquiti EdgeSwitch, UniFi switches",
    recognised_by=(
        Match("1.3.6.1.4.1.4413", r"EdgeSwitch|USW|UniFi"),
        Match("1.3.6.1.4.1.27282"),
        Match(None, r"^(?:USW|US)-\S+, \d"),
        Match("1.3.6.1.4.1.41112.1.7"),
    ),
    vendor=(Text("Ubiquiti"),),
    os_name="EdgeSwitch",
    model=(Description(r"^(US\S+),"), Entity("model"), Description(r"^([^,]+),")),
    os_version=(Description(r"^US\S+, ([\d.]+)"), Entity("software_revision"), Description(r"^[^,]+, ([\d.]+)")),
)
