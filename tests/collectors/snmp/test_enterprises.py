"""The registry of private enterprise numbers, and the names that vendors go by."""

from __future__ import annotations

import pytest
from cmdb_collectors.snmp.enterprises import enterprise_number, plain_name, vendor_of


@pytest.mark.parametrize(
    ("object_id", "expected"),
    [("1.3.6.1.4.1.9.1.1208", 9), ("1.3.6.1.4.1", None), ("1.3.6.1.2.1.33", None), (None, None)],
)
def test_the_enterprise_number_stands_below_enterprises(object_id: str | None, expected: int | None) -> None:
    assert enterprise_number(object_id) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (9, "Cisco"),  # registered as ciscoSystems
        (12356, "Fortinet"),
        (30065, "Arista Networks"),
        (50536, "iXsystems"),
        (8072, None),  # net-snmp makes agents, not machines
        (4_000_000_000, None),
    ],
)
def test_a_number_has_the_name_of_its_vendor(number: int, expected: str | None) -> None:
    assert vendor_of(number) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("HUAWEI Technology Co.,Ltd", "HUAWEI Technology"),
        ("Arista Networks, Inc. (formerly 'Arastra, Inc.')", "Arista Networks"),
        ("RITTAL GmbH & Co. KG", "RITTAL"),
        ("SIAE Microelettronica S.p.A.", "SIAE Microelettronica"),
    ],
)
def test_a_name_is_shown_without_its_legal_form(name: str, expected: str) -> None:
    assert plain_name(name) == expected
