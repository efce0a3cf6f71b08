"""What a device is made of: vendor, model, serial numbers, the chassis of a stack, processors and memory."""

from __future__ import annotations

from cmdb_agent.reading import Reading

from cmdb_collectors.snmp.enterprises import enterprise_number, plain_name, vendor_of
from cmdb_collectors.snmp.mibs import host_resources_mib
from cmdb_collectors.snmp.mibs.entity_mib import Entity
from cmdb_collectors.snmp.profiles.profile import Profile
from cmdb_collectors.snmp.profiles.values import Facts, first

ROOT = "device"  # the key of what is read


def add(reading: Reading, facts: Facts, profile: Profile) -> None:
    """Adds the section `hardware`: attributes and identifiers of the device, and the members of a stack."""
    serial_number = first(profile.serial_number, facts)
    processors = host_resources_mib.processors(facts.rows)
    reading.set(
        vendor=_vendor(facts, profile),
        model=first(profile.model, facts),
        serial_number=serial_number,
        asset_tag=facts.chassis[0].asset_id if facts.chassis else None,
        sys_object_id=facts.system.object_id,
        memory_bytes=host_resources_mib.memory_bytes(facts.rows),
        cpu_count=len(processors) or None,
    )
    if profile.type_name == "Server":
        reading.set(cpu_model=next((name for name in processors if name), None))
    if facts.chassis:
        reading.identifiers["chassis_serials"] = sorted(part.serial_number or "" for part in facts.chassis)
    # A stack's own serial number is that of whichever member leads it: only the set of them proves anything.
    if serial_number and len(facts.chassis) < 2:
        reading.identifiers["system_serial"] = serial_number
    if len(facts.chassis) > 1:
        for place, part in enumerate(facts.chassis, start=1):
            _add_member(reading, part, part.position if part.position and part.position > 0 else place)


def _vendor(facts: Facts, profile: Profile) -> str | None:
    """The profile's; else what the enterprise number stands for; else what the chassis says of its maker."""
    number = enterprise_number(facts.system.object_id)
    maker = next((part.maker for part in (*facts.chassis, *facts.entities) if part.maker), None)
    registered = vendor_of(number) if number is not None else None
    return first(profile.vendor, facts) or registered or (plain_name(maker) if maker else None)


def _add_member(reading: Reading, part: Entity, number: int) -> None:
    reading.add(
        f"member:{part.serial_number}", "ChassisMember", ROOT,
        name=part.name, number=number, serial_number=part.serial_number, model=part.model,
        description=part.description, hardware_version=part.hardware_revision, os_version=part.software_revision,
    )  # fmt: skip
