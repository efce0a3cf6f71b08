"""Dell Networking N series and PowerConnect (OS 6)."""

from cmdb_collectors.snmp.profiles.profile import Column, Entity, Match, Profile, Scalar, Text

DELL_DNOS6 = Profile(
    name="dell_dnos6",
    about="Dell Networking OS 6, PowerConnect",
    recognised_by=(Match("1.3.6.1.4.1.674.10895"),),
    vendor=(Text("Dell"),),
    model=(Scalar("1.3.6.1.4.1.674.10895.3000.1.2.100.1.0"), Entity("model")),
    serial_number=(Column("1.3.6.1.4.1.674.10895.3000.1.2.100.8.1.2"), Entity("serial_number")),
    os_version=(Scalar("1.3.6.1.4.1.674.10895.3000.1.2.100.4.0"), Entity("software_revision")),
    limits="Written from the vendor's MIB: no recording of one was at hand.",
)
