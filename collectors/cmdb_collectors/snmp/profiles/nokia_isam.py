"""Nokia ISAM access nodes."""

from cmdb_collectors.snmp.profiles.profile import Column, Description, Match, Profile, Text

NOKIA_ISAM = Profile(
    name="nokia_isam",
    about="Nokia ISAM",
    recognised_by=(Match("1.3.6.1.4.1.637.61.1"),),
    vendor=(Text("Nokia"),),
    os_name="ISAM",
    model=(Description(r"^\S+ (\S+)"),),
    serial_number=(Column("1.3.6.1.4.1.637.61.1.23.2.1.13"),),
    os_version=(Description(r"^(R[\w.]+)"),),
)
