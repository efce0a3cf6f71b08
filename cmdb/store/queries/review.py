"""What waits for a person: identifiers that are set aside, sightings and endings that are held, replacements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import LiteralString

from cmdb.identify.sighting import Sighting
from cmdb.store.driver import Row, Transaction, rows
from cmdb.store.queries.proofs import NamedCI, aside_of
from cmdb.store.queries.sightings import sighting_of
from cmdb.store.queries.sources import Aside

MAX_HOLDERS = 60
"""Holders of one identifier that are looked at: more than a crowd is not compared by eye."""

_ASIDE_ROWS: LiteralString = """
WITH i ORDER BY i.key LIMIT $limit
CALL (i) {
  MATCH (i)<-[:HAS]-(g:Sighting)
  WITH g ORDER BY g.first_effective_at, g.key
  RETURN collect(g.key)[..$most] AS holders, count(g) AS holder_count
}
RETURN i {.key, .aside_tier, .aside_reason, .aside_witness, .aside_clash, .aside_kind, .aside_groups} AS aside,
       holders, holder_count
"""

_ASIDES: LiteralString = "MATCH (i:Identifier) WHERE i.aside_reason IS NOT NULL AND i.key > $after" + _ASIDE_ROWS
_ASIDE: LiteralString = "MATCH (i:Identifier {key: $key}) WHERE i.aside_reason IS NOT NULL" + _ASIDE_ROWS

# Whoever shares a piece of evidence, or an address in the same network, may be the same thing.
_HELD_ROWS: LiteralString = """
WITH g ORDER BY g.key LIMIT $limit
CALL (g) {
  OPTIONAL MATCH (g)-[:HAS]->(i:Identifier)<-[:HAS]-(o:Sighting) WHERE o <> g
  WITH o, count(i) AS shared WHERE o IS NOT NULL
  WITH o ORDER BY shared DESC, o.key
  RETURN collect(o.key)[..$most] AS like
}
RETURN g.key AS key, g.lost AS lost, like
"""

_HELDS: LiteralString = "MATCH (g:Sighting) WHERE g.held = true AND g.key > $after" + _HELD_ROWS
_HELD: LiteralString = "MATCH (g:Sighting {key: $key}) WHERE g.held = true" + _HELD_ROWS

_REPLACEMENTS: LiteralString = """
MATCH (n:CI)-[r:REPLACES {proposed: true}]->(o:CI)
WITH n, r, o, n.id + '~' + o.id AS key WHERE key > $after AND ($key IS NULL OR key = $key)
RETURN key, r.valid_from AS since,
       [(n)<-[:IS]-(g:Sighting) | g.key] AS new, [(o)<-[:IS]-(g:Sighting) | g.key] AS old
ORDER BY key LIMIT $limit
"""

_ENDING_ROWS: LiteralString = """
WITH s ORDER BY s.key LIMIT $limit
RETURN s.key AS key, s.held_count AS count, coalesce(s.release_holds, false) AS is_released,
       head([(s)-[:SAW]->(:Sighting)-[:IS]->(c:CI) | c {.id, .type, .title}]) AS ci
"""

_ENDINGS: LiteralString = "MATCH (s:Scope) WHERE s.held_count > 0 AND s.key > $after" + _ENDING_ROWS
_ENDING: LiteralString = "MATCH (s:Scope {key: $key}) WHERE s.held_count > 0" + _ENDING_ROWS

_OF_CIS: LiteralString = """
UNWIND $ids AS id
MATCH (:CI {id: id})<-[:IS]-(g:Sighting)
WITH id, g ORDER BY g.first_effective_at, g.key
RETURN id, collect(g.key) AS keys
"""

_NEIGHBOURS_OF_HELD: LiteralString = """
MATCH (g:Sighting)
WHERE size(g.addresses) > 0 AND (g.held = true OR any(i IN g.identifiers WHERE i STARTS WITH 'target:'))
WITH g ORDER BY g.key LIMIT $limit
UNWIND g.addresses AS address
MATCH (:Identifier {key: 'address:' + address})<-[:HAS]-(o:Sighting)
WITH collect(DISTINCT g) + collect(DISTINCT o) AS both
UNWIND both AS o
WITH DISTINCT o
OPTIONAL MATCH (o)-[:IS]->(c:CI)
RETURN collect(properties(o)) AS sightings, collect([o.key, c.id]) AS cis
"""


@dataclass(frozen=True, slots=True)
class AsideFound:
    """An identifier that is set aside, with the keys of the sightings that hold it, the longest known first."""

    aside: Aside
    holders: tuple[str, ...]
    holder_count: int


@dataclass(frozen=True, slots=True)
class HeldFound:
    """A sighting that is held, with what it lost, and the keys of those it shares most with."""

    key: str
    lost: tuple[str, ...]
    like: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReplacementFound:
    """A proposal that one CI took another's place; since when, epoch ms."""

    key: str
    since: int
    new: tuple[str, ...]
    old: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EndingFound:
    """A scope that holds endings: how many, and whether its next document ends them."""

    scope: str
    count: int
    is_released: bool
    ci: NamedCI | None


def asides(tx: Transaction, limit: int, after: str = "", key: str | None = None) -> list[AsideFound]:
    """Identifiers that are set aside, by key, from behind `after`; or the one with this key."""
    found = rows(tx, _ASIDES if key is None else _ASIDE, after=after, key=key, limit=limit, most=MAX_HOLDERS)
    return [AsideFound(aside_of(one["aside"]), tuple(one["holders"]), one["holder_count"]) for one in found]


def held(tx: Transaction, limit: int, after: str = "", key: str | None = None) -> list[HeldFound]:
    """Sightings that are held, by key, from behind `after`; or the one with this key."""
    found = rows(tx, _HELDS if key is None else _HELD, after=after, key=key, limit=limit, most=MAX_HOLDERS)
    return [HeldFound(one["key"], tuple(one["lost"] or ()), tuple(one["like"])) for one in found]


def replacements(tx: Transaction, limit: int, after: str = "", key: str | None = None) -> list[ReplacementFound]:
    """Proposed replacements by the ids of their CIs, from behind `after`; or the one with this key."""
    found = rows(tx, _REPLACEMENTS, after=after, key=key, limit=limit)
    return [ReplacementFound(one["key"], one["since"], tuple(one["new"]), tuple(one["old"])) for one in found]


def endings(tx: Transaction, limit: int, after: str = "", key: str | None = None) -> list[EndingFound]:
    """Scopes that hold endings, by key, from behind `after`; or the one with this key."""
    found = rows(tx, _ENDINGS if key is None else _ENDING, after=after, key=key, limit=limit)
    return [
        EndingFound(one["key"], one["count"], one["is_released"], NamedCI(**one["ci"]) if one["ci"] else None)
        for one in found
    ]


def sightings_of_cis(tx: Transaction, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The keys of the sightings of each of these CIs, senior first."""
    return {one["id"]: tuple(one["keys"]) for one in rows(tx, _OF_CIS, ids=sorted(ids))}


def beside_held(tx: Transaction, limit: int) -> tuple[list[Sighting], dict[str, str]]:
    """Held sightings that list addresses, with all others that list one of these; and the CI of each that has one."""
    found: Row = rows(tx, _NEIGHBOURS_OF_HELD, limit=limit)[0]
    return [sighting_of(one) for one in found["sightings"]], {key: ci for key, ci in found["cis"] if ci is not None}
