"""Eltex MES access and aggregation switches."""

from cmdb_collectors.snmp.mibs.entity_mib import CHASSIS
from cmdb_collectors.snmp.profiles.profile import Column, Description, Entity, Match, Profile, Scalar, Text

ELTEX_MES = Profile(
    name="eltex_mes",
    about="Eltex MES",
    recognised_by=(Match("1.3.6.1.4.1.35265.1"),),
    vendor=(Text("Eltex"),),
    model=(Entity("model"), Column("1.3.6.1.4.1.89.53.14.1.11"), Description(r"^(MES\S+(?: [A-Z]{2})?)\s")),
    serial_number=(Entity("serial_number"), Column("1.3.6.1.4.1.89.53.14.1.5"), Scalar("1.3.6.1.4.1.2076.81.1.120.0")),
    # What the software revision of the MES 24xx says is the version of the stack it is built on.
    os_version=(Entity("firmware_revision", CHASSIS, r"^(?!1\.0\.0\.0)\d+\.\d+\.\d+$"), Entity("software_revision")),
)
