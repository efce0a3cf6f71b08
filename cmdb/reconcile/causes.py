"""Why relationships begin and end: because a document says so, or because what it says is taken otherwise.

A document is one of several sources of a machine. What it newly says, or says no more, happened in the world, or is
found by a new version of its source. What begins or ends beside that does so because other sightings are taken for one
thing, or because another source decides.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from cmdb.model.types import BY_LABEL
from cmdb.reconcile.content import Content
from cmdb.reconcile.difference import Difference
from cmdb.reconcile.edges import EdgeKey, Said, Speaker, connected, contained, linked, seen_by
from cmdb.reconcile.projection import Projection
from cmdb.reconcile.revisions import Cause, read_by


class Ending(NamedTuple):
    """How a relationship ended. `after`: the last instant at which it surely was; None: not known."""

    after: int | None = None
    cause: Cause = "world"


@dataclass(frozen=True, slots=True)
class Retold:
    """What one document newly says, and what it says no more, in the words of before it."""

    begun: Mapping[EdgeKey, Cause] = field(default_factory=dict[EdgeKey, Cause])
    ended: Mapping[EdgeKey, Ending] = field(default_factory=dict[EdgeKey, Ending])


@dataclass(frozen=True, slots=True)
class Causes:
    """Why the relationships of a difference began and ended. `otherwise`: why those did that follow from others."""

    begun: Mapping[EdgeKey, Cause] = field(default_factory=dict[EdgeKey, Cause])
    ended: Mapping[EdgeKey, Ending] = field(default_factory=dict[EdgeKey, Ending])
    otherwise: Cause = "world"


def retold(before: Content, after: Content, former: Speaker, present: Speaker) -> Retold:
    """What a document changed in what its scope says. The speakers have the CIs that its items were, and are.

    What was left alone is the same object in both contents, so that this costs what has changed.
    """
    begun: dict[EdgeKey, Cause] = {
        one.key: read_by(before, one.section, after.version) for one in _only_in(after, before, present)
    }
    ended = {
        one.key: Ending(_last_seen(before, one), read_by(before, one.section, after.version))
        for one in _only_in(before, after, former)
    }
    return Retold(begun, ended)


def causes(diff: Difference, old: Projection, new: Projection, own: Container[str], said: Retold) -> Causes:
    """Why the difference of two projections came about. `own`: the sightings of the document that did, if one did."""
    moved = _identities_changed(diff, old, new, own)
    taken: Cause = "identity" if moved else "reconcile"
    return Causes(
        begun={key: said.begun.get(key, taken) for key, _ in diff.created_edges},
        ended={key: said.ended.get(key, Ending(None, taken)) for key in diff.ended_edges},
        otherwise="identity" if moved else "world",
    )


def _only_in(one: Content, other: Content, by: Speaker) -> Iterator[Said]:
    """The relationships that the one content says and the other does not."""
    yield from contained(by, one, _placed_elsewhere(one, other))
    former = {(item.type, item.birth): key for key, item in other.items.items()}

    def other_key(key: str) -> str | None:
        """The key in the other content of the same thing."""
        item = one.items[key]
        return former.get((item.type, item.birth))

    links = {link: at for link, at in one.links.items() if link not in other.links}
    yield from linked(by, one, {
        link: at for link, at in links.items()
        if (start := other_key(link.start)) is None or (end := other_key(link.end)) is None
        or link._replace(start=start, end=end) not in other.links
    })  # fmt: skip
    connections = {c: seen for c, seen in one.connections.items() if c not in other.connections}
    yield from connected(by, {
        c: seen for c, seen in connections.items()
        if (start := other_key(c.start)) is None or c._replace(start=start) not in other.connections
    })  # fmt: skip
    sights = {s: seen for s, seen in one.sights.items() if s not in other.sights}
    for _, said in seen_by(by, {
        s: seen for s, seen in sights.items()
        if (start := other_key(s.start)) is None or s._replace(start=start) not in other.sights
    }):  # fmt: skip
        yield said


def _placed_elsewhere(one: Content, other: Content) -> Iterable[str]:
    """The keys in the one content of what the other lacks, or has in another place."""
    differing = [key for key, item in one.items.items() if other.items.get(key) is not item]
    if not differing:
        return []
    places = {(item.type, item.birth): other.place(item) for item in other.items.values()}
    items = ((key, one.items[key]) for key in differing)
    return [
        key for key, item in items
        if (item.type, item.birth) not in places or places[item.type, item.birth] != one.place(item)
    ]  # fmt: skip


def _last_seen(before: Content, one: Said) -> int | None:
    """The last instant at which what ended was surely there."""
    if one.last_at is not None or one.section is None:
        return one.last_at
    return max(before.last_whole(one.section) or one.edge.valid_from, one.edge.valid_from)


def _identities_changed(diff: Difference, old: Projection, new: Projection, own: Container[str]) -> bool:
    """Whether sightings that were known make other CIs than before; those that their document brings do not count."""
    if any(BY_LABEL[old.nodes[former].type].family is not None for former in diff.merged):
        return True
    called = {**diff.renamed, **diff.merged}
    before, after = _owners(old), _owners(new)
    return any(
        called.get(before.get(birth, ""), before.get(birth)) != after.get(birth)
        for birth in before.keys() | after.keys()
        if birth not in own or (birth in before and birth in after)
    )


def _owners(projection: Projection) -> dict[str, str]:
    """Sighting → the independent CI that it is part of."""
    return {
        birth: node.id
        for node in projection.nodes.values()
        if BY_LABEL[node.type].family is not None
        for birth in node.births
    }
