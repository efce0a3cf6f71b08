"""Canonical spellings: one for every way the same thing is written, none for what identifies nothing."""

from __future__ import annotations

import json
import string
import uuid
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmdb.model import normal
from tests.support.require import require

HEX = "0123456789abcdef"
SERIAL_TEXT = st.text(string.ascii_letters + string.digits + " .-_/", max_size=30)
HOST_TEXT = st.text(string.ascii_letters + string.digits + "-.", max_size=40)
NORMALISERS: dict[Callable[[str], str | None], st.SearchStrategy[str]] = {
    normal.text: st.text(max_size=30),
    normal.exact: st.text(max_size=30),
    normal.serial_number: SERIAL_TEXT,
    normal.system_uuid: st.uuids().map(str),
    normal.mac_address: st.text(HEX, min_size=12, max_size=12),
    normal.evidence_mac: st.text(HEX, min_size=12, max_size=12),
    normal.universal_mac: st.text(HEX, min_size=12, max_size=12),
    normal.host_name: HOST_TEXT,
    normal.ip_address: st.ip_addresses().map(str),
    normal.prefix: st.tuples(st.ip_addresses(v=4), st.integers(0, 32)).map(lambda pair: f"{pair[0]}/{pair[1]}"),
    normal.opaque: st.text(HEX + "ABCDEF-", max_size=40),
}


@pytest.mark.parametrize("normalise", NORMALISERS, ids=lambda f: f.__name__)
@given(data=st.data())
def test_a_canonical_spelling_is_its_own(normalise: Callable[[str], str | None], data: st.DataObject) -> None:
    once = normalise(data.draw(NORMALISERS[normalise]))
    assert once is None or (once and normalise(once) == once)


@pytest.mark.parametrize("normalise", NORMALISERS, ids=lambda f: f.__name__)
@given(value=st.text(max_size=60))
def test_whatever_a_machine_says_is_a_spelling_or_nothing_and_no_error(
    normalise: Callable[[str], str | None], value: str
) -> None:
    assert normalise(value) != ""


# The same machine, as two programs that disagree on the byte order of the first three fields read it.
SWAPPED = [
    ("12345678-9abc-def0-1234-56789abcdef0", "78563412-bc9a-f0de-1234-56789abcdef0", "all three"),
    ("12345678-9abc-def0-1234-56789abcdef0", "78563412-9abc-def0-1234-56789abcdef0", "the first alone"),
    ("12345678-9abc-def0-1234-56789abcdef0", "12345678-bc9a-f0de-1234-56789abcdef0", "the second and third"),
    ("{12345678-9ABC-DEF0-1234-56789ABCDEF0}", "123456789abcdef0123456789abcdef0", "none, but braces and dashes"),
]


@pytest.mark.parametrize(("one", "other", "what"), SWAPPED)
def test_a_uuid_matches_in_every_byte_order(one: str, other: str, what: str) -> None:
    assert normal.system_uuid(one) == normal.system_uuid(other) is not None, what


@given(st.uuids())
def test_all_twins_of_a_uuid_have_one_canonical_spelling(value: uuid.UUID) -> None:
    twins = normal.uuid_twins(str(value))
    assert {normal.system_uuid(twin) for twin in twins} <= {normal.system_uuid(str(value))}
    assert not twins or str(value) in twins


@given(st.uuids(), st.uuids())
def test_two_uuids_share_a_spelling_only_where_they_are_twins(one: uuid.UUID, other: uuid.UUID) -> None:
    same = normal.system_uuid(str(one)) == normal.system_uuid(str(other))
    assert same == (str(other) in normal.uuid_twins(str(one)))


def test_recorded_pairs_of_one_machine_match_and_recorded_placeholders_do_not_count() -> None:
    vectors = json.loads((require("corpora") / "uuid-vectors" / "vectors.json").read_text())
    pairs = [(row["a"], row["b"]) for row in vectors if "a" in row]
    placeholders = [row["placeholder"] for row in vectors if "placeholder" in row]
    assert len(pairs) >= 7
    assert len(placeholders) >= 7
    assert [pair for pair in pairs if normal.system_uuid(pair[0]) != normal.system_uuid(pair[1])] == []
    assert [value for value in placeholders if normal.system_uuid(value) is not None] == []
    assert len({normal.system_uuid(a) for a, _ in pairs}) == len(pairs)


def test_a_uuid_that_two_real_machines_share_is_no_placeholder_but_left_to_the_partition() -> None:
    vectors = json.loads((require("corpora") / "uuid-vectors" / "vectors.json").read_text())
    shared = [row["duplicated_on_two_real_machines"] for row in vectors if "duplicated_on_two_real_machines" in row]
    assert shared
    assert all(map(normal.system_uuid, shared))


@pytest.mark.parametrize(
    "value",
    [
        "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "EEEEEEEE-EEEE-EEEE-EEEE-EEEEEEEEEEEE", "03000200-0400-0500-0006-000700080009",
        "00020003-0004-0005-0006-000700080009", "Not Present", "Not Settable", "", "1234",
    ],
)  # fmt: skip
def test_a_uuid_that_firmware_ships_as_a_filler_identifies_nothing(value: str) -> None:
    assert normal.system_uuid(value) is None
    assert normal.uuid_twins(value) == ()


