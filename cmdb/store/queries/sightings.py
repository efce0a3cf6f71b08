"""Sightings as they stand in the graph."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, LiteralString

from cmdb.identify.epochs import Epoch, EpochChoice, Reading
from cmdb.identify.sighting import Address, Birth, Life, Sighting, SightingKey
from cmdb.store.driver import Row, Transaction, rows
from cmdb.store.identity_text import identifier_of, key_of

_BY_KEY: LiteralString = """
UNWIND $keys AS key
MATCH (g:Sighting {key: key})
OPTIONAL MATCH (g)-[:IS]->(c:CI)
RETURN properties(g) AS sighting, c.id AS ci,
       EXISTS { (g)<-[:ABOUT]-(:Decision) } AS is_decided,
       EXISTS { (g)<-[:SAW]-(:Scope)-[:CORRECTED_BY]->() } AS is_corrected,
       c IS NOT NULL AND EXISTS { (c)-[:REPLACES]-() } AS is_in_succession
"""

_OF_SCOPE: LiteralString = """
MATCH (s:Scope {key: $key})-[:SAW]->(g:Sighting)
RETURN collect(properties(g)) AS sightings
"""

_SAVE: LiteralString = """
UNWIND $rows AS row
MERGE (g:Sighting {key: row.key})
SET g += row.set
WITH g, row
MATCH (s:Scope {key: row.set.node})
MERGE (s)-[:SAW]->(g)
WITH g, row
CALL (g, row) {
  MATCH (g)-[h:HAS]->(i:Identifier) WHERE NOT i.key IN row.holds
  DELETE h
  RETURN count(*) AS dropped
}
UNWIND row.holds AS key
MATCH (i:Identifier {key: key})
MERGE (g)-[:HAS]->(i)
"""

_EPOCH: LiteralString = """
MATCH (g:Sighting {key: $key}) SET g.former_macs = $former_macs, g.is_swap_refuted = $is_swap_refuted
"""

_GONE: LiteralString = "UNWIND $keys AS key MATCH (g:Sighting {key: key}) SET g.gone = true"


@dataclass(frozen=True, slots=True)
class Standing:
    """A sighting as it stands: its CI (None while it is held), and whether it counted as stale.

    `is_decided`: people have decided something about it. `is_corrected`: they have set values of something that its
    scope tells of. `is_in_succession`: its CI took the place of another, or another took its place.
    """

    sighting: Sighting
    ci: str | None
    is_stale: bool
    is_decided: bool = False
    is_corrected: bool = False
    is_in_succession: bool = False


def standing_of(tx: Transaction, keys: Iterable[SightingKey]) -> dict[SightingKey, Standing]:
    """How these sightings stand, those that exist."""
    found = rows(tx, _BY_KEY, keys=sorted(key.text for key in keys))
    every = [
        Standing(
            sighting_of(one["sighting"]), one["ci"], bool(one["sighting"].get("stale")), one["is_decided"],
            one["is_corrected"], one["is_in_succession"],
        )
        for one in found
    ]  # fmt: skip
    return {one.sighting.key: one for one in every}


def sightings_of_scope(tx: Transaction, node: str) -> list[Sighting]:
    """What one scope sees at present."""
    return [sighting_of(found) for found in rows(tx, _OF_SCOPE, key=node)[0]["sightings"]]


def epoch_of(found: Mapping[str, Any]) -> Epoch:
    """The thing that a sighting's properties describe, as one of those that stood under its key in turn."""
    sighting = sighting_of(found)
    life = max(sighting.lives, default=None)
    return Epoch(
        number=sighting.key.epoch,
        last=Reading(
            identifiers=sighting.identifiers,
            complete_kinds=sighting.complete_kinds,
            in_container=sighting.in_container,
            booted_at=life.from_at if life and life.boot_id else None,
            boot_id=life.boot_id if life else None,
        ),
        former_macs=frozenset(identifier_of(key) for key in found.get("former_macs") or ()),
        is_swap_refuted=bool(found.get("is_swap_refuted")),
    )


def save_sightings(tx: Transaction, node: str, sightings: Iterable[tuple[Sighting, frozenset[str]]]) -> None:
    """Store the sightings of one scope node, each with the keys of all identifier nodes it holds (locked before)."""
    data = [
        {"key": sighting.key.text, "holds": sorted(holds), "set": _properties(sighting, node)}
        for sighting, holds in sorted(sightings, key=lambda item: item[0].key)
    ]
    if data:
        rows(tx, _SAVE, rows=data)


def save_epoch(tx: Transaction, key: SightingKey, choice: EpochChoice) -> None:
    """Keep which network cards were replaced under this epoch, and whether one came back."""
    former = sorted(identifier.key for identifier in choice.former_macs)
    if former or choice.is_swap_refuted:
        rows(tx, _EPOCH, key=key.text, former_macs=former, is_swap_refuted=choice.is_swap_refuted)


def mark_gone(tx: Transaction, keys: Iterable[SightingKey]) -> None:
    """The scope no longer lists these: their lives ended with the document before."""
    if ordered := sorted(key.text for key in keys):
        rows(tx, _GONE, keys=ordered)


def _properties(sighting: Sighting, node: str) -> Row:
    return {
        "scope": sighting.key.scope, "item": sighting.key.item, "epoch": sighting.key.epoch, "node": node,
        "family": sighting.family, "source_kind": sighting.source_kind, "is_exclusive": sighting.is_exclusive,
        "identifiers": sorted(identifier.key for identifier in sighting.identifiers),
        "lives": json.dumps(sorted(sighting.lives)),
        "first_effective_at": sighting.first_effective_at, "last_seen_at": sighting.last_seen_at,
        "period_ms": sighting.period_ms, "complete_kinds": sorted(sighting.complete_kinds),
        "name": sighting.name, "name_domain": sighting.name_domain,
        "addresses": sorted("|".join(address) for address in sighting.addresses),
        "in_container": sighting.in_container, "superseded": False, "held": False, "gone": False,
    }  # fmt: skip


def sighting_of(found: Mapping[str, Any]) -> Sighting:
    """The sighting that a node's properties describe. An unchanged document moves `last_seen_at` alone."""
    lives = [Life(*life) for life in json.loads(found["lives"])]
    if lives:
        lives[-1] = lives[-1]._replace(to_at=max(lives[-1].to_at, found["last_seen_at"]))
    return Sighting(
        key=SightingKey(found["scope"], found["item"], found["epoch"]),
        family=found["family"],
        source_kind=found["source_kind"],
        is_exclusive=found["is_exclusive"],
        identifiers=frozenset(identifier_of(key) for key in found["identifiers"]),
        lives=tuple(lives),
        first_effective_at=found["first_effective_at"],
        period_ms=found["period_ms"],
        complete_kinds=frozenset(found["complete_kinds"]),
        name=found.get("name"),
        name_domain=found.get("name_domain"),
        addresses=frozenset(Address(*text.rsplit("|", 1)) for text in found["addresses"]),
        in_container=found["in_container"],
        inherited=frozenset(Birth(at, key_of(key)) for at, key in json.loads(found.get("inherited") or "[]")),
    )
