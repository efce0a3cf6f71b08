"""Seagate and Dot Hill arrays."""

from cmdb_collectors.snmp.profiles.profile import Description, Match, Profile, Text

SEAGATE_EXOS = Profile(
    name="seagate_exos",
    about="Seagate Exos arrays",
    recognised_by=(Match("1.3.6.1.4.1.347"), Match("1.3.6.1.4.1.11", r"^(?:DotHill|MSA)")),
    type_name="StorageDevice",
    vendor=(Text("Seagate"),),
    model=(Description(r"SEAGATE (\S+)"),),
)