@pytest.mark.parametrize(
    "spelling",
    [
        "00:1A:2b:3C:4d:5E",
        "00-1a-2b-3c-4d-5e",
        "001a.2b3c.4d5e",
        "001A2B3C4D5E",
        "0x001a2b3c4d5e",
        " 00:1a:2b:3c:4d:5e ",
    ],
)
def test_a_mac_has_one_spelling(spelling: str) -> None:
    assert normal.mac_address(spelling) == "00:1a:2b:3c:4d:5e"


@pytest.mark.parametrize(
    "value",
    ["00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:fb", "33:33:00:00:00:01", "00:1a", "eth0", ""],
)
def test_no_mac_of_an_interface_is_zero_a_group_or_something_else(value: str) -> None:
    assert normal.mac_address(value) is None


@pytest.mark.parametrize(
    ("value", "who"),
    [
        ("00:00:5e:00:01:0a", "VRRP"), ("00:00:0c:07:ac:01", "HSRP"), ("00:00:0c:9f:f0:01", "HSRP version 2"),
        ("00:07:b4:00:01:02", "GLBP"), ("02:42:ac:11:00:02", "Docker"), ("00:09:0f:09:00:01", "FGCP"),
    ],
)  # fmt: skip
def test_a_mac_that_several_machines_answer_with_is_an_address_and_no_evidence(value: str, who: str) -> None:
    assert normal.mac_address(value) == value, who
    assert normal.evidence_mac(value) is None, who


def test_a_locally_administered_mac_is_evidence_but_not_burnt_in() -> None:
    assert normal.evidence_mac("52:54:00:12:34:56") == "52:54:00:12:34:56"
    assert normal.universal_mac("52:54:00:12:34:56") is None
    assert normal.universal_mac("00:16:3e:12:34:56") == "00:16:3e:12:34:56"


@given(st.text(HEX, min_size=12, max_size=12), st.sampled_from([":", "-", ""]))
def test_separators_and_case_of_a_mac_do_not_matter(digits: str, separator: str) -> None:
    pairs = [digits[i : i + 2] for i in range(0, 12, 2)]
    assert normal.mac_address(separator.join(pairs).upper()) == normal.mac_address(digits)


@pytest.mark.parametrize(
    "value",
    [
        "To be filled by O.E.M.", "TO BE FILLED BY O.E.M.", "Default string", "None", "Not Specified", "0123456789",
        "System Serial Number", "........", "0000000", "xxxxxxx", "----", "n/a", "N/A ", "  ", "1", "A1", "\x00\x00",
        "Chassis Serial Number", "INVALID", "123456789",
    ],
)  # fmt: skip
def test_a_serial_number_that_nobody_filled_in_identifies_nothing(value: str) -> None:
    assert normal.serial_number(value) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (" 5cg1234abc ", "5CG1234ABC"),
        ("VMware-56 4d a6 d2 17 06-b3", "VMWARE-56 4D A6 D2 17 06-B3"),
        ("ABC  123", "ABC 123"),
        ("7X2", "7X2"),
    ],
)  # fmt: skip
def test_a_serial_number_is_upper_case_and_trimmed(value: str, expected: str) -> None:
    assert normal.serial_number(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Web-1.Example.COM.", "web-1"), ("web-1", "web-1"), (" DB ", "db"), ("localhost", None),
        ("localhost.localdomain", None), ("LOCALHOST6", None), ("(none)", None), ("10.0.0.5", None), ("::1", None),
        ("", None), (".", None), ("10gb-switch.lab", "10gb-switch"),
    ],
)  # fmt: skip
def test_a_host_name_is_its_first_label_and_never_an_address(value: str, expected: str | None) -> None:
    assert normal.host_name(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("fe80::1%eth0", "fe80::1"), ("::ffff:10.0.0.5", "10.0.0.5"),
        (" 10.0.0.5 ", "10.0.0.5"), ("10.0.0", None), ("host", None), ("", None), ("10.0.0.05", None),
    ],
)  # fmt: skip
def test_an_address_is_spelt_as_rfc_5952_says(value: str, expected: str | None) -> None:
    assert normal.ip_address(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("10.0.0.5/24", "10.0.0.0/24"), ("2001:db8::5/64", "2001:db8::/64"), ("10.0.0.5", "10.0.0.5/32"),
        ("10.0.0.0/33", None), ("net", None),
    ],
)  # fmt: skip
def test_a_prefix_has_no_host_bits(value: str, expected: str | None) -> None:
    assert normal.prefix(value) == expected


@pytest.mark.parametrize("value", ["uninitialized", "0" * 32, "", "unknown", "ffffffffffffffff"])
def test_a_machine_id_that_was_never_made_identifies_nothing(value: str) -> None:
    assert normal.opaque(value) is None


def test_the_fingerprint_of_a_key_keeps_its_case() -> None:
    assert normal.exact(" SHA256:AbC ") == "SHA256:AbC"
    assert normal.opaque("AbC-1") == "abc-1"
