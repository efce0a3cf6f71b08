"""VMware ESXi."""

from cmdb_collectors.snmp.profiles.profile import Column, Description, Match, Profile, Scalar, Text

VMWARE_ESXI = Profile(
    name="vmware_esxi",
    about="VMware ESXi",
    recognised_by=(Match("1.3.6.1.4.1.6876"),),
    type_name="Server",
    # The maker of the machine, not of the hypervisor: with it the serial number is told apart.
    vendor=(Column("1.3.6.1.2.1.47.1.1.1.1.12"), Text("VMware")),
    os_name="VMware ESXi",
    model=(Column("1.3.6.1.2.1.47.1.1.1.1.2"), Column("1.3.6.1.2.1.47.1.1.1.1.13")),
    serial_number=(Column("1.3.6.1.2.1.47.1.1.1.1.11"),),
    os_version=(Scalar("1.3.6.1.4.1.6876.1.2.0"), Description(r"ESXi (\S+)")),
)
