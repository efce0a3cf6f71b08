"""Maipu switches."""

from cmdb_collectors.snmp.profiles.profile import Description, Entity, Match, Profile, Text

MAIPU_SWITCH = Profile(
    name="maipu_switch",
    about="Maipu switches",
    recognised_by=(Match("1.3.6.1.4.1.5651"),),
    vendor=(Text("Maipu"),),
    model=(Entity("model"), Description(r"^(\S+) Device")),
    os_version=(Entity("software_revision"), Description(r"SoftWare Version \S+_([\d.]+)")),
)
