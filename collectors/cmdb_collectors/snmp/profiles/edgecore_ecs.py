"""Edgecore switches of the ECS series (Accton)."""

from cmdb_collectors.snmp.mibs.entity_mib import CONTAINER, MODULE
from cmdb_collectors.snmp.profiles.profile import Column, Entity, Match, Profile, Scalar, Text

EDGECORE_ECS = Profile(
    name="edgecore_ecs",
    about="Edgecore ECS",
    recognised_by=(Match("1.3.6.1.4.1.259"),),
    vendor=(Text("Edgecore"),),
    model=(Entity("model", CONTAINER), Entity("model"), Scalar("1.3.6.1.4.1.259.10.1.43.1.1.5.1.0")),
    serial_number=(Entity("serial_number"), Entity("serial_number", CONTAINER), Entity("serial_number", MODULE)),
    # The running image is the firmware of the management card.
    os_version=(Entity("firmware_revision", MODULE), Column("1.3.6.1.4.1.259.10.1.43.1.1.3.1.6")),
)
