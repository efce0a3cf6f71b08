"""Values as people read them."""

from __future__ import annotations

import pytest
from cmdb_api.web import formats

from cmdb.model.types import BY_LABEL

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
AT = 1_764_000_000_000


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1536, "1.5 KiB"),
        (16 << 30, "16 GiB"),
        (250 << 30, "250 GiB"),
        (1 << 70, "1024 EiB"),
    ],
)
def test_sizes_are_told_in_the_largest_unit(count: int, text: str) -> None:
    assert formats.size(count) == text


def test_rates_are_decimal() -> None:
    assert [formats.rate(10**9), formats.rate(2_500_000)] == ["1 Gbit/s", "2.5 Mbit/s"]


@pytest.mark.parametrize(
    ("distance", "text"),
    [
        (0, "just now"),
        (20_000, "just now"),
        (40_000, "1 minute ago"),
        (59 * MINUTE, "59 minutes ago"),
        (90 * MINUTE, "2 hours ago"),
        (47 * HOUR, "2 days ago"),
        (400 * DAY, "400 days ago"),
        (-3 * HOUR, "in 3 hours"),
    ],
)
def test_instants_are_told_from_now(distance: int, text: str) -> None:
    assert formats.ago(AT - distance, AT) == text


def test_an_instant_survives_the_way_through_a_field() -> None:
    assert formats.instant(AT) == "24 Nov 2025, 16:00 UTC"
    assert formats.read_field_instant(formats.field_instant(AT)) == AT
    assert formats.read_field_instant("2025-11-24T17:00+01:00") == AT
    with pytest.raises(ValueError, match="isoformat"):
        formats.read_field_instant("tomorrow")


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("memory_bytes", "Memory"),
        ("cpu_count", "CPU count"),
        ("os_name", "OS name"),
        ("booted_at", "Booted"),
        ("is_rotational", "Rotational"),
        ("speed_bits_per_second", "Speed"),
        ("mac_address", "MAC address"),
    ],
)
def test_attributes_have_labels_without_units(name: str, label: str) -> None:
    assert formats.name_of(name) == label


def test_values_are_told_in_the_unit_of_their_attribute() -> None:
    server, interface = BY_LABEL["Server"].by_name, BY_LABEL["NetworkInterface"].by_name
    assert formats.value_of(server["memory_bytes"], 1 << 30) == "1 GiB"
    assert formats.value_of(server["cpu_count"], 4) == "4"
    assert formats.value_of(server["booted_at"], AT) == "24 Nov 2025, 16:00 UTC"
    assert formats.value_of(server["dns_servers"], ["10.0.0.1", "10.0.0.2"]) == "10.0.0.1, 10.0.0.2"
    assert formats.value_of(interface["mtu"], 1500) == "1500"
    assert formats.value_of(interface["speed_bits_per_second"], 10**10) == "10 Gbit/s"
    assert formats.value_of(None, True) == "yes"
