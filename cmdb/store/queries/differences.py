"""What differs between two instants: relationships of CIs, and which CIs of the estate came, went or changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, LiteralString

from cmdb.model.types import BY_LABEL
from cmdb.store.driver import Graph

Kind = Literal["appeared", "retired", "changed"]
_PARTS = sorted(label for label, ci_type in BY_LABEL.items() if ci_type.needs_parent)

_RELATIONS: LiteralString = """
UNWIND $ids AS id
MATCH (n:CI {id: id})
CALL (n) {
  MATCH (n)-[r]->(m) WHERE 'out' IN $directions AND type(r) IN $types RETURN 'out' AS direction, r, m
  UNION ALL
  MATCH (n)<-[r]-(m) WHERE 'in' IN $directions AND type(r) IN $types RETURN 'in' AS direction, r, m
}
WITH n, direction, m, CASE WHEN type(r) STARTS WITH 'WAS_' THEN substring(type(r), 4) ELSE type(r) END AS verb,
     coalesce(r.key, '') AS key, coalesce(r.valid_from, 0) AS since, coalesce(r.valid_to, 9223372036854775807) AS until
WITH n, direction, m, verb, key,
     max(CASE WHEN since <= $start AND until > $start THEN 1 ELSE 0 END) AS before,
     max(CASE WHEN since <= $end AND until > $end THEN 1 ELSE 0 END) AS after
WHERE before <> after
WITH * ORDER BY n.id, verb, direction, coalesce(m.title, m.key), coalesce(m.id, m.key), key LIMIT $limit
RETURN collect([n.id, direction, verb, after = 1, m.id, m.type, coalesce(m.title, m.key), key]) AS changes
"""

# A part that was away and came back has one life; where it lived tells when it was away.
_THERE: LiteralString = """
CASE WHEN n.type IN $parts AND EXISTS { (n)-[:RUNS_ON|PART_OF|WAS_RUNS_ON|WAS_PART_OF]->(:CI) } THEN EXISTS {
  MATCH (n)-[r:RUNS_ON|PART_OF|WAS_RUNS_ON|WAS_PART_OF]->(:CI)
  WHERE coalesce(r.valid_from, 0) <= at AND coalesce(r.valid_to > at, true)
} ELSE coalesce(n.valid_from <= at, false) AND coalesce(n.valid_to > at, true) END
"""
_THERE_AT_BOTH: LiteralString = (
    " WITH n, [at IN [$start, $end] | " + _THERE + "] AS there WHERE coalesce(n.type = $type, true) "
)

_APPEARED: LiteralString = (
    """
CALL () {
  MATCH (n:CI) WHERE n.valid_from > $start AND n.valid_from <= $end RETURN n
  UNION
  MATCH (n:CI)-[r:RUNS_ON]->() WHERE r.valid_from > $start AND r.valid_from <= $end AND r.began_after IS NOT NULL
  RETURN n
  UNION
  MATCH (n:CI)-[r:PART_OF]->() WHERE r.valid_from > $start AND r.valid_from <= $end AND r.began_after IS NOT NULL
  RETURN n
  UNION
  MATCH (n:CI)-[r:WAS_RUNS_ON]->() WHERE r.valid_from <= $end AND r.valid_to > $end RETURN n
  UNION
  MATCH (n:CI)-[r:WAS_PART_OF]->() WHERE r.valid_from <= $end AND r.valid_to > $end RETURN n
}
"""
    + _THERE_AT_BOTH
    + "AND there = [false, true] "
)
_APPEARED_AT: LiteralString = """
WITH n, coalesce(COLLECT {
  MATCH (n)-[r:RUNS_ON|PART_OF|WAS_RUNS_ON|WAS_PART_OF]->(:CI) WHERE r.valid_from > $start AND r.valid_from <= $end
  RETURN r.valid_from ORDER BY r.valid_from DESC LIMIT 1
}[0], n.valid_from) AS at, [] AS attributes
"""
_RETIRED: LiteralString = (
    """
CALL () {
  MATCH (n:CI) WHERE n.valid_to > $start AND n.valid_to <= $end RETURN n
  UNION
  MATCH (n:CI)-[r:WAS_RUNS_ON]->() WHERE r.valid_to > $start AND r.valid_to <= $end RETURN n
  UNION
  MATCH (n:CI)-[r:WAS_PART_OF]->() WHERE r.valid_to > $start AND r.valid_to <= $end RETURN n
}
"""
    + _THERE_AT_BOTH
    + "AND there = [true, false] "
)
_RETIRED_AT: LiteralString = """
WITH n, coalesce(COLLECT {
  MATCH (n)-[r:WAS_RUNS_ON|WAS_PART_OF]->(:CI) WHERE r.valid_to > $start AND r.valid_to <= $end
  RETURN r.valid_to ORDER BY r.valid_to DESC LIMIT 1
}[0], n.valid_to) AS at, [] AS attributes
"""
_CHANGED: LiteralString = (
    """
MATCH (n:CI)-[:HAD]->(c:Claim) WHERE c.valid_to > $start AND c.valid_to <= $end AND c.cause <> 'ended'
WITH n, max(c.valid_to) AS last_at, collect(DISTINCT c.attribute) AS attributes
WITH n, last_at, attributes, [at IN [$start, $end] | """
    + _THERE
    + """] AS there WHERE coalesce(n.type = $type, true) AND there = [true, true]
WITH n, last_at AS at, attributes
"""
)
_COUNT: LiteralString = "RETURN count(*) AS count"
_PAGE: LiteralString = """
WHERE at < $after_at OR (at = $after_at AND n.id > $after_id)
WITH n, at, attributes ORDER BY at DESC, n.id LIMIT $limit
RETURN collect([n.id, n.type, n.title, coalesce(head([(n)-[:RUNS_ON|PART_OF]->(m) | m.title]),
                head([(n)-[:WAS_RUNS_ON|WAS_PART_OF]->(m) | m.title]), ''), at, attributes]) AS cis
