"""Huawei VRP: campus and data centre switches, routers."""

from cmdb_collectors.snmp.profiles.profile import Description, Entity, Match, Profile, Scalar, Text

HUAWEI_VRP = Profile(
    name="huawei_vrp",
    about="Huawei VRP",
    recognised_by=(Match("1.3.6.1.4.1.2011.2"), Match("1.3.6.1.4.1.2011", r"Versatile Routing Platform|VRP")),
    vendor=(Text("Huawei"),),
    os_name="Huawei VRP",
    model=(Scalar("1.3.6.1.4.1.2011.5.25.31.6.5.0"), Entity("model"), Description(r"^([A-Z]+\d[\w-]*)")),
    os_version=(
        Entity("software_revision", None, r"^(?:Version )?(.*)"),
        Description(r"Version ([\d.]+) \(\S+ (V\w+)\)"),
    ),
)
