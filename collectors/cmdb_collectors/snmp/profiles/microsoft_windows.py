"""Microsoft Windows with its own SNMP service."""

from cmdb_collectors.snmp.profiles.profile import Description, Joined, Match, Profile

MICROSOFT_WINDOWS = Profile(
    name="microsoft_windows",
    about="Microsoft Windows",
    recognised_by=(Match("1.3.6.1.4.1.311.1.1.3"), Match(None, r"Software: Windows")),
    type_name="Server",
    os_name="Windows",
    model=(),
    serial_number=(),
    os_version=(Joined((Description(r"Version ([\d.]+)"), Description(r"Build (\d+)")), "."),),
    limits="The SNMP service knows neither maker nor serial number.",
)
