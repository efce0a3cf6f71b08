"""What held at an instant: past values by who claimed them, what a CI lived in, what it was related to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString

from cmdb.model.vocabulary import Value
from cmdb.store.driver import Graph
from cmdb.store.queries.inventory import Place
from cmdb.store.queries.relationships import Relationship, relationships_in

_PAST_VALUES: LiteralString = """
MATCH (:CI {id: $id})-[:HAD]->(c:Claim) WHERE c.valid_to > $at
WITH c.sighting AS owner, c.attribute AS attribute,
     collect(CASE WHEN c.valid_from <= $at THEN [c.valid_from, c.value] END) AS holding
RETURN collect([owner, attribute, holding]) AS values
"""

# Where something lived, and the machine at the end of that, by what held then.
_PLACE: LiteralString = """
MATCH (n:CI {id: $id})
OPTIONAL MATCH (n)-[r:RUNS_ON|PART_OF|WAS_RUNS_ON|WAS_PART_OF]->(m:CI)
WITH n, m, r, coalesce(r.valid_from, 0) <= $at AND coalesce(r.valid_to > $at, true) AS held
ORDER BY r.valid_from DESC, m.id
WITH n, count(r) AS ever, head(collect(CASE WHEN r IS NOT NULL AND held THEN [m.id, m.title] END)) AS place
OPTIONAL MATCH path = (n)-[:RUNS_ON|PART_OF|WAS_RUNS_ON|WAS_PART_OF*1..6]->(root:CI)
WHERE root.type IN $families
WITH ever, place, root, min(length(path)) AS distance ORDER BY distance, root.id
RETURN ever, place, head(collect(root.id)) AS root
"""

# What several intervals say of one relationship is one relationship, since the first of them that held.
_HELD: LiteralString = """
MATCH (n:CI {id: $id})
CALL (n) {
  MATCH (n)-[r]->(m) WHERE 'out' IN $directions AND type(r) IN $types RETURN 'out' AS direction, r, m
  UNION ALL
  MATCH (n)<-[r]-(m) WHERE 'in' IN $directions AND type(r) IN $types RETURN 'in' AS direction, r, m
}
WITH direction, r, m WHERE coalesce(r.valid_from, 0) <= $at AND coalesce(r.valid_to > $at, true)
WITH direction, m, CASE WHEN type(r) STARTS WITH 'WAS_' THEN substring(type(r), 4) ELSE type(r) END AS type,
     coalesce(r.key, '') AS key, r ORDER BY r.valid_from
WITH direction, m, type, key, head(collect(properties(r))) AS carried
"""

_HELD_PAGE: LiteralString = (
    _HELD
    + """,
     direction + ' ' + type + ' ' + coalesce(m.title, m.key, '') AS position,
     coalesce(m.id, m.key) + ' ' + key AS tie
WHERE position > $after_position OR (position = $after_position AND tie > $after_tie)
WITH * ORDER BY position, tie LIMIT $limit
RETURN collect(direction) AS directions, collect(type) AS types, collect(carried) AS relationships,
       collect([m.id, m.type, m.title, CASE WHEN m.valid_to <= $at THEN 'retired' ELSE 'active' END]) AS cis,
       collect([m.address, m.protocol, m.port, m.chassis_id, m.name]) AS far_ends,
       collect(position) AS positions, collect(tie) AS ties
"""
)

_HELD_COUNTS: LiteralString = _HELD + "RETURN direction, type, count(*) AS count ORDER BY direction, type"


@dataclass(frozen=True, slots=True)
class PastValue:
    """What one claimant said of one attribute before it changed. `value` None: it said nothing at that instant.

    `owner`: the sighting or birth that claimed it; `since`: from when on it held, epoch ms, None with the value.
    """

    owner: str
    attribute: str
    value: Value | None
    since: int | None


@dataclass(frozen=True, slots=True)
class Dwelling:
    """Where a CI lived at an instant. `place` None: in nothing then; `is_inside`: it has ever lived in something.

    `root`: the machine it lives or lived in at last, None for a thing of its own.
    """

    is_inside: bool
    place: Place | None
    root: str | None


def past_values(graph: Graph, ci_id: str, at: int) -> list[PastValue]:
    """By claimant and attribute, what was said at `at` where it has changed since; a few for each attribute."""
    found: list[PastValue] = []
    for owner, attribute, holding in graph.ask(_PAST_VALUES, id=ci_id, at=at)[0]["values"]:
        since, value = max(holding, key=lambda one: one[0]) if holding else (None, None)
        found.append(PastValue(owner, attribute, value, since))
    return found


def dwelling(graph: Graph, ci_id: str, at: int, families: Sequence[str]) -> Dwelling:
    """Where the CI was at `at` (epoch ms). `families`: the types that are identified by evidence."""
    found = graph.ask(_PLACE, id=ci_id, at=at, families=families)[0]
    place = found["place"]
    return Dwelling(found["ever"] > 0, Place(*place) if place else None, found["root"])


def relationships_at(
    graph: Graph,
    ci_id: str,
    at: int,
    types: Sequence[str],
    directions: Sequence[str],
    limit: int,
    after: tuple[str, str] | None,
) -> list[Relationship]:
    """Relationships of these types, past forms included, that held at `at`, told by the verb, in the order of lists."""
    after_position, after_tie = after or ("", "")
    columns = graph.ask(
        _HELD_PAGE, id=ci_id, at=at, types=types, directions=directions, limit=limit, after_position=after_position,
        after_tie=after_tie,
    )[0]  # fmt: skip
    return relationships_in(columns)


def count_relationships_at(
    graph: Graph, ci_id: str, at: int, types: Sequence[str], directions: Sequence[str]
) -> list[tuple[str, str, int]]:
    """How many held at `at`, by direction and verb."""
    found = graph.ask(_HELD_COUNTS, id=ci_id, at=at, types=types, directions=directions)
    return [(one["direction"], one["type"], one["count"]) for one in found]
