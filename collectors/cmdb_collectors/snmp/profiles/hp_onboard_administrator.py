"""HP BladeSystem Onboard Administrator: the management of a blade enclosure."""

from cmdb_collectors.snmp.profiles.profile import Column, Match, Profile, Text

HP_ONBOARD_ADMINISTRATOR = Profile(
    name="hp_onboard_administrator",
    about="HP BladeSystem Onboard Administrator",
    recognised_by=(Match("1.3.6.1.4.1.11.5.7.1.2"),),
    vendor=(Text("HP"),),
    os_name="HP Onboard Administrator",
    model=(Column("1.3.6.1.4.1.232.22.2.3.1.1.1.3"),),
    serial_number=(Column("1.3.6.1.4.1.232.22.2.3.1.1.1.7"),),
    os_version=(Column("1.3.6.1.4.1.232.22.2.3.1.1.1.8"),),
    limits="The enclosure stands for its administrator; the blades in it are devices of their own.",
)
