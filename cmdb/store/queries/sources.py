"""Scopes and sightings as those who watch over the sources see them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, LiteralString

from cmdb.reconcile.content import Content
from cmdb.store.content_json import decode
from cmdb.store.driver import Graph, Row
from cmdb.store.queries import scopes

_HEAD: LiteralString = """
{.key, .source_kind, .source_instance, .source_version, .domain, .created_at, .effective_at, .received_at, .interval_ms,
 .silent_since, .withdrawn_at, .clock_skew_ms, .unchanged_count, .late_count, .held_count, .release_holds, .sections,
 .read_at, .problems, .refusals,
 names: [(s)-[:SAW]->(g:Sighting)-[:IS]->(c:CI) WHERE g.family = 'machine' OR g.in_container | c.title][..3]}
"""

_LIST: LiteralString = (
    "MATCH (s:Scope) WHERE s.key > $after WITH s ORDER BY s.key LIMIT $limit RETURN s " + _HEAD + " AS scope"
)

_ONE: LiteralString = (
    """
MATCH (s:Scope {key: $key})
OPTIONAL MATCH (s)-[:SAW]->(:Sighting)-[:IS]->(c:CI)
WITH s, c ORDER BY c.title, c.id
WITH s, collect(c {.id, .type, .title}) AS cis
RETURN s """
    + _HEAD
    + " AS scope, s.content AS content, cis"
)

_SIGHTING: LiteralString = """
WITH g ORDER BY g.key LIMIT $limit
OPTIONAL MATCH (g)-[:IS]->(c:CI)
RETURN properties(g) AS sighting, c {.id, .type, .title} AS ci, [(g)-[:HAS]->(i:Identifier)
       WHERE i.aside_reason IS NOT NULL |
       i {.key, .aside_tier, .aside_reason, .aside_witness, .aside_clash, .aside_kind, .aside_groups}] AS aside
"""

_SIGHTINGS: LiteralString = "MATCH (g:Sighting) WHERE g.key > $after" + _SIGHTING
_HELD: LiteralString = "MATCH (g:Sighting) WHERE g.held = $held AND g.key > $after" + _SIGHTING


@dataclass(frozen=True, slots=True)
class StoredProblem:
    """Something a source could not read. `section` "": none in particular."""

    section: str
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class StoredRefusal:
    """Something of the last document that was not taken; `where` is a JSON path."""

    where: str
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class ScopeHead:
    """A scope without its content. Instants are epoch ms; `effective_at` None: no document was taken yet.

    `names`: titles of the machines it reads, the first three.

    `sections`: state in the last document; `read_at`: when each was last read in a document that said something new.
    """

    key: str
    source_kind: str
    source_instance: str
    source_version: str | None
    domain: str
    created_at: int | None
    effective_at: int | None
    received_at: int | None
    interval_ms: int | None
    clock_skew_ms: int | None
    unchanged_count: int
    late_count: int
    held_count: int
    releases_holds: bool
    names: tuple[str, ...] = ()
    sections: dict[str, str] = field(default_factory=dict[str, str])
    read_at: dict[str, int] = field(default_factory=dict[str, int])
    silent_since: int | None = None
    withdrawn_at: int | None = None
    problems: tuple[StoredProblem, ...] = ()
    refusals: tuple[StoredRefusal, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenCI:
    """A CI that a sighting stands for."""

    id: str
    type: str
    title: str


@dataclass(frozen=True, slots=True)
class ScopeWhole:
    """A scope with its content, and the independent CIs it sees."""

    head: ScopeHead
    content: Content
    cis: tuple[SeenCI, ...]


@dataclass(frozen=True, slots=True)
class Aside:
    """An identifier that joins nothing, and why: `witness` are two sightings that have it and cannot be one thing."""

    identifier: str
    tier: str
    reason: str
    witness: tuple[str, ...]
    clash: str | None
    clash_kind: str | None
    groups: int | None


@dataclass(frozen=True, slots=True)
class StoredSighting:
    """A sighting as it stands; `ci` None: held."""

    key: str
    scope: str
    item: str
    epoch: int
    source_kind: str
    name: str | None
    first_seen_at: int
    last_seen_at: int
    is_held: bool
    is_superseded: bool
    identifiers: tuple[str, ...]
    ci: SeenCI | None
    set_aside: tuple[Aside, ...]


def list_scopes(graph: Graph, limit: int, after: str) -> list[ScopeHead]:
    """Scopes by key, after the one with this key."""
    return [_head(found["scope"]) for found in graph.ask(_LIST, limit=limit, after=after)]


def find_scope(graph: Graph, key: str) -> ScopeWhole | None:
    """The scope with this key."""
    found = graph.ask(_ONE, key=key)
    if not found:
        return None
    cis = tuple(SeenCI(**one) for one in found[0]["cis"])
    return ScopeWhole(_head(found[0]["scope"]), decode(found[0]["content"]), cis)


def release(graph: Graph, key: str) -> bool:
    """Let the scope's next document end what is held; False where there is no such scope."""
    return graph.write(lambda tx: scopes.release_holds(tx, key))


