"""IP Infusion OcNOS on white-box switches."""

from cmdb_collectors.snmp.profiles.profile import Column, Description, Match, Profile

IPINFUSION_OCNOS = Profile(
    name="ipinfusion_ocnos",
    about="IP Infusion OcNOS",
    recognised_by=(Match("1.3.6.1.4.1.36673"),),
    vendor=(Column("1.3.6.1.4.1.36673.100.1.2.1.1.14"),),
    os_name="OcNOS",
    model=(Column("1.3.6.1.4.1.36673.100.1.2.1.1.2"), Description(r"Hardware Model:([^,]+)")),
    serial_number=(Column("1.3.6.1.4.1.36673.100.1.2.1.1.3"),),
    os_version=(Description(r"OcNOS,([\d.]+)"),),
)
