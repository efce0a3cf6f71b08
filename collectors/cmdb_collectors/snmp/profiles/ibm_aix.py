"""IBM AIX on Power."""

from cmdb_collectors.snmp.profiles.profile import Description, Match, Profile, Text

IBM_AIX = Profile(
    name="ibm_aix",
    about="IBM AIX",
    recognised_by=(Match("1.3.6.1.4.1.2.3.1.2.1.1"), Match("1.3.6.1.4.1.2", r"AIX version")),
    type_name="Server",
    vendor=(Text("IBM"),),
    os_name="AIX",
    model=(Description(r"Machine Type: (\S+)"),),
    serial_number=(),
    os_version=(Description(r"AIX version: ([\d.]+)"),),
    limits="AIX's own agent gives the machine type in hexadecimal and no serial number.",
)
