"""ENTITY-MIB (RFC 6933): the physical parts of a device, and which of them are its chassis."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cmdb_collectors.snmp.mibs.snmpv2_tc import display_string as text
from cmdb_collectors.snmp.mibs.snmpv2_tc import integer
from cmdb_collectors.snmp.values import Rows, Value, oid_of

ENTITY_ENTRY = oid_of("1.3.6.1.2.1.47.1.1.1.1")

CHASSIS, CONTAINER, MODULE, STACK = 3, 5, 9, 11


class Entity(NamedTuple):
    """A row of entPhysicalTable: `number` is its index, `kind` entPhysicalClass, `contained_in` 0 for the outermost."""

    number: int
    kind: int | None
    contained_in: int | None
    position: int | None
    description: str | None
    name: str | None
    hardware_revision: str | None
    firmware_revision: str | None
    software_revision: str | None
    serial_number: str | None
    maker: str | None
    model: str | None
    asset_id: str | None


def entities(rows: Rows) -> list[Entity]:
    """The physical parts in order of their index. Parts of a truncated table have what was read of them."""
    length = len(ENTITY_ENTRY)
    cells: dict[int, dict[int, Value]] = {}
    for name, value in rows.items():
        if name[:length] == ENTITY_ENTRY and len(name) == length + 2:
            column_number, index = name[length:]
            cells.setdefault(index, {})[column_number] = value
    return [_entity(index, cells[index]) for index in sorted(cells)]


def chassis(parts: Iterable[Entity]) -> list[Entity]:
    """The chassis that are there: one for a box, several for a stack, none where the agent lists none.

    A stack's agent lists the chassis it could have as well, up to eight, and only those that are there have a serial
    number. Enclosures inside a chassis (fans, pumps, sensors) are not chassis of the device. Some agents call the
    units of a stack containers. A stack that lists no unit stands for itself.
    """
    by_number = {part.number: part for part in parts}
    outermost = [part for part in by_number.values() if _is_outermost(part, by_number)]
    units = [part for part in outermost if part.kind != STACK and part.serial_number]
    return _once(units) or _once(part for part in outermost if part.serial_number)


def _is_outermost(part: Entity, by_number: dict[int, Entity]) -> bool:
    outer = by_number.get(part.contained_in or 0)
    if outer is None or outer.number == part.number:
        return part.kind in (CHASSIS, STACK)
    return outer.kind == STACK and part.kind in (CHASSIS, CONTAINER)


def _once(units: Iterable[Entity]) -> list[Entity]:
    """Without those whose serial number an earlier one has."""
    found: dict[str, Entity] = {}
    for unit in units:
        found.setdefault(unit.serial_number or "", unit)
    return list(found.values())


def _entity(index: int, cells: dict[int, Value]) -> Entity:
    return Entity(
        number=index,
        kind=integer(cells.get(5)),
        contained_in=integer(cells.get(4)),
        position=integer(cells.get(6)),
        description=text(cells.get(2)),
        name=text(cells.get(7)),
        hardware_revision=text(cells.get(8)),
        firmware_revision=text(cells.get(9)),
        software_revision=text(cells.get(10)),
        serial_number=text(cells.get(11)),
        maker=text(cells.get(12)),
        model=text(cells.get(13)),
        asset_id=text(cells.get(15)),
    )
