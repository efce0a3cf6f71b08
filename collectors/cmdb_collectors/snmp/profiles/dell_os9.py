"""Dell Networking OS 9 (FTOS): the Force10 line."""

from cmdb_collectors.snmp.profiles.profile import Description, Entity, Match, Profile, Text

DELL_OS9 = Profile(
    name="dell_os9",
    about="Dell Networking OS 9 (FTOS)",
    recognised_by=(Match("1.3.6.1.4.1.6027.1"),),
    vendor=(Text("Dell"),),
    os_name="Dell Networking OS",
    model=(Description(r"Series: (\S+)"), Entity("model")),
    os_version=(Description(r"Application Software Version: (\S+)"), Entity("software_revision")),
)
