"""What stands behind a CI: its sightings with their proofs, and the contents of the scopes that have them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, LiteralString

from cmdb.model.vocabulary import Value
from cmdb.reconcile.content import Content
from cmdb.store.content_json import decode, unpack
from cmdb.store.driver import Graph, Row
from cmdb.store.queries.sources import StoredProblem, problems_of

_BEHIND: LiteralString = """
MATCH (:CI {id: $id})<-[is:IS]-(g:Sighting)<-[:SAW]-(s:Scope)
RETURN g.key AS key, g.scope AS scope, g.item AS item, g.epoch AS epoch, g.source_kind AS source_kind,
       g.first_effective_at AS first_seen_at, g.last_seen_at AS last_seen_at, g.period_ms AS period_ms,
       coalesce(g.stale, false) AS counts_as_stale, g.superseded AS superseded, g.identifiers AS identifiers,
       is.proof AS proof, s.key AS node, s.domain AS domain, s.source_instance AS source_instance,
       s.effective_at AS effective_at, s.sections AS sections, s.problems AS problems,
       s.content AS content, s.volatile AS volatile
ORDER BY g.first_effective_at, g.key
"""


@dataclass(frozen=True, slots=True)
class Proof:
    """Why a sighting is the same thing as others: by which identifiers, or name and addresses, with which sightings."""

    tier: str
    members: tuple[str, ...]
    since_at: int | None
    identifiers: tuple[str, ...]
    name: str | None
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """One sighting of a CI, with what its scope says. Instants are epoch ms.

    `counts_as_stale`: how its values were weighed when they were last computed. `volatile`: by item and attribute.
    """

    key: str
    scope: str
    item: str
    epoch: int
    node: str
    source_kind: str
    source_instance: str
    domain: str
    first_seen_at: int
    last_seen_at: int
    period_ms: int
    counts_as_stale: bool
    is_superseded: bool
    identifiers: tuple[str, ...]
    proofs: tuple[Proof, ...]
    effective_at: int
    sections: dict[str, str]
    problems: tuple[StoredProblem, ...]
    content: Content
    volatile: dict[str, dict[str, Value]]


def behind(graph: Graph, ci_id: str) -> list[Behind]:
    """The sightings of a CI that is identified by evidence, oldest first."""
    return [_behind(found) for found in graph.ask(_BEHIND, id=ci_id)]


def _behind(found: Row) -> Behind:
    return Behind(
        key=found["key"],
        scope=found["scope"],
        item=found["item"],
        epoch=found["epoch"],
        node=found["node"],
        source_kind=found["source_kind"],
        source_instance=found["source_instance"],
        domain=found["domain"],
        first_seen_at=found["first_seen_at"],
        last_seen_at=found["last_seen_at"],
        period_ms=found["period_ms"],
        counts_as_stale=found["counts_as_stale"],
        is_superseded=bool(found["superseded"]),
        identifiers=tuple(found["identifiers"]),
        proofs=tuple(proof_of(one) for one in json.loads(found["proof"] or "[]")),
        effective_at=found["effective_at"],
        sections=json.loads(found["sections"] or "{}"),
        problems=problems_of(found["problems"]),
        content=decode(found["content"], found["effective_at"]),
        volatile=unpack(found["volatile"], {}),
    )


def proof_of(found: dict[str, Any]) -> Proof:
    """A proof as the relationship between a sighting and its CI holds it."""
    return Proof(
        tier=found["tier"],
        members=tuple(found["with"]),
        since_at=found["since_at"],
        identifiers=tuple(found["identifiers"]),
        name=found["name"],
        addresses=tuple(found["addresses"]),
    )
