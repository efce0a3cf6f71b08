"""ENTITY-MIB: which of the parts are the chassis of the device."""

from __future__ import annotations

from cmdb_collectors.snmp.mibs.entity_mib import ENTITY_ENTRY, chassis, entities
from cmdb_collectors.snmp.values import Rows, Value
from hypothesis import given
from hypothesis import strategies as st

_COLUMNS = {"description": 2, "contained_in": 4, "kind": 5, "position": 6, "name": 7, "serial_number": 11, "model": 13}


def _table(**parts: dict[str, Value]) -> Rows:
    """Rows of entPhysicalTable: `p5={"kind": 3}` is the part with index 5."""
    return {
        (*ENTITY_ENTRY, _COLUMNS[name], int(part[1:])): value
        for part, cells in parts.items()
        for name, value in cells.items()
    }


def _serials(rows: Rows) -> list[str | None]:
    return [part.serial_number for part in chassis(entities(rows))]


def test_one_box_that_lists_eight_possible_chassis_is_one_chassis() -> None:
    possible: dict[str, dict[str, Value]] = {f"p{number}": {"kind": 3, "contained_in": 1} for number in range(3, 10)}
    rows = _table(p1={"kind": 11}, p2={"kind": 3, "contained_in": 1, "serial_number": b"DNI1"}, **possible)
    assert _serials(rows) == ["DNI1"]


def test_the_members_of_a_stack_are_its_chassis_in_order() -> None:
    rows = _table(
        p1={"kind": 11, "contained_in": 0},
        p1001={"kind": 3, "contained_in": 1, "serial_number": b"FCW1"},
        p2001={"kind": 3, "contained_in": 1, "serial_number": b" FCW2 "},
    )
    assert _serials(rows) == ["FCW1", "FCW2"]


def test_an_enclosure_inside_a_chassis_is_no_chassis_of_the_device() -> None:
    rows = _table(
        p1={"kind": 3, "contained_in": 0, "serial_number": b"41326588"},
        p4={"kind": 5, "contained_in": 1},
        p1000={"kind": 3, "contained_in": 4, "serial_number": b"34267319"},
    )
    assert _serials(rows) == ["41326588"]


def test_a_stack_root_that_repeats_its_members_serial_number_is_no_second_member() -> None:
    rows = _table(
        p10={"kind": 11, "contained_in": 0, "serial_number": b"FOC1"},
        p149={"kind": 3, "contained_in": 10, "serial_number": b"FOC1"},
    )
    assert _serials(rows) == ["FOC1"]


def test_units_that_an_agent_calls_containers_of_a_stack_are_its_chassis() -> None:
    rows = _table(
        p1={"kind": 11, "contained_in": 0},
        p101={"kind": 5, "contained_in": 1, "serial_number": b"EC1", "model": b"ECS2100-10T"},
        p201={"kind": 9, "contained_in": 101, "serial_number": b"EC1"},
    )
    assert _serials(rows) == ["EC1"]


def test_a_stack_without_units_stands_for_itself_and_a_module_for_nothing() -> None:
    assert _serials(_table(p1={"kind": 11, "serial_number": b"S1"})) == ["S1"]
    assert _serials(_table(p1={"kind": 9, "serial_number": b"M1"})) == []


def test_a_part_contained_in_itself_is_an_outermost_part() -> None:
    assert _serials(_table(p1={"kind": 3, "contained_in": 1, "serial_number": b"C1"})) == ["C1"]


_VALUES = st.one_of(st.integers(-(2**31), 2**64), st.binary(max_size=40), st.tuples(st.integers(0, 9)))
_CELLS = st.tuples(st.integers(0, 20), st.integers(0, 6)).map(lambda cell: (*ENTITY_ENTRY, *cell))


@given(st.dictionaries(_CELLS, _VALUES, max_size=60))
def test_hostile_tables_never_raise(rows: Rows) -> None:
    found = chassis(entities(rows | {(*ENTITY_ENTRY, 5): 3, (*ENTITY_ENTRY, 5, 1, 2, 3): 3}))
    assert len({part.serial_number for part in found}) == len(found)
