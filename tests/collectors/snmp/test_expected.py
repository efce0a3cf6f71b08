"""The recordings of the corpus: at least nine of ten expected values, and a reason for every other."""

from __future__ import annotations

import pytest

from tests.collectors.snmp import expected
from tests.collectors.snmp.expected import Comparison


@pytest.fixture(scope="module")
def found() -> list[Comparison]:
    return list(expected.comparisons())


def test_nine_of_ten_values_equal_one_of_the_two_expected_results(found: list[Comparison]) -> None:
    assert len({one.recording for one in found}) > 80
    assert sum(one.is_equal for one in found) >= 0.9 * len(found)


@pytest.mark.parametrize("attribute", expected.ATTRIBUTES)
def test_nine_of_ten_values_of_each_attribute_that_are_the_devices_own_are_equal(
    attribute: str, found: list[Comparison]
) -> None:
    own = [one for one in found if one.attribute == attribute and not one.is_of_agent]
    assert sum(one.is_equal for one in own) >= 0.9 * len(own)


def test_every_value_that_differs_has_a_reason(found: list[Comparison]) -> None:
    assert [one for one in found if not one.is_equal and one.reason is None] == []


def test_the_page_of_differences_is_up_to_date(found: list[Comparison]) -> None:
    assert expected.PAGE.read_text(encoding="utf-8") == expected.page(found), (
        "run python -m tests.collectors.snmp.expected"
    )


@pytest.mark.parametrize(
    ("attribute", "ours", "other"),
    [
        ("vendor", "Cisco", "CISCO"),
        ("vendor", "HP", "Hewlett-Packard"),
        ("model", "Color LaserJet M452nw", "HP Color LaserJet M452nw"),
        ("model", "SG350X-24P", "SG350X-24P V04"),
        ("model", "ICX6430-24", "ICX 6430-24 Switch"),
        ("os_version", "3.17.10", "V3.17.10"),
        ("os_version", "17.12.4", "CAT9K_IOSXE 17.12.4"),
        ("serial_number", "b4fbe41b4808", "B4FBE41B4808 "),
    ],
)
def test_spellings_of_one_value_are_the_same(attribute: str, ours: str, other: str) -> None:
    assert expected.same(attribute, ours, other)


@pytest.mark.parametrize(
    ("attribute", "ours", "other"),
    [
        ("vendor", "HP", "Cisco"),
        ("model", "ICX6430-24", "ICX 6430-48 Switch"),
        ("os_version", "9.12(2)", "9.12(3)"),
        ("os_version", None, "1.0"),
        ("serial_number", "FCW1", "FCW2"),
    ],
)
def test_other_values_are_not_the_same(attribute: str, ours: str | None, other: str) -> None:
    assert not expected.same(attribute, ours, other)
