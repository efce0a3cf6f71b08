"""Cisco ASA and its successors running the ASA software."""

from cmdb_collectors.snmp.profiles.profile import Description, Entity, Match, Profile, Text

CISCO_ASA = Profile(
    name="cisco_asa",
    about="Cisco ASA",
    recognised_by=(Match("1.3.6.1.4.1.9", r"Adaptive Security Appliance"),),
    vendor=(Text("Cisco"),),
    os_name="Cisco ASA",
    os_version=(Entity("software_revision"), Description(r"Version (\S+)")),
    limits="Both units of a failover pair answer with one engine id.",
)
