"""CIs as they were at an instant, by what they are called today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString

from cmdb.model.types import BY_LABEL
from cmdb.store.driver import Graph, Row
from cmdb.store.queries.inventory import CI, MAX_HITS, ci_of

_PARTS = sorted(label for label, ci_type in BY_LABEL.items() if ci_type.needs_parent)

# A part that was away and came back has one life; where it lived tells when it was away.
_THEN: LiteralString = """
  AND coalesce(n.valid_from <= $at, true)
WITH n, score, CASE
  WHEN n.valid_to <= $at THEN 'retired'
  WHEN n.type IN $parts AND EXISTS { (n)-[:RUNS_ON|PART_OF|WAS_RUNS_ON|WAS_PART_OF]->(:CI) } AND NOT EXISTS {
    MATCH (n)-[r:RUNS_ON|PART_OF|WAS_RUNS_ON|WAS_PART_OF]->(:CI)
    WHERE coalesce(r.valid_from, 0) <= $at AND coalesce(r.valid_to > $at, true)
  } THEN 'absent'
  ELSE 'active' END AS state
WHERE state IN $states
"""

_ROWS: LiteralString = """
OPTIONAL MATCH (n)-[r:RUNS_ON|PART_OF|WAS_RUNS_ON|WAS_PART_OF]->(m:CI)
WHERE coalesce(r.valid_from, 0) <= $at AND coalesce(r.valid_to > $at, true)
WITH n, state, score, m ORDER BY r.valid_from DESC, m.id
WITH n, state, score, head(collect([m.id, m.title])) AS place
"""
_RETURN: LiteralString = """
RETURN n {.id, .type, .title, .valid_from, .valid_to, .domain, state: state} AS ci, score,
       CASE WHEN place[0] IS NOT NULL THEN place END AS place
"""

_AFTER: LiteralString = "n.title >= $after_title AND (n.title > $after_title OR n.id > $after_id)"
_BY_TITLE: LiteralString = "WITH n, state, score ORDER BY n.title, n.id LIMIT $limit"
_LIST_AS_OF: LiteralString = (
    "MATCH (n:CI) WITH n, null AS score WHERE "
    + _AFTER + _THEN + _BY_TITLE + _ROWS + _RETURN + "ORDER BY n.title, n.id"
)  # fmt: skip
_LIST_OF_TYPE_AS_OF: LiteralString = (
    "MATCH (n:CI) USING INDEX n:CI(type, title) WHERE n.type = $type AND "
    + _AFTER + " WITH n, null AS score WHERE true" + _THEN + _BY_TITLE + _ROWS + _RETURN + "ORDER BY n.title, n.id"
)  # fmt: skip
_SEARCH_AS_OF: LiteralString = (
    """
CALL db.index.fulltext.queryNodes('ci_text', $query, {limit: $hits}) YIELD node AS n, score
WHERE (score < $after_score OR (score = $after_score AND n.id > $after_id)) AND coalesce(n.type = $type, true)
"""
    + _THEN
    + "WITH n, state, score ORDER BY score DESC, n.id LIMIT $limit"
    + _ROWS
    + _RETURN
    + "ORDER BY score DESC, n.id"
)


@dataclass(frozen=True, slots=True)
class FilterAsOf:
    """What a list as of `at` (epoch ms) holds. `states`: active or retired then."""

    type: str | None
    states: tuple[str, ...]
    at: int


def list_as_of(graph: Graph, wanted: FilterAsOf, limit: int, after: tuple[str, str] | None) -> list[CI]:
    """CIs by title, then id, after the one with these; without values, in their state and place of then."""
    after_title, after_id = after or ("", "")
    found = graph.ask(
        _LIST_AS_OF if wanted.type is None else _LIST_OF_TYPE_AS_OF, type=wanted.type, states=wanted.states,
        at=wanted.at, parts=_PARTS, after_title=after_title, after_id=after_id, limit=limit,
    )  # fmt: skip
    return [_then(one) for one in found]


def search_as_of(
    graph: Graph, query: str, wanted: FilterAsOf, limit: int, after: tuple[float, str] | None
) -> list[tuple[float, CI]]:
    """(score, CI) of what matches a full-text query over what is so today, best first, after the one with these."""
    after_score, after_id = after or (float("inf"), "")
    found = graph.ask(
        _SEARCH_AS_OF, query=query, hits=MAX_HITS, type=wanted.type, states=wanted.states, at=wanted.at, parts=_PARTS,
        after_score=after_score, after_id=after_id, limit=limit,
    )  # fmt: skip
    return [(one["score"], _then(one)) for one in found]


def _then(found: Row) -> CI:
    return ci_of(found["ci"], found["place"])
