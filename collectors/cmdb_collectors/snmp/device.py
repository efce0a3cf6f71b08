"""What a device is: its identity, hardware, operating system, storage and packages, as far as SNMP says."""

from __future__ import annotations

from typing import NamedTuple

from cmdb_agent.reading import NOT_READ, PARTIAL, Reading

from cmdb_collectors.snmp import device_hardware, device_identity, device_software
from cmdb_collectors.snmp.enterprises import enterprise_number
from cmdb_collectors.snmp.mibs import entity_mib, host_resources_mib, snmp_framework_mib, snmpv2_mib
from cmdb_collectors.snmp.profiles import PROFILES
from cmdb_collectors.snmp.profiles.generic import GENERIC
from cmdb_collectors.snmp.profiles.profile import DeviceType, recognise
from cmdb_collectors.snmp.profiles.values import Facts, columns, scalars
from cmdb_collectors.snmp.session import Session
from cmdb_collectors.snmp.values import Oid, Rows, dotted

_HARDWARE = (
    entity_mib.ENTITY_ENTRY, host_resources_mib.HR_DEVICE_TYPE, host_resources_mib.HR_DEVICE_DESCR,
    host_resources_mib.HR_PROCESSOR_LOAD,
)  # fmt: skip
_STORAGE = (host_resources_mib.HR_STORAGE_ENTRY, host_resources_mib.HR_FS_ENTRY)
_PACKAGES = (host_resources_mib.HR_SW_INSTALLED_NAME,)


class Device(NamedTuple):
    """What a device says it is. The readings' attributes and identifiers are those of its root item.

    `enterprise`: the vendor's private enterprise number; None where sysObjectID stands elsewhere. `booted_at`: epoch
    milliseconds. `profile`: who recognised it, `generic` where nobody did.
    """

    type_name: DeviceType
    profile: str
    enterprise: int | None
    booted_at: int | None
    readings: list[Reading]


async def read(session: Session, observed_at: int) -> Device:
    """What the device of a session is, at `observed_at` (epoch milliseconds).

    A device that does not answer gives readings that are not read, with the session's problem.
    """
    # Some agents fail on sysDescr or sysObjectID when they are asked for with others.
    rows = await session.get([snmpv2_mib.SYS_OBJECT_ID])
    rows |= await session.get([snmpv2_mib.SYS_DESCR])
    rows |= await session.get([name for name in snmpv2_mib.SCALARS if name not in rows])
    rows |= await session.get([*snmp_framework_mib.SCALARS, *host_resources_mib.SCALARS])
    system = snmpv2_mib.system(rows)
    profile = recognise(PROFILES, system.object_id, system.description) or GENERIC
    rows |= await session.get(scalars(profile))
    hardware, operating_system, storage, packages = map(
        Reading, ("hardware", "operating_system", "storage", "packages")
    )
    await _walk(session, rows, (*columns(profile), *_HARDWARE), hardware)
    await _walk(session, rows, _STORAGE, storage)
    if profile.type_name == "Server":
        await _walk(session, rows, _PACKAGES, packages)
    parts = entity_mib.entities(rows)
    facts = Facts(rows, system, parts, entity_mib.chassis(parts))
    booted_at = device_software.booted_at(rows, observed_at)
    identity = device_identity.read(facts)
    device_hardware.add(hardware, facts, profile)
    device_software.add_operating_system(operating_system, facts, profile, booted_at)
    device_software.add_storage(storage, facts)
    device_software.add_packages(packages, facts, profile)
    readings = [identity, hardware, operating_system, storage, packages]
    if session.problem is None and not rows:
        for reading in readings:
            reading.state = NOT_READ
        identity.note("empty_view", "it answers, but shows no system group: does its access list allow no more?")
    if session.problem is not None:
        _say(readings, session.problem, is_answering=bool(system.object_id or system.description))
    return Device(profile.type_name, profile.name, enterprise_number(system.object_id), booted_at, readings)


async def _walk(session: Session, rows: Rows, roots: tuple[Oid, ...], reading: Reading) -> None:
    """Adds the rows below the roots; a reading is as complete as its worst walk."""
    for root in roots:
        walk = await session.walk(root)
        rows |= walk.rows
        if walk.state != "read" and session.problem is None:
            reading.missed("walk", f"{dotted(root)}: {walk.problem or walk.state}", PARTIAL)


def _say(readings: list[Reading], problem: str, *, is_answering: bool) -> None:
    """The session's problem, once; without any answer nothing is read, and after it broke off not all is."""
    readings[0].missed("no_answer", problem, PARTIAL if is_answering else NOT_READ)
    for reading in readings[1:]:
        reading.state = PARTIAL if is_answering and (reading.items or reading.attributes) else NOT_READ
