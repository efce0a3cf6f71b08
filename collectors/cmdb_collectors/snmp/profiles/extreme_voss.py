"""Extreme Networks VOSS and Fabric Engine."""

from cmdb_collectors.snmp.profiles.profile import Description, Entity, Match, Profile, Scalar, Text

EXTREME_VOSS = Profile(
    name="extreme_voss",
    about="Extreme VOSS, Fabric Engine",
    recognised_by=(Match("1.3.6.1.4.1.2272"), Match("1.3.6.1.4.1.1916.2", r"^\S+ \(\d+\.\d+\.\d+\.\d+")),
    vendor=(Text("Extreme Networks"),),
    os_name="VOSS",
    model=(Description(r"^(\S+) \("), Entity("name")),
    serial_number=(Entity("serial_number"), Scalar("1.3.6.1.4.1.2272.1.4.2.0")),
    os_version=(Entity("software_revision"), Description(r"\(([\w.]+)\)")),
)