def list_sightings(graph: Graph, limit: int, after: str, held: bool | None) -> list[StoredSighting]:
    """Sightings by key, after the one with this key. `held` None: all."""
    if held is None:
        found = graph.ask(_SIGHTINGS, limit=limit, after=after)
    else:
        found = graph.ask(_HELD, limit=limit, after=after, held=held)
    return [_sighting(one) for one in found]


def problems_of(text: str | None) -> tuple[StoredProblem, ...]:
    """A scope's problems as they are stored."""
    return tuple(StoredProblem(**one) for one in json.loads(text or "[]"))


def _head(found: Row) -> ScopeHead:
    parts = found["key"].split("|")  # a scope that has had no document yet has no more than its key
    return ScopeHead(
        key=found["key"],
        source_kind=found["source_kind"] or parts[0],
        source_instance=found["source_instance"] or parts[1],
        source_version=found["source_version"],
        domain=found["domain"] or parts[3],
        created_at=found["created_at"],
        effective_at=found["effective_at"],
        received_at=found["received_at"],
        interval_ms=found["interval_ms"],
        clock_skew_ms=found["clock_skew_ms"],
        unchanged_count=found["unchanged_count"] or 0,
        late_count=found["late_count"] or 0,
        held_count=found["held_count"] or 0,
        releases_holds=bool(found["release_holds"]),
        names=tuple(found["names"]),
        sections=json.loads(found["sections"] or "{}"),
        read_at=json.loads(found["read_at"] or "{}"),
        silent_since=found["silent_since"],
        withdrawn_at=found["withdrawn_at"],
        problems=problems_of(found["problems"]),
        refusals=tuple(StoredRefusal(*one) for one in json.loads(found["refusals"] or "[]")),
    )


def _sighting(found: Row) -> StoredSighting:
    sighting: dict[str, Any] = found["sighting"]
    return StoredSighting(
        key=sighting["key"],
        scope=sighting["node"],
        item=sighting["item"],
        epoch=sighting["epoch"],
        source_kind=sighting["source_kind"],
        name=sighting.get("name"),
        first_seen_at=sighting["first_effective_at"],
        last_seen_at=sighting["last_seen_at"],
        is_held=sighting["held"],
        is_superseded=sighting["superseded"],
        identifiers=tuple(sighting["identifiers"]),
        ci=SeenCI(**found["ci"]) if found["ci"] else None,
        set_aside=tuple(
            Aside(
                one["key"], one["aside_tier"], one["aside_reason"], tuple(one["aside_witness"] or ()),
                one["aside_clash"], one["aside_kind"], one["aside_groups"],
            )
            for one in sorted(found["aside"], key=lambda one: one["key"])
        ),
    )  # fmt: skip
