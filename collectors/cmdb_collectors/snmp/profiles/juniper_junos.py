"""Juniper Junos OS."""

from cmdb_collectors.snmp.profiles.profile import Column, Description, Match, Profile, Scalar, Text

JUNIPER_JUNOS = Profile(
    name="juniper_junos",
    about="Juniper Junos OS",
    recognised_by=(Match("1.3.6.1.4.1.2636.1.1.1"), Match("1.3.6.1.4.1.2636", r"JUNOS")),
    vendor=(Text("Juniper"),),
    os_name="Junos OS",
    model=(Scalar("1.3.6.1.4.1.2636.3.1.2.0"), Description(r"Juniper Networks, Inc\. (\S+)")),
    serial_number=(Scalar("1.3.6.1.4.1.2636.3.1.3.0"),),
    os_version=(
        Description(r"JUNOS ([^\s,]+)"),
        Column("1.3.6.1.4.1.2636.3.40.1.4.1.1.1.5"),
        Column("1.3.6.1.2.1.25.6.3.1.2", r"JUNOS.*\[([^\]]+)\]"),
    ),
)
