from __future__ import annotations

from typing import Any

import pytest

from cmdb.errors import Invalid
from cmdb.observation.claims import Claims, claims_of
from cmdb.observation.document import decode
from cmdb.observation.relations import Connection
from tests.support.hosts import START, encoded, host


def claims(document: dict[str, Any], received_at: int = START) -> Claims:
    return claims_of(decode(encoded(document)), received_at)


def refused(found: Claims) -> dict[str, str]:
    return {refusal.where: refusal.kind for refusal in found.refusals}


def test_a_clock_that_says_1970_orders_nothing_and_is_reported() -> None:
    found = claims(host(1, at=5_000, booted_at=1_000) | {"age_ms": 200}, received_at=START)
    assert found.effective_at == START - 200
    assert found.booted_at == START - 200 - 4_000
    assert found.clock_skew_ms == 5_000 - (START - 200)


def test_a_right_clock_is_no_problem() -> None:
    assert claims(host(1, at=START - 900) | {"age_ms": 1_000}).clock_skew_ms is None


def test_unknown_words_are_named_and_the_rest_is_taken() -> None:
    document = host(1)
    document["items"][0]["attributes"]["colour"] = "blue"
    document["items"][0]["identifiers"]["shoe_size"] = "44"
    document["items"].append({"key": "ufo", "type": "Saucer"})
    document["sections"]["weather"] = "read"
    document["relations"].append({"verb": "ADMIRES", "from": "host", "to": "if:eth0"})
    found = claims(document)
    assert refused(found) == {
        "items[0].attributes.colour": "unknown_attribute",
        "items[0].identifiers.shoe_size": "unknown_identifier",
        f"items[{len(document['items']) - 1}].type": "unknown_type",
        "sections.weather": "unknown_section",
        f"relations[{len(document['relations']) - 1}].verb": "unknown_verb",
    }
    assert found.items["host"].values["name"] == "web-1"


def test_a_value_of_the_wrong_kind_is_refused_alone() -> None:
    document = host(1)
    document["items"][0]["attributes"] |= {"memory_bytes": "plenty", "cpu_count": True}
    found = claims(document)
    assert set(refused(found)) == {"items[0].attributes.memory_bytes", "items[0].attributes.cpu_count"}
    assert "memory_bytes" not in found.items["host"].values


def test_placeholders_are_absent_values_and_no_refusal() -> None:
    document = host(1, system_uuid="03000200-0400-0500-0006-000700080009", system_serial="To be filled by O.E.M.")
    document["items"][0]["attributes"] |= {"vendor": "Acme", "serial_number": "Default string"}
    found = claims(document)
    assert not found.refusals
    assert not {"system_uuid", "system_serial"} & found.items["host"].identifiers.keys()
    assert "serial_number" not in found.items["host"].values


def test_a_serial_number_identifies_within_its_vendor_only() -> None:
    document = host(1, system_serial="abc123")
    assert "system_serial" not in claims(document).items["host"].identifiers
    document["items"][0]["attributes"]["vendor"] = "Acme"
    assert claims(document).items["host"].identifiers["system_serial"] == ("acme/ABC123",)


def test_volatile_values_stay_apart() -> None:
    found = claims(host(1)).items["fs:/"]
    assert "used_bytes" in found.volatile
    assert "used_bytes" not in found.values


def test_a_key_twice_is_refused_with_both_places() -> None:
    document = host(1)
    document["items"].append({"key": "host", "type": "Server"})
    with pytest.raises(Invalid, match=r"items\[0\]"):
        claims(document)


def test_a_parent_that_is_not_there_is_refused() -> None:
    document = host(1)
    document["items"][1]["in"] = "elsewhere"
    with pytest.raises(Invalid, match="elsewhere"):
        claims(document)


def test_what_lives_in_the_wrong_thing_or_in_a_ring_is_refused_alone() -> None:
    document = host(1)
    keys = [item["key"] for item in document["items"]]
    document["items"] += [
        {"key": "f2", "type": "Filesystem", "in": "if:eth0", "attributes": {"mount_point": "/x"}},
        {"key": "c1", "type": "Container", "in": "c2"},
        {"key": "c2", "type": "Container", "in": "c1"},
        {"key": "lonely", "type": "Filesystem", "attributes": {"mount_point": "/y"}},
    ]
    found = claims(document)
    assert set(found.items) == set(keys)
    assert len(found.refusals) == 4


def test_far_ends_are_normalised_and_counted() -> None:
    document = host(1, calls=(("nginx", "::ffff:10.0.0.9", 5432), ("nginx", "0.0.0.0", 1)))
    found = claims(document)
    assert found.connections == {Connection("svc:unit:nginx", "tcp", "10.0.0.9", 5432): 3}
    assert list(refused(found).values()) == ["bad_far_end"]


def test_lists_are_sorted_without_repeats() -> None:
    document = host(1, services=(("nginx", "tcp 0.0.0.0:80"),))
    document["items"][-1]["attributes"]["listens"] = ["tcp 0.0.0.0:80", "tcp 0.0.0.0:443", "tcp 0.0.0.0:80"]
    assert claims(document).items["svc:unit:nginx"].values["listens"] == ["tcp 0.0.0.0:443", "tcp 0.0.0.0:80"]
