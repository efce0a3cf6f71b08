"""What is remembered of sightings that were removed: when and under what key each was born, so that ids outlive CIs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import LiteralString, NamedTuple

from cmdb.identify.sighting import Birth, Sighting
from cmdb.store.driver import Graph, Transaction, rows
from cmdb.store.queries.retention import IS_OVER
from cmdb.store.queries.sightings import sighting_of

_OVER: LiteralString = (
    "MATCH (n:CI) WHERE n.valid_to <= $before AND "
    + IS_OVER
    + """
  AND EXISTS { (n)<-[:IS]-() }
WITH n LIMIT $limit
MATCH (n)<-[:IS]-(g:Sighting)
RETURN collect(properties(g)) AS sightings, n.id AS ci
"""
)

# Of no CI: held until its source ended, or remembered and never seen again.
_LOOSE: LiteralString = """
MATCH (g:Sighting) WHERE g.gone AND g.last_seen_at <= $before
  AND NOT EXISTS { (g)-[:IS]->() } AND NOT EXISTS { (g)<-[:ABOUT]-() }
RETURN properties(g) AS sighting LIMIT $limit
"""

_BURY: LiteralString = """
UNWIND $rows AS row
MATCH (g:Sighting {key: row.key})
SET g.lock = 'retention'
WITH g, row WHERE g.gone AND NOT EXISTS { (g)-[:IS]->(n:CI) WHERE n.state <> 'retired' }
OPTIONAL MATCH (former:Birth {key: row.key})
DETACH DELETE former
WITH g, row
OPTIONAL MATCH (g)-[r]-()
DELETE r
WITH DISTINCT g, row
FOREACH (_ IN CASE WHEN row.is_kept THEN [1] ELSE [] END | SET g:Birth, g.inherited = row.inherited REMOVE g:Sighting)
FOREACH (_ IN CASE WHEN row.is_kept THEN [] ELSE [1] END | DELETE g)
RETURN count(*) AS buried
"""

# Its scope is one that has ended, until a document of it is taken.
_REVIVE: LiteralString = """
MATCH (b:Birth {scope: $scope}) WHERE b.item IN $items AND NOT EXISTS { MATCH (:Sighting {key: b.key}) }
SET b:Sighting REMOVE b:Birth
MERGE (s:Scope {key: b.node})
ON CREATE SET s.source_kind = b.source_kind, s.created_at = $now, s.content_hash = '', s.unchanged_count = 0,
              s.late_count = 0, s.silent_since = $now, s.withdrawn_at = $now
SET s.base = $scope, s.epoch = b.epoch
MERGE (s)-[:SAW]->(b)
"""


class Buried(NamedTuple):
    """A sighting to remove. `inherited`: the births that it stands for; `is_kept`: whether to remember it."""

    sighting: Sighting
    inherited: frozenset[Birth]
    is_kept: bool


def over(graph: Graph, before: int, limit: int) -> list[list[Sighting]]:
    """The sightings of CIs that ended before `before` (epoch ms) and are to be removed, CI by CI."""
    return [
        [sighting_of(one) for one in found["sightings"]] for found in graph.ask(_OVER, before=before, limit=limit)
    ]  # fmt: skip


def loose(graph: Graph, before: int, limit: int) -> list[Sighting]:
    """Sightings of no CI, last seen before `before` (epoch ms)."""
    return [sighting_of(found["sighting"]) for found in graph.ask(_LOOSE, before=before, limit=limit)]


def bury(graph: Graph, buried: Iterable[Buried]) -> int:
    """Remove sightings with all that hangs on them; how many. What has come back meanwhile stays."""
    data = [
        {
            "key": one.sighting.key.text, "is_kept": one.is_kept,
            "inherited": json.dumps([[birth.at, birth.key.text] for birth in sorted(one.inherited)]),
        }
        for one in buried
    ]  # fmt: skip
    return graph.tell(_BURY, rows=data)[0]["buried"]


def revive(tx: Transaction, scope: str, items: Iterable[str], now: int) -> None:
    """Let these items of a scope be what they were when they were removed. `now`: epoch ms."""
    rows(tx, _REVIVE, scope=scope, items=sorted(items), now=now)
