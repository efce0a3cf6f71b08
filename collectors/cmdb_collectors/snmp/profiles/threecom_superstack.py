"""3Com SuperStack 3 switches."""

from cmdb_collectors.snmp.profiles.profile import Column, Description, Joined, Match, Profile, Text

THREECOM_SUPERSTACK = Profile(
    name="threecom_superstack",
    about="3Com SuperStack 3",
    recognised_by=(Match("1.3.6.1.4.1.43.10"),),
    vendor=(Text("3Com"),),
    model=(Joined((Description(r"SuperStack \d"), Column("1.3.6.1.4.1.43.10.27.1.1.1.5"))), Description(r"3Com (.*)")),
    serial_number=(Column("1.3.6.1.4.1.43.10.27.1.1.1.13"),),
    os_version=(Column("1.3.6.1.4.1.43.10.27.1.1.1.12"),),
)
