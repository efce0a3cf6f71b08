"""TrueNAS: storage on Linux and FreeBSD."""

from cmdb_collectors.snmp.profiles.profile import Description, Match, Profile, Text

TRUENAS_SCALE = Profile(
    name="truenas_scale",
    about="TrueNAS",
    recognised_by=(Match("1.3.6.1.4.1.50536"),),
    type_name="StorageDevice",
    vendor=(Text("iXsystems"),),
    os_name="TrueNAS",
    model=(),
    serial_number=(),
    os_version=(Description(r"TrueNAS-(?:SCALE-)?(\d[\w.]*?)\.? "),),
    limits="Its agent knows neither model nor serial number.",
)
