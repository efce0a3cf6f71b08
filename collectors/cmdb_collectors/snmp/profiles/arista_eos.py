"""Arista EOS."""

from cmdb_collectors.snmp.profiles.profile import Description, Entity, Match, Profile, Text

ARISTA_EOS = Profile(
    name="arista_eos",
    about="Arista EOS",
    recognised_by=(Match("1.3.6.1.4.1.30065.1"), Match(None, r"Arista Networks EOS")),
    vendor=(Text("Arista"),),
    os_name="Arista EOS",
    model=(Entity("model"), Description(r"running on an Arista Networks (\S+)")),
    os_version=(Description(r"EOS version (\S+)"), Entity("software_revision")),
)
