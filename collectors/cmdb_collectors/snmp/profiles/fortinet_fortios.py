"""Fortinet FortiOS: FortiGate firewalls."""

from cmdb_collectors.snmp.profiles.profile import Entity, Match, Profile, Scalar, Text

FORTINET_FORTIOS = Profile(
    name="fortinet_fortios",
    about="Fortinet FortiOS",
    recognised_by=(Match("1.3.6.1.4.1.12356.101"), Match("1.3.6.1.4.1.12356")),
    vendor=(Text("Fortinet"),),
    os_name="FortiOS",
    serial_number=(Scalar("1.3.6.1.4.1.12356.100.1.1.1.0"), Entity("serial_number")),
    os_version=(Scalar("1.3.6.1.4.1.12356.101.4.1.1.0"), Entity("software_revision", None, r"v\S+.*")),
)
