"""DATACOM DmSwitch."""

from cmdb_collectors.snmp.profiles.profile import Column, Description, Match, Named, Profile, Text

DATACOM_DMOS = Profile(
    name="datacom_dmos",
    about="DATACOM DmSwitch",
    recognised_by=(Match("1.3.6.1.4.1.3709"),),
    vendor=(Text("DATACOM"),),
    # swChassisModel of DMswitch-MIB.
    model=(
        Named(
            "1.3.6.1.4.1.3709.3.5.201.1.1.17.0",
            {1: "dmSwitch3000", 2: "dmSwitch4001", 5: "dmSwitch4004", 6: "dmSwitch4008", 9: "dmSwitch4100"},
        ),
        Description(r"^\S+$"),
    ),
    serial_number=(Column("1.3.6.1.4.1.3709.3.5.201.1.1.2.1.8"),),
    os_version=(Column("1.3.6.1.4.1.3709.3.5.201.1.1.2.1.4"),),
    limits="The model is the series; sysDescr has the unit's own.",
)
