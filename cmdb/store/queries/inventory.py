"""CIs as people look for them: lists, full-text search, and one by its id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import LiteralString

from cmdb.model.types import BY_LABEL
from cmdb.model.vocabulary import Value
from cmdb.store.driver import Graph, Row
from cmdb.store.queries.life import IS_STALE

MAX_HITS = 20_000
"""How many full-text hits are looked through for those that a filter lets pass."""

_PASSES: LiteralString = (
    """
  AND coalesce(n.valid_from <= $as_of, true) AND n.state IN $states AND ($stale IS NULL OR $stale = """
    + IS_STALE
    + """)
  AND all(name IN keys($equal) WHERE n[name] = $equal[name])
  AND all(name IN keys($containing) WHERE $containing[name] IN coalesce(n[name], []))
"""
)

_ROWS: LiteralString = (
    "\nRETURN n {.*} AS ci, score, "
    + IS_STALE
    + """ AS is_stale,
       coalesce(head([(n)-[:RUNS_ON|PART_OF]->(m) | [m.id, m.title]]),
                head([(n)-[:WAS_RUNS_ON|WAS_PART_OF]->(m) | [m.id, m.title]])) AS place
"""
)

_AFTER: LiteralString = "n.title >= $after_title AND (n.title > $after_title OR n.id > $after_id)" + _PASSES
_LIST: LiteralString = (
    "MATCH (n:CI) WHERE " + _AFTER + "WITH n, null AS score ORDER BY n.title, n.id LIMIT $limit" + _ROWS
)
_LIST_OF_TYPE: LiteralString = (  # in the order of the index on both, so that a page reads a page
    "MATCH (n:CI) USING INDEX n:CI(type, title) WHERE n.type = $type AND "
    + _AFTER
    + "WITH n, null AS score ORDER BY n.type, n.title, n.id LIMIT $limit"
    + _ROWS
)

_SEARCH: LiteralString = (
    """
CALL db.index.fulltext.queryNodes('ci_text', $query, {limit: $hits}) YIELD node AS n, score
WHERE (score < $after_score OR (score = $after_score AND n.id > $after_id))
  AND ($type IS NULL OR n.type = $type)
"""
    + _PASSES
    + "WITH n, score ORDER BY score DESC, n.id LIMIT $limit"
    + _ROWS
)

_ONE: LiteralString = (
    """
OPTIONAL MATCH (own:CI {id: $id})
OPTIONAL MATCH (:Alias {id: $id})-[:NOW]->(later:CI)
WITH coalesce(own, later) AS n WHERE n IS NOT NULL
OPTIONAL MATCH path = (n)-[:RUNS_ON|PART_OF*1..6]->(m:CI)
WITH n, m, min(length(path)) AS distance ORDER BY distance, m.id
WITH n, collect([m.id, m.type, m.title]) AS around
RETURN n {.*} AS ci, around,
       head([(n)-[:WAS_RUNS_ON|WAS_PART_OF]->(former) | [former.id, former.title]]) AS former, """
    + IS_STALE
    + " AS is_stale"
)


@dataclass(frozen=True, slots=True)
class Place:
    """What a CI runs on or is part of."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class CI:
    """A CI as it stands. Instants are epoch ms; `valid_to` None: it has not ended. `values`: without volatile ones.

    `state`: active, stale where nobody who could see it is heard of, retired.

    `valid_from` None: what its value identifies, such as an address, has no beginning.
    """

    id: str
    type: str
    title: str
    state: str
    valid_from: int | None
    valid_to: int | None
    domain: str | None
    values: Mapping[str, Value]
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list holds. `equal`: attributes with exactly this value; `containing`: list attributes that hold it.

    `states`: as they are stored, active and retired; `stale`: of those that are stale, or are not, None: of all.
    """

    type: str | None
    states: tuple[str, ...]
    equal: Mapping[str, Value]
    containing: Mapping[str, Value]
    as_of: int
    stale: bool | None = None


def list_cis(graph: Graph, wanted: Filter, limit: int, after: tuple[str, str] | None) -> list[CI]:
    """CIs by title, then id, after the one with these."""
    after_title, after_id = after or ("", "")
    found = graph.ask(
        _LIST if wanted.type is None else _LIST_OF_TYPE, type=wanted.type, states=wanted.states, stale=wanted.stale,
        equal=wanted.equal, containing=wanted.containing, as_of=wanted.as_of, after_title=after_title,
        after_id=after_id, limit=limit,
    )  # fmt: skip
    return [ci_of(one["ci"], one["place"], is_stale=one["is_stale"]) for one in found]


def search_cis(
    graph: Graph, query: str, wanted: Filter, limit: int, after: tuple[float, str] | None
) -> list[tuple[float, CI]]:
    """(score, CI) of what matches a full-text query in Lucene's syntax, best first, after the one with these."""
    after_score, after_id = after or (float("inf"), "")
    found = graph.ask(
        _SEARCH, query=query, hits=MAX_HITS, type=wanted.type, states=wanted.states, stale=wanted.stale,
        equal=wanted.equal, containing=wanted.containing, as_of=wanted.as_of, after_score=after_score,
        after_id=after_id, limit=limit,
    )  # fmt: skip
    return [(one["score"], ci_of(one["ci"], one["place"], is_stale=one["is_stale"])) for one in found]


def find_ci(graph: Graph, ci_id: str) -> tuple[CI, tuple[tuple[str, str], ...]] | None:
    """The CI that has or had this id, and (id, type) of everything it runs on or is part of, nearest first."""
    found = graph.ask(_ONE, id=ci_id)
    if not found:
        return None
    around = [one for one in found[0]["around"] if one[0] is not None]
    place = [around[0][0], around[0][2]] if around else found[0]["former"]
    return ci_of(found[0]["ci"], place, is_stale=found[0]["is_stale"]), tuple((one[0], one[1]) for one in around)


def ci_of(found: Row, place: list[str] | None = None, *, is_stale: bool = False) -> CI:
    """A CI from its node's properties."""
    declared = BY_LABEL[found["type"]].by_name
    return CI(
        id=found["id"],
        type=found["type"],
        title=found["title"],
        state="stale" if is_stale and found["state"] == "active" else found["state"],
        valid_from=found.get("valid_from"),
        valid_to=found.get("valid_to"),
        domain=found.get("domain"),
        values={name: found[name] for name in declared if found.get(name) is not None},
        place=Place(*place) if place else None,
    )
