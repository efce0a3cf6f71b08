"""Why relationships begin and end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cmdb.identify.sighting import SightingKey
from cmdb.observation.claims import claims_of
from cmdb.observation.document import decode
from cmdb.reconcile.causes import Causes, Retold, causes, retold
from cmdb.reconcile.content import EMPTY, Content
from cmdb.reconcile.difference import difference
from cmdb.reconcile.edges import Edge, Speaker
from cmdb.reconcile.overlay import overlay
from cmdb.reconcile.projection import Member, Projection, project
from tests.support.hosts import START, host

HOUR = 3_600_000
Partition = Mapping[str, str]
"""Kind of source → the CI that its sighting of the host is part of."""


def said(kind: str, *documents: dict[str, Any]) -> Content:
    """What a source says after these documents of the one host."""
    content = EMPTY
    for document in documents:
        document["source"]["kind"] = kind
        content = overlay(content, claims_of(decode(json.dumps(document).encode()), document["observed_at"]), False)
    return content


def read(hour: int, packages: int, version: str = "1", **asked: Any) -> dict[str, Any]:
    document = host(1, at=START + hour * HOUR, packages=packages, services=(), **asked)
    document["source"]["version"] = version
    return document


def key_of(kind: str) -> SightingKey:
    return SightingKey(kind, "host", 0)


def projected(
    partition: Partition, contents: Mapping[str, Content], silent: frozenset[str] = frozenset()
) -> Projection:
    found = Projection()
    for ci in sorted(set(partition.values())):
        members = [
            Member(key_of(kind), kind, "default", kind, kind not in silent, contents[kind])
            for kind, of in partition.items()
            if of == ci and kind in contents
        ]
        if members:
            found.update(project(ci, members, lambda _scope, _item: None))
    return found


def _speaker(kind: str, projection: Projection) -> Speaker:
    def ci_of(item: str) -> str | None:
        return projection.ids.get((kind, item))

    return Speaker(kind, "default", ci_of, ci_of)


def why(
    kind: str, before: Projection, after: Projection, contents: tuple[Content, Content]
) -> tuple[Causes, dict[str, Edge]]:
    """The causes of what a document of a source changed, and the packages that began by name."""
    former, present = (_speaker(kind, of) for of in (before, after))
    diff = difference(before, after)
    found = causes(diff, before, after, {key_of(kind).text}, retold(*contents, former, present))
    begun = {after.nodes[key.end].title: edge for key, edge in diff.created_edges if key.verb == "HAS_INSTALLED"}
    return found, begun


def test_what_a_document_newly_says_began_in_the_world_after_the_last_whole_reading_without_it() -> None:
    first, second = said("agent", read(0, 1)), said("agent", read(0, 1), read(1, 2))
    before, after = (projected({"agent": "ci"}, {"agent": content}) for content in (first, second))
    found, begun = why("agent", before, after, (first, second))
    assert list(begun) == ["p1 1"]
    assert (begun["p1 1"].valid_from, begun["p1 1"].began_after) == (START + HOUR, START)
    assert set(found.begun.values()) == {"world"}
    assert found.otherwise == "world"


def test_what_it_says_no_more_ended_after_the_last_whole_reading_with_it() -> None:
    half = {"packages": "partial"}
    first = said("agent", read(0, 2), read(1, 2), read(2, 0, sections=half))
    second = said("agent", read(0, 2), read(1, 2), read(2, 0, sections=half), read(3, 1))
    before, after = (projected({"agent": "ci"}, {"agent": content}) for content in (first, second))
    found, _ = why("agent", before, after, (first, second))
    (ending,) = found.ended.values()
    assert (ending.after, ending.cause) == (START + HOUR, "world")


def test_what_a_new_version_of_the_source_finds_or_misses_is_of_the_observer() -> None:
    first = said("agent", read(0, 1))
    for packages in (2, 0):
        second = said("agent", read(0, 1), read(1, packages, "2"))
        before, after = (projected({"agent": "ci"}, {"agent": content}) for content in (first, second))
        found, _ = why("agent", before, after, (first, second))
        assert {*found.begun.values(), *(one.cause for one in found.ended.values())} == {"observer"}


def test_a_source_that_is_believed_more_reconciles_away_what_it_does_not_list() -> None:
    ssh, agent = said("ssh", read(0, 2)), said("agent", read(1, 1))
    before = projected({"ssh": "ci"}, {"ssh": ssh})
    after = projected({"ssh": "ci", "agent": "ci"}, {"ssh": ssh, "agent": agent})
    found, begun = why("agent", before, after, (EMPTY, agent))
    assert ({one.cause for one in found.ended.values()}, begun) == ({"reconcile"}, {})
    assert found.otherwise == "world"


def test_what_another_source_lists_while_the_first_is_silent_is_reconciled_too() -> None:
    contents = {"ssh": said("ssh", read(0, 2)), "agent": said("agent", read(1, 1))}
    both = {"ssh": "ci", "agent": "ci"}
    before, after = projected(both, contents), projected(both, contents, "agent")
    found, begun = why("ssh", before, after, (contents["ssh"], contents["ssh"]))
    assert list(begun) == ["p1 1"]
    assert set(found.begun.values()) == {"reconcile"}


def test_what_the_first_source_gives_up_ends_in_the_world_though_the_other_has_not_looked_since() -> None:
    ssh = said("ssh", read(0, 2))
    first, second = said("agent", read(1, 2)), said("agent", read(1, 2), read(2, 1))
    both = {"ssh": "ci", "agent": "ci"}
    before, after = (projected(both, {"ssh": ssh, "agent": content}) for content in (first, second))
    found, _ = why("agent", before, after, (first, second))
    assert list(found.ended.values()) == [(START + HOUR, "world")]


def test_a_thing_that_the_first_source_has_again_is_there_since_then_though_the_other_never_missed_it() -> None:
    ssh = said("ssh", read(0, 2))
    agent = said("agent", read(1, 2), read(2, 1), read(3, 2))
    found = projected({"ssh": "ci", "agent": "ci"}, {"ssh": ssh, "agent": agent})
    packages = {found.nodes[key.end].title: edge for key, edge in found.edges.items() if key.verb == "HAS_INSTALLED"}
    assert (packages["p1 1"].valid_from, packages["p1 1"].began_after) == (START + 3 * HOUR, START + 2 * HOUR)
    assert (packages["p0 1"].valid_from, packages["p0 1"].began_after) == (START, None)


def test_a_merge_points_relationships_elsewhere_because_of_identity_and_a_split_gives_them_back_so() -> None:
    contents = {"ssh": said("ssh", read(0, 2)), "agent": said("agent", read(1, 3))}
    apart, one = {"ssh": "b", "agent": "a"}, {"ssh": "a", "agent": "a"}
    before, after = projected(apart, contents), projected(one, contents)
    joined, _ = why("agent", before, after, (contents["agent"], contents["agent"]))
    assert {one.cause for one in joined.ended.values()} == {"identity"}
    parted, begun = why("agent", after, before, (contents["agent"], contents["agent"]))
    assert set(parted.begun.values()) == {"identity"}
    assert (parted.otherwise, sorted(begun)) == ("identity", ["p0 1", "p1 1"])


def test_what_a_document_newly_says_is_of_the_world_also_where_it_proves_two_machines_to_be_one() -> None:
    ssh = said("ssh", read(0, 2))
    first, second = said("agent", read(1, 2)), said("agent", read(1, 2), read(2, 3))
    before = projected({"ssh": "b", "agent": "a"}, {"ssh": ssh, "agent": first})
    after = projected({"ssh": "a", "agent": "a"}, {"ssh": ssh, "agent": second})
    found, begun = why("agent", before, after, (first, second))
    assert list(begun) == ["p2 1"]
    assert {cause for key, cause in found.begun.items() if key.verb == "HAS_INSTALLED"} == {"world"}
    assert {one.cause for one in found.ended.values()} == {"identity"}


def test_without_a_document_nothing_is_of_the_world() -> None:
    contents = {"ssh": said("ssh", read(0, 2)), "agent": said("agent", read(1, 2))}
    before = projected({"ssh": "b", "agent": "a"}, contents)
    after = projected({"ssh": "a", "agent": "a"}, contents)
    found = causes(difference(before, after), before, after, frozenset(), Retold())
    assert {one.cause for one in found.ended.values()} | set(found.begun.values()) == {"identity"}
