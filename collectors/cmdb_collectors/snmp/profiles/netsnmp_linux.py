"""Hosts with net-snmp on Linux."""

from cmdb_collectors.snmp.profiles.profile import Match, Profile

NETSNMP_LINUX = Profile(
    name="netsnmp_linux",
    about="Linux with net-snmp",
    recognised_by=(Match("1.3.6.1.4.1.8072.3.2.10"), Match("1.3.6.1.4.1.2021.250.10")),
    type_name="Server",
    os_name="Linux",
    model=(),
    serial_number=(),
    os_version=(),
    limits="net-snmp knows neither the maker nor the distribution: SSH or the agent does.",
)