"""
_APPEARED_COUNT: LiteralString = _APPEARED + _COUNT
_APPEARED_PAGE: LiteralString = _APPEARED + _APPEARED_AT + _PAGE
_RETIRED_COUNT: LiteralString = _RETIRED + _COUNT
_RETIRED_PAGE: LiteralString = _RETIRED + _RETIRED_AT + _PAGE
_CHANGED_COUNT: LiteralString = _CHANGED + _COUNT
_CHANGED_PAGE: LiteralString = _CHANGED + _PAGE
_COUNTS: dict[Kind, LiteralString] = {
    "appeared": _APPEARED_COUNT, "retired": _RETIRED_COUNT, "changed": _CHANGED_COUNT,
}  # fmt: skip
_PAGES: dict[Kind, LiteralString] = {"appeared": _APPEARED_PAGE, "retired": _RETIRED_PAGE, "changed": _CHANGED_PAGE}

_NEEDED: LiteralString = """
UNWIND $ids AS id
MATCH (:CI {id: id})-[r]->(m:CI) WHERE type(r) IN $types
  AND coalesce(r.valid_from, 0) <= $at AND coalesce(r.valid_to > $at, true)
WITH DISTINCT m.id AS needed ORDER BY needed LIMIT $limit
RETURN collect(needed) AS needed
"""

# The nearest machine, where it is or was in one; and whether the graph itself knows of a change in between.
_TOUCHED: LiteralString = """
UNWIND $ids AS id
MATCH (n:CI {id: id})
OPTIONAL MATCH path = (n)-[:RUNS_ON|PART_OF|WAS_RUNS_ON|WAS_PART_OF*0..6]->(root:CI) WHERE root.type IN $families
WITH n, root, min(length(path)) AS distance ORDER BY distance, root.id
WITH n, head(collect(root.id)) AS root
RETURN collect([n.id, root, (n.valid_from > $start AND n.valid_from <= $end)
                OR (n.valid_to > $start AND n.valid_to <= $end)
                OR EXISTS { MATCH (n)-[:HAD]->(c:Claim) WHERE c.valid_to > $start AND c.valid_from <= $end }]) AS cis
"""

_FIRST: LiteralString = "MATCH (n:CI) WHERE n.valid_from IS NOT NULL RETURN min(n.valid_from) AS first"


@dataclass(frozen=True, slots=True)
class ChangedRelation:
    """A relationship of `ci` that held at one of the two instants only. `began`: at the later one.

    `other`: the id of the CI at the other end; None, as its type, for a far end. `key` tells several apart.
    """

    ci: str
    direction: str
    verb: str
    began: bool
    other: str | None
    other_type: str | None
    other_title: str
    key: str


@dataclass(frozen=True, slots=True)
class ChangedCI:
    """A CI that came, went or changed, last at `at` (epoch ms). `attributes`: those whose values changed, sorted."""

    id: str
    type: str
    title: str
    place: str | None
    at: int
    attributes: tuple[str, ...]


def changed_relations(
    graph: Graph, ids: Sequence[str], directions: Sequence[str], types: Sequence[str], start: int, end: int, limit: int
) -> list[ChangedRelation]:
    """Relationships of these types, past forms included, that held at one of the instants and not at the other."""
    found = graph.ask(
        _RELATIONS, ids=ids, directions=directions, types=types, start=start, end=end, limit=limit
    )  # fmt: skip
    return [ChangedRelation(*one) for one in found[0]["changes"]]


def count_changed(graph: Graph, kind: Kind, ci_type: str | None, start: int, end: int) -> int:
    """How many CIs there are of this kind of difference."""
    return graph.ask(_COUNTS[kind], type=ci_type, start=start, end=end, parts=_PARTS)[0]["count"]


def changed_cis(
    graph: Graph, kind: Kind, ci_type: str | None, start: int, end: int, limit: int, after: tuple[int, str] | None
) -> list[ChangedCI]:
    """CIs of this kind of difference, the latest first, behind the instant and id of `after`."""
    after_at, after_id = after or (2**62, "")
    found = graph.ask(
        _PAGES[kind], type=ci_type, start=start, end=end, parts=_PARTS, limit=limit, after_at=after_at,
        after_id=after_id,
    )  # fmt: skip
    return [_changed(one) for one in found[0]["cis"]]


def needed_at(graph: Graph, ids: Sequence[str], types: Sequence[str], at: int, limit: int) -> list[str]:
    """What these CIs pointed at by these relationship types, past forms included, at `at` (epoch ms)."""
    return graph.ask(_NEEDED, ids=ids, types=types, at=at, limit=limit)[0]["needed"]


def touched(
    graph: Graph, ids: Sequence[str], families: Sequence[str], start: int, end: int
) -> list[tuple[str, str | None, bool]]:
    """(id, machine, whether its own life or past values say that it changed in between) of these CIs.

    `families`: the types that are identified by evidence. The machine is the CI itself where it is one, None without.
    """
    found = graph.ask(_TOUCHED, ids=ids, families=families, start=start, end=end)[0]["cis"]
    return [(ci, root, bool(changed)) for ci, root, changed in found]


def first_known_at(graph: Graph) -> int | None:
    """Since when anything is known, epoch ms; None for an empty estate."""
    return graph.ask(_FIRST)[0]["first"]


def _changed(found: list[Any]) -> ChangedCI:
    ci, kind, title, place, at, attributes = found
    return ChangedCI(ci, kind, title, place or None, at, tuple(sorted(attributes)))
