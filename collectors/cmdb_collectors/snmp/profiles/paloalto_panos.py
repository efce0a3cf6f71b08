"""Palo Alto Networks PAN-OS firewalls and Panorama."""

from cmdb_collectors.snmp.profiles.profile import Entity, Match, Profile, Scalar, Text

PALOALTO_PANOS = Profile(
    name="paloalto_panos",
    about="Palo Alto Networks PAN-OS",
    recognised_by=(Match("1.3.6.1.4.1.25461"),),
    vendor=(Text("Palo Alto Networks"),),
    os_name="PAN-OS",
    model=(Scalar("1.3.6.1.4.1.25461.2.1.2.2.1.0"), Entity("model")),
    serial_number=(Scalar("1.3.6.1.4.1.25461.2.1.2.1.3.0"), Entity("serial_number")),
    os_version=(Scalar("1.3.6.1.4.1.25461.2.1.2.1.1.0"), Entity("software_revision")),
)
