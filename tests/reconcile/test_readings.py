"""What the last whole reading of a section says of what came, went and changed since."""

from __future__ import annotations

import json
import zlib
from typing import Any

from cmdb.observation.claims import Claims, claims_of
from cmdb.observation.document import decode
from cmdb.reconcile.content import EMPTY, Beginning, Content
from cmdb.reconcile.overlay import overlay
from cmdb.reconcile.revisions import Revision, endings, revisions
from cmdb.store.content_json import decode as unpacked
from cmdb.store.content_json import encode
from tests.support.hosts import START, host

HOUR = 3_600_000
NGINX = ("nginx", "tcp 0.0.0.0:80")


def read(hour: int, version: str = "1", user: str | None = None, **asked: Any) -> dict[str, Any]:
    """What the agent of a host reads at an hour; `user`: under which its services run."""
    document = host(1, at=START + hour * HOUR, **({"packages": 0, "services": (NGINX,)} | asked))
    document["source"]["version"] = version
    for item in document["items"]:
        if item["type"] == "ServiceInstance" and user:
            item["attributes"]["user"] = user
    return document


def claims(document: dict[str, Any]) -> Claims:
    return claims_of(decode(json.dumps(document).encode()), document["observed_at"])


def laid(*documents: dict[str, Any]) -> tuple[Content, Content]:
    """The content before the last document, and with it."""
    before = after = EMPTY
    for document in documents:
        before, after = after, overlay(after, claims(document), release_holds=False)
    return before, after


def ended(*documents: dict[str, Any]) -> list[Revision]:
    """The values that the last document ended."""
    before, after = laid(*documents)
    return revisions(before, after, documents[-1]["observed_at"])


def hours(*instants: int | None) -> tuple[float | None, ...]:
    return tuple(None if at is None else (at - START) / HOUR for at in instants)


def test_a_value_changed_after_the_last_reading_that_had_it_and_not_after_one_that_could_not_see_it() -> None:
    (revision,) = ended(
        read(0, user="app"), read(1, user="app"), read(2, sections={"services": "not_read"}, services=()),
        read(3, sections={"services": "partial"}, services=()), read(4, user="root"),
    )  # fmt: skip
    assert hours(revision.valid_from, revision.changed_after, revision.valid_to) == (0, 1, 4)
    assert (revision.value, revision.cause) == ("app", "world")


def test_a_value_that_a_partial_reading_brought_was_surely_there_then() -> None:
    half = {"services": "partial"}
    (revision,) = ended(read(0), read(1, user="app", sections=half), read(3, user="root", sections=half))
    assert hours(revision.valid_from, revision.changed_after, revision.valid_to) == (1, 1, 3)


def test_a_new_version_that_reads_a_section_later_words_it_anew_and_what_changes_afterwards_is_the_world() -> None:
    documents = (
        read(0, user="app"), read(1, "2", sections={"services": "not_read"}, services=()), read(2, "2", user="APP"),
    )  # fmt: skip
    assert [one.cause for one in ended(*documents)] == ["observer"]
    assert [one.cause for one in ended(*documents, read(3, "2", user="root"))] == ["world"]


def test_what_only_partial_readings_of_a_former_version_told_is_worded_anew_by_the_first_whole_one() -> None:
    (revision,) = ended(read(0, user="app", sections={"services": "partial"}), read(1, "2", user="APP"))
    assert (hours(revision.changed_after), revision.cause) == ((0,), "observer")


def test_documents_that_say_nothing_new_confirm_what_was_read_last_and_not_what_was_unread() -> None:
    _, content = laid(read(0), read(2, sections={"packages": "not_read", "storage": "partial"}))
    confirmed = unpacked(encode(content), START + 5 * HOUR)
    sections = ("services", "packages", "storage")
    assert hours(*(confirmed.last_whole(name) for name in sections)) == (5, 0, 0)
    assert hours(*(confirmed.read_at[name] for name in sections)) == (5, 0, 5)
    after = overlay(confirmed, claims(read(6, user="root", services=(NGINX, ("redis", "tcp 0.0.0.0:6379")))), False)
    assert hours(after.items["svc:unit:redis"].absent_at) == (5,)


