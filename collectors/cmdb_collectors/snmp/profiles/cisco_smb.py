"""Cisco Small Business and Business switches (CBS, SG, SF)."""

from cmdb_collectors.snmp.profiles.profile import Column, Description, Entity, Match, Profile, Text

CISCO_SMB = Profile(
    name="cisco_smb",
    about="Cisco Small Business",
    recognised_by=(Match("1.3.6.1.4.1.9.6.1"),),
    vendor=(Text("Cisco"),),
    os_name="Cisco Small Business",
    model=(Entity("model"), Column("1.3.6.1.4.1.9.6.1.101.53.14.1.7"), Description(r"^\S+")),
    serial_number=(Entity("serial_number"), Column("1.3.6.1.4.1.9.6.1.101.53.14.1.5")),
    os_version=(Entity("software_revision"), Column("1.3.6.1.4.1.9.6.1.101.53.14.1.2")),
)
