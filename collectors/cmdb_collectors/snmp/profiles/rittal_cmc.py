"""Rittal CMC III units and the cooling they control."""

from cmdb_collectors.snmp.profiles.profile import Column, Description, Entity, Match, Profile, Scalar, Text

RITTAL_CMC = Profile(
    name="rittal_cmc",
    about="Rittal CMC III",
    recognised_by=(Match("1.3.6.1.4.1.2606.7"),),
    vendor=(Text("Rittal"),),
    model=(Column("1.3.6.1.4.1.2606.7.4.1.2.1.2"), Description(r"^(Rittal \S+)")),
    serial_number=(Scalar("1.3.6.1.4.1.2606.7.2.6.0"), Entity("serial_number")),
    os_version=(Scalar("1.3.6.1.4.1.2606.7.2.4.0"), Entity("firmware_revision")),
)
