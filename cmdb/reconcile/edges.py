"""Relationships as they should stand, and which of them a content says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from cmdb.model import verbs
from cmdb.model.types import BY_LABEL
from cmdb.observation.relations import Connection, Link, Sight
from cmdb.reconcile.content import Beginning, Content, section_of
from cmdb.reconcile.keys import endpoint_key, is_local, neighbour_key, sight_key
from cmdb.reconcile.sampled import Seen


class EdgeKey(NamedTuple):
    """A relationship is known by its verb, its ends and a key where there may be several."""

    verb: str
    start: str
    end: str
    key: str = ""


class Edge(NamedTuple):
    """What a relationship carries besides its key.

    `began_after`: the last whole reading of its section without it; None: nobody had looked before `valid_from`, or
    absence proves nothing, so it may have been there long before.
    """

    valid_from: int
    scope: str
    last_seen_at: int | None = None
    samples: int | None = None
    began_after: int | None = None

    def united(self, other: Edge) -> Edge:
        """One relationship that two scopes tell of, this one's the one that is believed more.

        It holds since the first of both, unless the one did not have it in a whole reading after the other's first.
        """
        first, second = Beginning(self.valid_from, self.began_after), Beginning(other.valid_from, other.began_after)
        contradicted = any(a.after is not None and b.at <= a.after for a, b in ((first, second), (second, first)))
        if not contradicted:
            at = min(first.at, second.at)
            known = [one.after for one in (first, second) if one.after is not None and one.after < at]
            first = Beginning(at, max(known, default=None))
        return Edge(
            valid_from=first.at,
            scope=min(self.scope, other.scope),
            last_seen_at=max(self.last_seen_at or 0, other.last_seen_at or 0) or None,
            samples=max(self.samples or 0, other.samples or 0) or None,
            began_after=first.after,
        )


class Said(NamedTuple):
    """A relationship that one content says. `section` decides by being read whether it is there; None: sampled.

    `last_at`: when a sampled one was last seen, and until when a held one was surely there; else None.
    """

    key: EdgeKey
    edge: Edge
    section: str | None
    last_at: int | None = None


class Speaker(NamedTuple):
    """A scope, and what its items are in the graph: `ci_of` where they stand, `end_of` also for other machines'."""

    scope: str
    domain: str
    ci_of: Callable[[str], str | None]
    end_of: Callable[[str], str | None]


def contained(by: Speaker, content: Content, keys: Iterable[str]) -> Iterator[Said]:
    """Where these of the content's items live."""
    for key in keys:
        item, node_id = content.items[key], by.ci_of(key)
        inside = BY_LABEL[item.type].inside
        if inside is None or item.parent is None or node_id is None:
            continue
        parent = by.end_of(item.parent)
        if parent is not None:
            start, end = (parent, node_id) if inside.points_down else (node_id, parent)
            at, after = item.placed or (item.since, item.absent_at)
            edge = Edge(at, by.scope, began_after=after)
            yield Said(EdgeKey(inside.verb.name, start, end), edge, BY_LABEL[item.type].section, item.held_after)


def linked(by: Speaker, content: Content, links: Mapping[Link, Beginning]) -> Iterator[Said]:
    """Relations between items."""
    for link, (at, after) in links.items():
        start = by.ci_of(link.start)
        end = by.end_of(link.end) if start is not None else None
        if start is not None and end is not None:
            section = section_of(link, content.items[link.start].type)
            yield Said(EdgeKey(link.verb, start, end), Edge(at, by.scope, began_after=after), section)


def connected(by: Speaker, connections: Mapping[Connection, Seen]) -> Iterator[Said]:
    """Connections to far ends."""
    for connection, seen in connections.items():
        start = by.ci_of(connection.start)
        if start is not None:
            far_end = endpoint_key(
                by.scope, by.domain, connection.protocol, connection.address, connection.port,
                local=is_local(connection.address),
            )  # fmt: skip
            edge = Edge(seen.first_at, by.scope, seen.last_at, seen.samples)
            yield Said(EdgeKey(verbs.USES.name, start, far_end), edge, None, seen.last_at)


def seen_by(by: Speaker, sights: Mapping[Sight, Seen]) -> Iterator[tuple[Sight, Said]]:
    """Neighbours that interfaces hear of."""
    for sight, seen in sights.items():
        start = by.ci_of(sight.start)
        if start is not None:
            neighbour = neighbour_key(by.domain, sight.chassis_subtype, sight.chassis_id)
            edge = Edge(seen.first_at, by.scope, seen.last_at, seen.samples, seen.absent_at)
            section, last_at = (None, seen.last_at) if sight.is_sampled else (verbs.SEES.section, None)
            yield sight, Said(EdgeKey(verbs.SEES.name, start, neighbour, sight_key(sight)), edge, section, last_at)
