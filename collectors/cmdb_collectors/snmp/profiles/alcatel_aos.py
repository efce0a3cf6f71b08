"""Alcatel-Lucent Enterprise AOS: OmniSwitch."""

from cmdb_collectors.snmp.profiles.profile import Description, Entity, Match, Profile, Text

ALCATEL_AOS = Profile(
    name="alcatel_aos",
    about="Alcatel-Lucent Enterprise AOS (OmniSwitch)",
    recognised_by=(Match("1.3.6.1.4.1.6486"),),
    vendor=(Text("Alcatel-Lucent"),),
    os_name="AOS",
    model=(Description(r"(OS\d\S+)"), Entity("model")),
    os_version=(Description(r"\s(\d+\.\d+\.\S+)"), Entity("software_revision")),
)
