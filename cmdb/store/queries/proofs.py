"""What a CI's identity rests on: its sightings, former ids, and whatever is set aside among its evidence."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import LiteralString

from cmdb.identify.rules import Tier
from cmdb.identify.sighting import SightingKey
from cmdb.store.driver import Row, Transaction, rows
from cmdb.store.identity_text import key_of
from cmdb.store.queries.provenance import Proof, proof_of
from cmdb.store.queries.sources import Aside

_TIERS = tuple(map(str, Tier))

_MEMBERS: LiteralString = """
OPTIONAL MATCH (own:CI {id: $id})
OPTIONAL MATCH (:Alias {id: $id})-[:NOW]->(later:CI)
WITH coalesce(own, later) AS n WHERE n IS NOT NULL
OPTIONAL MATCH (n)<-[:IS]-(g:Sighting)
WITH n, g ORDER BY g.first_effective_at, g.key
RETURN n.id AS id, collect(g.key) AS keys
"""

_PROOFS: LiteralString = """
MATCH (:CI {id: $id})<-[is:IS]-(g:Sighting) WHERE is.proof IS NOT NULL
WITH is, g ORDER BY g.first_effective_at, g.key
RETURN collect(is.proof) AS proofs
"""

_FORMER: LiteralString = "MATCH (a:Alias)-[:NOW]->(:CI {id: $id}) RETURN collect(a.id) AS ids"

_ASIDE: LiteralString = """
UNWIND $keys AS key
MATCH (:Sighting {key: key})-[:HAS]->(i:Identifier) WHERE i.aside_reason IS NOT NULL
WITH DISTINCT i
RETURN i {.key, .aside_tier, .aside_reason, .aside_witness, .aside_clash, .aside_kind, .aside_groups} AS aside
ORDER BY i.key
"""

_BRIEF: LiteralString = """
UNWIND $keys AS key
MATCH (g:Sighting {key: key})
OPTIONAL MATCH (g)<-[:SAW]-(s:Scope)
OPTIONAL MATCH (g)-[:IS]->(c:CI)
RETURN g {.key, .node, .item, .epoch, .family, .source_kind, .name, .name_domain, .first_effective_at, .last_seen_at,
          .period_ms, .lives, .identifiers, .addresses, .held, .superseded, .gone, .in_container} AS sighting,
       s.source_instance AS instance, s.effective_at AS effective_at, c {.id, .type, .title} AS ci
ORDER BY g.first_effective_at, g.key
"""

_KNOWN_BY: LiteralString = """
UNWIND $keys AS key
MATCH (:Sighting {key: key})-[:HAS]->(i:Identifier)
RETURN collect(DISTINCT i.key) AS keys
"""

_ATTACHED: LiteralString = """
UNWIND $ids AS id
MATCH (n:CI {id: id})-[r]-(x)
WHERE (r.scope = 'person' OR x:Ticket) AND ($came_from IS NULL OR $came_from IN r.came_from)
RETURN DISTINCT n.id AS ci, type(r) AS verb, startNode(r) = n AS is_outgoing, x.id AS id, x.title AS title,
       x:Ticket AS is_ticket
ORDER BY ci, verb, id LIMIT $limit
"""


@dataclass(frozen=True, slots=True)
class NamedCI:
    """A CI by its id, type and title."""

    id: str
    type: str
    title: str


@dataclass(frozen=True, slots=True)
class Brief:
    """A sighting as people compare it. Instants are epoch ms. `ci` None: held. `instance`: which agent or collector.

    `is_gone`: its source no longer lists it.
    """

    key: str
    scope: str
    item: str
    epoch: int
    family: str
    source_kind: str
    instance: str | None
    name: str | None
    name_domain: str | None
    first_seen_at: int
    last_seen_at: int
    period_ms: int
    identifiers: tuple[str, ...]
    addresses: tuple[str, ...]
    is_held: bool
    is_superseded: bool
    is_gone: bool
    in_container: bool
    ci: NamedCI | None


@dataclass(frozen=True, slots=True)
class Attached:
    """What a person or a ticket relates to a CI: a relationship by its verb, or a ticket."""

    ci: str
    verb: str
    is_outgoing: bool
    id: str
    title: str | None
    is_ticket: bool


def members_of(tx: Transaction, ci_id: str) -> tuple[SightingKey, ...] | None:
    """The sightings of the CI that has or had this id, senior first; None where there is no such CI."""
    found = rows(tx, _MEMBERS, id=ci_id)
    return tuple(map(key_of, found[0]["keys"])) if found else None


def proofs_of(tx: Transaction, ci_id: str) -> tuple[Proof, ...]:
    """Every reason why the CI's sightings are one thing, each once, surest first."""
    found: dict[Proof, None] = {}
    for text in rows(tx, _PROOFS, id=ci_id)[0]["proofs"]:
        found.update(dict.fromkeys(map(proof_of, json.loads(text))))
    return tuple(sorted(found, key=lambda one: (_TIERS.index(one.tier), one.since_at or 0, one.identifiers)))


def former_ids(tx: Transaction, ci_id: str) -> tuple[str, ...]:
    """The ids that the CI had, or that went into it, sorted."""
    return tuple(sorted(rows(tx, _FORMER, id=ci_id)[0]["ids"]))


def set_aside(tx: Transaction, keys: Iterable[str]) -> list[Aside]:
    """The identifiers of these sightings that join nothing, by key."""
    return [aside_of(found["aside"]) for found in rows(tx, _ASIDE, keys=sorted(keys))]


def briefs(tx: Transaction, keys: Iterable[str]) -> list[Brief]:
    """These sightings, those that exist, the longest known first."""
    return [brief_of(found) for found in rows(tx, _BRIEF, keys=sorted(keys))]


def known_by(tx: Transaction, keys: Iterable[SightingKey]) -> frozenset[str]:
    """The identifier nodes, those of addresses included, by which others meet these sightings' things."""
    return frozenset(rows(tx, _KNOWN_BY, keys=sorted(key.text for key in keys))[0]["keys"])


def attached(tx: Transaction, ids: Iterable[str], limit: int, came_from: str | None = None) -> list[Attached]:
    """What people and tickets attached to these CIs; `came_from`: only what this former CI brought along."""
    found = rows(tx, _ATTACHED, ids=sorted(ids), came_from=came_from, limit=limit)
    return [Attached(**one) for one in found if one["id"] is not None]


def aside_of(found: Row) -> Aside:
    """How an identifier stands, from its node's properties."""
    return Aside(
        found["key"], found["aside_tier"], found["aside_reason"], tuple(found["aside_witness"] or ()),
        found["aside_clash"], found["aside_kind"], found["aside_groups"],
    )  # fmt: skip


def brief_of(found: Row) -> Brief:
    """A sighting from its node's properties, its scope's and its CI's."""
    one = found["sighting"]
    return Brief(
        key=one["key"],
        scope=one["node"],
        item=one["item"],
        epoch=one["epoch"],
        family=one["family"],
        source_kind=one["source_kind"],
        instance=found["instance"],
        name=one["name"],
        name_domain=one["name_domain"],
        first_seen_at=one["first_effective_at"],
        last_seen_at=one["last_seen_at"],
        period_ms=one["period_ms"],
        identifiers=tuple(one["identifiers"]),
        addresses=tuple(one["addresses"]),
        is_held=bool(one["held"]),
        is_superseded=bool(one["superseded"]),
        is_gone=bool(one["gone"]),
        in_container=bool(one["in_container"]),
        ci=NamedCI(**found["ci"]) if found["ci"] else None,
    )
