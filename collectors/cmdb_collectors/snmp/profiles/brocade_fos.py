"""Brocade Fabric OS: Fibre Channel switches."""

from cmdb_collectors.snmp.profiles.profile import Entity, Match, Profile, Scalar, Text

BROCADE_FOS = Profile(
    name="brocade_fos",
    about="Brocade Fabric OS",
    recognised_by=(Match("1.3.6.1.4.1.1588.2.1.1"),),
    vendor=(Text("Brocade"),),
    os_name="Fabric OS",
    model=(Entity("description"), Entity("model")),
    serial_number=(Scalar("1.3.6.1.4.1.1588.2.1.1.1.1.10.0"), Entity("serial_number")),
    os_version=(Scalar("1.3.6.1.4.1.1588.2.1.1.1.1.6.0", r"^v?(.*)"), Entity("software_revision")),
)
