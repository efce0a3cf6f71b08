"""NetApp ONTAP."""

from cmdb_collectors.snmp.profiles.profile import Description, Match, Profile, Scalar, Text

NETAPP_ONTAP = Profile(
    name="netapp_ontap",
    about="NetApp ONTAP",
    recognised_by=(Match("1.3.6.1.4.1.789"),),
    type_name="StorageDevice",
    vendor=(Text("NetApp"),),
    os_name="ONTAP",
    model=(Scalar("1.3.6.1.4.1.789.1.1.5.0"),),
    serial_number=(Scalar("1.3.6.1.4.1.789.1.1.9.0"),),
    os_version=(Description(r"NetApp Release ([^\s:,]+)"), Scalar("1.3.6.1.4.1.789.1.1.2.0", r"Release ([^\s:,]+)")),
    limits="Written from the vendor's MIB: no recording of one was at hand.",
)
