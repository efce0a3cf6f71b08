"""Hosts with net-snmp on other systems than Linux: FreeBSD, OpenBSD, Solaris, macOS, …"""

from cmdb_collectors.snmp.profiles.profile import Description, Match, Profile

NETSNMP_UNIX = Profile(
    name="netsnmp_unix",
    about="Unix with net-snmp",
    recognised_by=(Match("1.3.6.1.4.1.8072.3.2"), Match("1.3.6.1.4.1.2021.250")),
    type_name="Server",
    # Without a name here, the name of the kernel, with which sysDescr begins, is that of the system.
    model=(),
    serial_number=(),
    os_version=(Description(r"^(?!Linux)\w+ \S+ (\d[\w.-]*)"),),
    limits="net-snmp knows neither maker nor model.",
)
