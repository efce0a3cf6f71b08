"""What proves that two sightings are the same machine: shared by every type of the machine family."""

from cmdb.model import normal
from cmdb.model.sections import HARDWARE, IDENTITY, NETWORK
from cmdb.model.vocabulary import Identifier, Origin, Tier

MACHINES = ("Server", "NetworkDevice", "Printer", "StorageDevice", "PowerUnit")
"""The types of the machine family: what dependent things may live in."""

MACHINE_EVIDENCE = (
    Identifier(kind="agent_id", tier=Tier.STRONG, origin=Origin.IMAGE, yields_to_hardware=True,
               section=IDENTITY, normalise=normal.opaque,
               because="the agent made it and keeps it; a copied state is told by its other hardware"),
    Identifier(kind="cloud_instance_id", tier=Tier.STRONG, origin=Origin.HARDWARE, contradicts=True,
               void_in_container=True, section=IDENTITY, normalise=normal.opaque,
               because="the cloud gives it to one instance, ever"),
    Identifier(kind="system_uuid", tier=Tier.STRONG, origin=Origin.HARDWARE, contradicts=True,
               void_in_container=True, section=HARDWARE,
               normalise=normal.system_uuid, because="firmware or hypervisor gives each machine its own"),
    Identifier(kind="system_serial", tier=Tier.STRONG, origin=Origin.HARDWARE, contradicts=True,
               per_vendor=True, void_in_container=True, section=HARDWARE,
               normalise=normal.serial_number, because="one vendor uses a serial number once"),
    Identifier(kind="chassis_serials", tier=Tier.STRONG, origin=Origin.HARDWARE, contradicts=True, per_vendor=True,
               section=HARDWARE, many=True, normalise=normal.serial_number,
               because="one vendor uses a serial number once; a stack has one for each member"),
    Identifier(kind="base_macs", tier=Tier.STRONG, origin=Origin.HARDWARE, contradicts=True,
               unless_shared="chassis_serials", section=NETWORK, many=True, normalise=normal.universal_mac,
               because="burnt into the chassis; a stack takes that of its master (dot1dBaseBridgeAddress)"),
    Identifier(kind="permanent_macs", tier=Tier.STRONG, origin=Origin.HARDWARE, contradicts=True,
               needs_complete=True, vetoes_image=True, void_in_container=True, section=NETWORK, many=True,
               normalise=normal.universal_mac, because="a universally administered address is burnt into one port"),
    Identifier(kind="routed_macs", tier=Tier.MEDIUM, origin=Origin.HARDWARE, vetoes_image=True, void_in_container=True,
               section=NETWORK, many=True,
               normalise=normal.evidence_mac, because="locally administered, but of the port that holds the address"),
    Identifier(kind="machine_id", tier=Tier.MEDIUM, origin=Origin.IMAGE, void_in_container=True,
               section=IDENTITY, normalise=normal.opaque,
               because="made at first boot, and copied by templates and clones"),
    Identifier(kind="ssh_host_keys", tier=Tier.MEDIUM, origin=Origin.IMAGE, section=IDENTITY, many=True,
               normalise=normal.exact, because="made at first boot, and copied by templates and clones"),
    Identifier(kind="engine_id", tier=Tier.MEDIUM, origin=Origin.IMAGE, section=IDENTITY, normalise=normal.engine_id,
               because="made by the SNMP agent; high-availability pairs and copied configurations share it"),
)  # fmt: skip
