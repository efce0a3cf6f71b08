"""Brocade and Ruckus IronWare, FastIron: ICX, FCX, FastIron, NetIron."""

from cmdb_collectors.snmp.profiles.profile import Column, Description, Match, Profile, Scalar, Text

BROCADE_IRONWARE = Profile(
    name="brocade_ironware",
    about="Brocade and Ruckus FastIron (IronWare)",
    recognised_by=(Match("1.3.6.1.4.1.1991.1.3"), Match("1.3.6.1.4.1.1991")),
    vendor=(Description(r"Ruckus|Brocade"), Text("Brocade")),
    os_name="FastIron",
    model=(Description(r"Inc\.,? (?:Stacking System )?([\w-]+)"),),
    serial_number=(Scalar("1.3.6.1.4.1.1991.1.1.1.1.2.0"), Column("1.3.6.1.4.1.1991.1.1.1.4.1.1.2")),
    os_version=(Description(r"IronWare Version (?:V)?(\S+)"), Scalar("1.3.6.1.4.1.1991.1.1.2.1.11.0")),
)
