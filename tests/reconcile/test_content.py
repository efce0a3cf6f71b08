"""Documents of one scope laid over each other."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cmdb.observation.claims import Claims, claims_of
from cmdb.observation.document import decode
from cmdb.reconcile.content import EMPTY, Content
from cmdb.reconcile.overlay import overlay
from cmdb.reconcile.revisions import revisions
from cmdb.store.content_json import decode as unpacked
from cmdb.store.content_json import encode
from tests.support.hosts import START, encoded, host

MINUTE = 60_000


def claims(document: dict[str, Any]) -> Claims:
    return claims_of(decode(encoded(document)), document["observed_at"])


def laid(*documents: dict[str, Any]) -> Content:
    content = EMPTY
    for document in documents:
        content = overlay(content, claims(document), release_holds=False)
    return content


def test_what_a_document_leaves_alone_is_the_same_object() -> None:
    first = laid(host(1))
    second = overlay(first, claims(host(1, at=START + MINUTE)), release_holds=False)
    assert all(second.items[key] is item for key, item in first.items.items())


def test_a_held_mass_ending_is_lifted_when_the_things_come_back() -> None:
    content = laid(host(1, packages=40), host(1, packages=10, at=START + 1), host(1, packages=40, at=START + 2))
    assert not any(item.held for item in content.items.values())
    assert sum(item.type == "SoftwareRelease" for item in content.items.values()) == 40


def test_nine_things_may_vanish_at_once() -> None:
    content = laid(host(1, packages=9), host(1, packages=0, at=START + 1))
    assert not any(item.type == "SoftwareRelease" for item in content.items.values())


def test_what_lived_in_something_that_ended_ends_with_it() -> None:
    before = host(1)
    after = host(1, at=START + 1, sections={"network": "read"})
    after["items"] = [
        item for item in after["items"] if item["type"] not in ("NetworkInterface", "IPAddress", "Subnet")
    ]
    content = laid(before, after)
    assert not any(item.type in ("NetworkInterface", "IPAddress", "Subnet") for item in content.items.values())


def test_a_revision_says_since_when_and_between_which_readings_a_value_ended() -> None:
    first = laid(host(1), host(1, at=START + MINUTE))
    second = overlay(first, claims(host(1, at=START + 2 * MINUTE, name="new")), release_holds=False)
    (revision,) = revisions(first, second, START + 2 * MINUTE)
    assert (revision.attribute, revision.value) == ("name", "web-1")
    assert (revision.valid_from, revision.changed_after, revision.valid_to) == (
        START,
        START + MINUTE,
        START + 2 * MINUTE,
    )


def test_a_connection_follows_its_service_to_a_new_key() -> None:
    before = host(1, services=(("app", "tcp 0.0.0.0:80"),), calls=(("app", "10.0.0.9", 5432),))
    after = host(1, at=START + 1, services=(("app2", "tcp 0.0.0.0:80"),))
    assert [connection.start for connection in laid(before, after).connections] == ["svc:unit:app2"]


SERVICES = st.lists(st.sampled_from("abcdef"), unique=True, max_size=6)
STEPS = st.lists(st.tuples(SERVICES, st.sampled_from(["read", "partial", "not_read"])), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_only_a_read_section_ends_things_and_a_comeback_is_the_same_thing(steps: list[tuple[list[str], str]]) -> None:
    content = EMPTY
    births: dict[str, str] = {}
    expected: set[str] = set()
    for number, (units, state) in enumerate(steps):
        at = START + number * MINUTE
        services = tuple((unit, f"tcp 0.0.0.0:{1000 + ord(unit)}") for unit in units)
        document = host(1, at=at, services=services, packages=0, sections={"services": state})
        content = overlay(content, claims(document), release_holds=False)
        expected = set(units) if state == "read" else expected | set(units)
        present = {str(i.values["name"]): i for i in content.items.values() if i.type == "ServiceInstance"}
        assert present.keys() == expected
        for name, item in present.items():
            assert births.setdefault(name, item.birth) == item.birth
        assert unpacked(encode(content)) == content