def test_what_the_first_whole_reading_adds_to_partial_ones_may_have_been_there_all_the_time() -> None:
    _, content = laid(read(0, sections={"packages": "partial"}), read(1, packages=3))
    assert [content.items[f"pkg:p{n}"].absent_at for n in range(3)] == [None] * 3


def test_what_comes_after_a_whole_reading_was_not_there_then_though_a_partial_one_lies_between() -> None:
    _, content = laid(read(0), read(1), read(2, sections={"packages": "partial"}), read(3, packages=1))
    item = content.items["pkg:p0"]
    assert hours(item.absent_at, item.since) == (1, 3)


def test_a_thing_that_comes_back_was_away_at_the_last_whole_reading() -> None:
    _, content = laid(read(0), read(1, services=()), read(2, services=()), read(3))
    item = content.items["svc:unit:nginx"]
    assert hours(item.born_at, item.absent_at, item.since) == (0, 2, 3)


def test_what_a_mass_ending_held_back_was_surely_there_before_it() -> None:
    services = tuple((f"s{n}", f"tcp 0.0.0.0:{n + 1}") for n in range(12))
    first, second, third = read(0, services=services), read(1, services=()), read(2, services=())
    _, held = laid(first, second, third)
    assert hours(*{item.held_after for item in held.items.values() if item.type == "ServiceInstance"}) == (0,)
    released = overlay(held, claims(read(4, services=())), release_holds=True)
    found = {(one.changed_after, one.valid_to) for one in endings(held, released, START + 4 * HOUR)}
    assert found == {(START, START + 4 * HOUR)}


def test_an_address_that_moves_to_another_interface_is_there_since_then_and_a_renamed_one_has_not_moved() -> None:
    moved, renamed = read(2), read(2)
    for document, name in ((moved, "br0"), (renamed, "eth0.1")):
        port = next(item for item in document["items"] if item["key"] == "if:eth0")
        new = port | {"key": f"if:{name}", "attributes": port["attributes"] | {"name": name}}
        if document is moved:
            new["attributes"] |= {"mac_address": "00:16:3e:00:00:99", "if_index": 9}
            document["items"].append(new)
        else:
            document["items"][document["items"].index(port)] = new
        next(item for item in document["items"] if item["type"] == "IPAddress")["in"] = new["key"]
    _, after = laid(read(0), read(1), moved)
    assert after.items["addr:10.0.0.1"].placed == Beginning(START + 2 * HOUR, START + HOUR)
    _, after = laid(read(0), read(1), renamed)
    assert after.items["addr:10.0.0.1"].placed is None


def test_a_relation_between_things_that_were_there_begins_when_it_is_first_said() -> None:
    bare = read(0)
    bare["relations"] = []
    _, content = laid(bare, read(1))
    assert list(content.links.values()) == [Beginning(START + HOUR, START)]
    assert unpacked(encode(content)) == content


def test_contents_that_were_kept_by_a_former_version_are_read_and_say_nothing_of_whole_readings() -> None:
    _, content = laid(read(0))
    raw = json.loads(zlib.decompress(encode(content)))
    former = {name: raw[name] for name in raw if name not in ("whole", "version")}
    former["items"] = [[*row, row[0] == "fs:/"] for row in raw["items"]]
    former["links"] = [row[:3] for row in raw["links"]]
    found = unpacked(zlib.compress(json.dumps(former).encode()))
    assert (found.whole, found.version, list(found.links.values())) == ({}, "", [Beginning(START)])
    assert [item.held_after for _, item in sorted(found.items.items())].count(START) == 1
    after = overlay(found, claims(read(1, "2", user="root")), release_holds=False)
    assert [one.cause for one in revisions(found, after, START + HOUR)] == []
    (revision,) = revisions(found, overlay(found, claims(read(1, name="new")), False), START + HOUR)
    assert (hours(revision.changed_after), revision.cause) == ((0,), "world")


def test_a_value_that_comes_where_whole_readings_found_none_is_a_revision_and_where_nobody_had_looked_is_none() -> None:
    (revision,) = ended(read(0), read(1), read(3, user="root"))
    assert (revision.attribute, revision.value, revision.cause) == ("user", None, "world")
    assert hours(revision.valid_from, revision.changed_after, revision.valid_to) == (1, 1, 3)
    assert ended(read(0, sections={"services": "partial"}), read(1, user="root")) == []
