"""ENTITY-MIB (RFC 6933): the physical parts of a device, and which of them are its chassis."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cmdb_collectors.snmp.mibs.snmpv2_tc import column, display_string, integer
from cmdb_collectors.snmp.values import Oid, Rows, Value, oid_of

ENTITY_ENTRY = oid_of("1.3.6.1.2.1.47.1.1.1.1")

_COLUMNS = {number: (*ENTITY_ENTRY, number) for number in (2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15)}

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
    cells = {number: column(rows, name) for number, name in _COLUMNS.items()}
    indexes = sorted({index for found in cells.values() for index in found if len(index) == 1})
    return [_entity(cells, index) for index in indexes]


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


def _entity(cells: dict[int, dict[Oid, Value]], index: Oid) -> Entity:
    def words(number: int) -> str | None:
        return display_string(cells[number].get(index))

    return Entity(
        number=index[0],
        kind=integer(cells[5].get(index)),
        contained_in=integer(cells[4].get(index)),
        position=integer(cells[6].get(index)),
        description=words(2),
        name=words(7),
        hardware_revision=words(8),
        firmware_revision=words(9),
        software_revision=words(10),
        serial_number=words(11),
        maker=words(12),
        model=words(13),
        asset_id=words(15),
    )
