"""The part of the graph that a question about impact is about, read as columns in one record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, LiteralString, cast

from cmdb.model.verbs import IMPACT_VERBS, OVER_THE_NETWORK
from cmdb.store.driver import Row, Transaction, row
from cmdb.store.held import as_of_with_values, verb_of

MAX_NODES = 20_000
MAX_EDGES = 50_000
_WEIGHED = ("k", "share", "mode", "product", "product_category")
"""Values by which impact weighs a node, and which it may have had otherwise."""

# Made from names that verbs.py declares, never from input.
_TYPES: LiteralString = cast("LiteralString", "|".join(verb.name for verb in IMPACT_VERBS))
# Stands for the number of hops in the texts below, and makes each a query of its own.
_HOPS: LiteralString = "9999"

_AGAINST: LiteralString = f"""
UNWIND $starts AS start
MATCH (s:CI {{id: start}})
MATCH (s)<-[:{_TYPES}*0..{_HOPS}]-(x)
WITH DISTINCT x LIMIT $max_nodes
WITH collect(x) AS near
CALL (near) {{
  UNWIND near AS x
  MATCH (x)-[:{_TYPES}]->(:RedundancyGroup)
  RETURN collect(DISTINCT x) AS holders
}}
CALL (near, holders) {{
  UNWIND near + holders AS x
  MATCH (x)-[:{_TYPES}*0..1]->(g:RedundancyGroup)
  WITH DISTINCT g
  MATCH (g)-[:ANY_OF*0..]->(m)
  RETURN collect(DISTINCT m) AS members
}}
CALL (holders) {{
  UNWIND holders AS x
  MATCH (x)-[:{_TYPES}]->(c)
  WITH DISTINCT c
  MATCH (c)-[:RUNS_ON*0..]->(p)
  RETURN collect(DISTINCT p) AS places
}}
WITH near, holders, members + places AS beside
CALL (near, beside) {{
  UNWIND near + beside AS x
  RETURN collect(DISTINCT x) AS nodes
}}
CALL (near, holders, beside) {{
  CALL (near, holders, beside) {{
    UNWIND near AS b
    MATCH (a)-[r:{_TYPES}]->(b)
    RETURN a, r, b, true AS is_near
    UNION ALL
    UNWIND holders + beside AS a
    MATCH (a)-[r:{_TYPES}]->(b)
    RETURN a, r, b, false AS is_near
  }}
"""

_ALONG: LiteralString = f"""
UNWIND $starts AS start
MATCH (s:CI {{id: start}})
MATCH (s)-[:{_TYPES}*0..{_HOPS}]->(x)
WITH DISTINCT x LIMIT $max_nodes
WITH collect(x) AS nodes
CALL (nodes) {{
  UNWIND nodes AS a
  MATCH (a)-[r:{_TYPES}]->(b)
  WITH a, r, b, false AS is_near
"""

_OVER_THE_NETWORK: LiteralString = cast("LiteralString", "|".join(verb.name for verb in OVER_THE_NETWORK))

_TOUCHING: LiteralString = f"""
UNWIND $machines AS id
MATCH (:CI {{id: id}})<-[:RUNS_ON|PART_OF|STORED_ON|WAS_RUNS_ON*0..6]-(x:CI)
WITH DISTINCT x
OPTIONAL MATCH (x)-[r:{_OVER_THE_NETWORK}]-(:CI)
WITH DISTINCT r LIMIT $max_edges
WITH collect(r) AS found
CALL (found) {{
  UNWIND found AS r
  UNWIND [startNode(r), endNode(r)] AS x
  RETURN collect(DISTINCT x) AS nodes
}}
CALL (found) {{
  UNWIND found AS r
  WITH startNode(r) AS a, r, endNode(r) AS b, false AS is_near
"""

# A list of a record has no place for null, so -1 and '' stand for it until the columns are read below.
_COLUMNS: LiteralString = """
  RETURN collect(a.id) AS edge_from, collect(b.id) AS edge_to, collect(type(r)) AS verbs,
         collect(is_near) AS is_near, collect(coalesce(r.valid_from, -1)) AS valid_from,
         collect(coalesce(r.last_seen_at, -1)) AS last_seen_at, collect(coalesce(r.strength, '')) AS strengths,
         collect(coalesce(r.key, '')) AS keys
}
CALL (nodes) {
  UNWIND nodes AS x
  RETURN collect(x.id) AS ids, collect(x.type) AS types, collect(coalesce(x.title, '')) AS titles,
         collect(coalesce(head([(x)-[:RUNS_ON|PART_OF]->(m) | m.title]),
                          head([(x)-[:WAS_RUNS_ON|WAS_PART_OF]->(m) | m.title]), '')) AS places,
         collect(coalesce(x.product, '')) AS product, collect(coalesce(x.product_category, '')) AS product_category,
         collect(coalesce(x.k, -1)) AS k, collect(coalesce(x.share, -1.0)) AS share,
         collect(coalesce(x.mode, '')) AS mode
}
"""
_RETURN: LiteralString = """
RETURN ids, types, titles, places, product, product_category, k, share, mode,
       edge_from, edge_to, verbs, is_near, valid_from, last_seen_at, strengths, keys"""

_DEPENDENTS: LiteralString = _AGAINST + _COLUMNS + _RETURN
_NEEDS: LiteralString = _ALONG + _COLUMNS + _RETURN
_TOUCHING_NOW: LiteralString = _TOUCHING + _COLUMNS + _RETURN
_DEPENDENTS_THEN: LiteralString = as_of_with_values(_AGAINST + _COLUMNS) + _RETURN + ", were"
_NEEDS_THEN: LiteralString = as_of_with_values(_ALONG + _COLUMNS) + _RETURN + ", were"
_TOUCHING_THEN: LiteralString = as_of_with_values(_TOUCHING + _COLUMNS) + _RETURN + ", were"

_AWAY: LiteralString = """
UNWIND $ids AS id
MATCH (x:CI {id: id}) WHERE x.valid_from > $at OR x.valid_to <= $at
RETURN collect([x.title, x.valid_from > $at]) AS away
"""


@dataclass(frozen=True, slots=True)
class StoredNode:
    """A CI or group as the graph has it. `place` is the title of what it runs on or is part of, None for neither."""

    id: str
    type: str
    title: str
    place: str | None
    product: str | None
    category: str | None
    k: int | None
    share: float | None
    mode: str | None


@dataclass(frozen=True, slots=True)
class StoredEdge:
    """A relationship with impact. `strength` None: nobody declared one; `key` None: no far end stands behind it."""

    source: str
    target: str
    verb: str
    valid_from: int | None
    last_seen_at: int | None
    strength: str | None
    key: str | None


@dataclass(frozen=True, slots=True)
class StoredNeighbourhood:
    """What was read; `frontier` are the nodes at which reading stopped, for their number or the depth."""

    nodes: dict[str, StoredNode]
    edges: tuple[StoredEdge, ...]
    frontier: frozenset[str]


def dependents(
    tx: Transaction,
    starts: Iterable[str],
    depth: int | None = None,
    max_nodes: int = MAX_NODES,
    *,
    at: int | None = None,
) -> StoredNeighbourhood:
    """Everything that needs one of these CIs, nearest first up to `max_nodes`, with the groups it stands behind.

    With a `depth`: up to one hop more than that, so that what lies beyond is seen to do so. With `at` (epoch ms): what
    held at that instant, under the names of today.

    Besides: all members of the groups, and what the groups' holders call with the machines that runs on, so that
    the loss of a member can be weighed. Ended CIs may be among the starts; ids that nobody has are left out.
    """
    found = _ask(tx, _DEPENDENTS, _DEPENDENTS_THEN, depth, at, starts=sorted(set(starts)), max_nodes=max_nodes)
    return _read(found, stops_at_target=True)


def needs(
    tx: Transaction,
    starts: Iterable[str],
    depth: int | None = None,
    max_nodes: int = MAX_NODES,
    *,
    at: int | None = None,
) -> StoredNeighbourhood:
    """What these CIs need, nearest first up to `max_nodes`, all members of groups included; `depth`, `at` as above."""
    found = _ask(tx, _NEEDS, _NEEDS_THEN, depth, at, starts=sorted(set(starts)), max_nodes=max_nodes)
    return _read(found, stops_at_target=False)


def touching(
    tx: Transaction, machines: Iterable[str], max_edges: int = MAX_EDGES, *, at: int | None = None
) -> StoredNeighbourhood:
    """Everything that needs a network and has an end on one of these machines, with both ends of each.

    Nobody's dependents are read with it, so all its nodes are its frontier.
    """
    found = _ask(
        tx, _TOUCHING_NOW, _TOUCHING_THEN, None, at, machines=sorted(set(machines)), max_edges=max_edges
    )  # fmt: skip
    stored = _read(found, stops_at_target=True)
    return StoredNeighbourhood(stored.nodes, stored.edges, frozenset(stored.nodes))


def away(tx: Transaction, ids: Iterable[str], at: int) -> list[tuple[str, bool]]:
    """(title, whether it was yet to come) of those of these CIs that were not known yet at `at`, or had ended."""
    return sorted((title, bool(is_ahead)) for title, is_ahead in row(tx, _AWAY, ids=sorted(set(ids)), at=at)["away"])


def both(read: StoredNeighbourhood, beside: StoredNeighbourhood) -> StoredNeighbourhood:
    """One neighbourhood of two; what `read` holds beyond its frontier is not on the frontier of the whole."""
    edges = {(one.source, one.target, one.verb, one.key): one for one in (*beside.edges, *read.edges)}
    frontier = read.frontier | (beside.frontier - read.nodes.keys())
    return StoredNeighbourhood(beside.nodes | read.nodes, tuple(edges.values()), frontier)


def _ask(
    tx: Transaction, now: LiteralString, then: LiteralString, depth: int | None, at: int | None, **parameters: object
) -> Row:
    if at is None:
        return row(tx, _within(now, depth), **parameters)
    return row(tx, _within(then, depth), at=at, weighed=_WEIGHED, **parameters)


@cache
def _within(query: LiteralString, depth: int | None) -> LiteralString:
    """The text for a depth, one for each so that plans are kept: a variable length takes no parameter.

    A group costs no hop but two relationships; where groups nest deeper than that, the frontier tells.
    """
    return cast("LiteralString", query.replace(_HOPS, "" if depth is None else str(2 * depth + 3)))


def _read(found: Row, *, stops_at_target: bool) -> StoredNeighbourhood:
    were: dict[str, dict[str, Any]] = {}
    for node, attribute, value in found.get("were", ()):
        were.setdefault(node, {})[attribute] = value
    nodes: dict[str, StoredNode] = {}
    for node, kind, title, place, *weighed in zip(
        *(found[name] for name in ("ids", "types", "titles", "places", *_WEIGHED)), strict=True
    ):
        k, share, mode, product, category = (
            were.get(node, {}).get(name, value) for name, value in zip(_WEIGHED, weighed, strict=True)
        )
        nodes[node] = StoredNode(
            node, kind, title or node, place or None, product or None, category or None,
            _known(k), None if share is None or share < 0 else share, mode or None,
        )  # fmt: skip
    edges: dict[tuple[str, str, str, str], StoredEdge] = {}
    frontier: set[str] = set()
    columns = ("edge_from", "edge_to", "verbs", "is_near", "valid_from", "last_seen_at", "strengths", "keys")
    for source, target, kind, is_near, since, seen, strength, key in zip(*(found[n] for n in columns), strict=True):
        if source in nodes and target in nodes:
            verb = verb_of(kind)
            edges[source, target, verb, key] = StoredEdge(
                source, target, verb, _known(since), _known(seen), strength or None, key or None
            )
        elif is_near and stops_at_target:
            frontier.add(target)
        elif not stops_at_target:
            frontier.add(source)
    return StoredNeighbourhood(nodes, tuple(edges.values()), frozenset(frontier))


def _known(number: int | None) -> int | None:
    return None if number is None or number < 0 else number
