"""The past of a CI: values that ended, relationships that began and ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString

from cmdb.model.vocabulary import Value
from cmdb.store.driver import Graph, Row

# A merge or a split points relationships elsewhere: what stood before or stands after that, under what is today taken
# for one thing, neither ended nor began by it.
_PAGE: LiteralString = """
MATCH (n:CI {id: $id})
CALL (n) {
  MATCH (n)-[:HAD]->(c:Claim) WHERE c.cause <> 'ended'
  RETURN c.valid_to AS at, 'value' AS kind, c.sighting + ' ' + c.attribute AS tie, properties(c) AS carried,
         null AS type, null AS direction, null AS other
  UNION ALL
  MATCH (n)-[r]-(m) WHERE type(r) IN $types
  UNWIND [[r.valid_from, 'began', r.began_after, coalesce(r.began_cause, 'world'), r.began_recorded_at],
          [r.valid_to, 'ended', r.ended_after, coalesce(r.ended_cause, 'world'), r.recorded_at]] AS event
  WITH n, r, m, event WHERE event[0] IS NOT NULL AND (event[1] = 'ended' OR event[0] > coalesce(n.valid_from, 0))
  WITH n, r, m, event WHERE event[3] <> 'identity' OR NOT EXISTS {
    MATCH (n)-[o]-(m) WHERE o <> r AND coalesce(o.key, '') = coalesce(r.key, '')
      AND replace(type(o), 'WAS_', '') = replace(type(r), 'WAS_', '')
      AND (o.valid_from < event[0] OR o.valid_from = event[0] AND coalesce(o.began_cause, 'world') <> 'identity')
      AND coalesce(o.valid_to > event[0], true)
  }
  RETURN event[0] AS at, event[1] AS kind,
         type(r) + ' ' + coalesce(m.id, m.key) + ' ' + coalesce(r.key, '') + ' ' + toString(r.valid_from) AS tie,
         {changed_after: event[2], cause: event[3], recorded_at: event[4]} AS carried, type(r) AS type,
         CASE WHEN startNode(r) = n THEN 'out' ELSE 'in' END AS direction,
         [m.id, m.type, coalesce(m.title, m.key)] AS other
  UNION ALL
  WITH n WHERE n.valid_from IS NOT NULL
  RETURN n.valid_from AS at, 'appeared' AS kind, '' AS tie, {} AS carried, null AS type, null AS direction,
         null AS other
  UNION ALL
  WITH n WHERE n.valid_to IS NOT NULL
  RETURN n.valid_to AS at, 'retired' AS kind, '' AS tie, {} AS carried, null AS type, null AS direction,
         null AS other
}
WITH at, kind, kind + ' ' + tie AS tie, carried, type, direction, other, n
WHERE at < $after_at OR (at = $after_at AND tie > $after_tie)
WITH * ORDER BY at DESC, tie LIMIT $limit
RETURN at, kind, tie, carried, type, direction, other,
       coalesce(carried.followed_by, head([(n)-[:HAD]->(x:Claim) WHERE x.sighting = carried.sighting
             AND x.attribute = carried.attribute AND x.valid_from = at | x.value])) AS next_value
"""


@dataclass(frozen=True, slots=True)
class Event:
    """Something in a CI's past, at `at` (epoch ms). `tie` orders events of one instant.

    It happened at some time after `changed_after`, None where that is not known. `cause` says why (`Cause`);
    `recorded_at`: when it was learnt; None: at once.

    kind `value`: `attribute` ceased to be `value`; `owner` says whose claim it was; `next_value` is what followed where
    that has ended too, else None.
    `began`, `ended`: a relationship of type `type` (a verb, or its past form) in `direction` with `other` (id, type,
    title; id and type are None for a far end). `appeared`, `retired`: the CI itself.
    """

    at: int
    kind: str
    tie: str
    recorded_at: int | None = None
    cause: str | None = None
    owner: str | None = None
    attribute: str | None = None
    value: Value | None = None
    next_value: Value | None = None
    changed_after: int | None = None
    type: str | None = None
    direction: str | None = None
    other: tuple[str | None, str | None, str] | None = None


def events(graph: Graph, ci_id: str, types: Sequence[str], limit: int, after: tuple[int, str] | None) -> list[Event]:
    """Events, newest first. `types`: relationships that count, present and past ones."""
    after_at, after_tie = after or (2**62, "")
    found = graph.ask(_PAGE, id=ci_id, types=types, limit=limit, after_at=after_at, after_tie=after_tie)
    return [_event(one) for one in found]


def _event(found: Row) -> Event:
    carried, other = found["carried"], found["other"]
    return Event(
        at=found["at"],
        kind=found["kind"],
        tie=found["tie"],
        recorded_at=carried.get("recorded_at"),
        cause=carried.get("cause"),
        owner=carried.get("sighting"),
        attribute=carried.get("attribute"),
        value=carried.get("value"),
        next_value=found["next_value"],
        changed_after=carried.get("changed_after"),
        type=found["type"],
        direction=found["direction"],
        other=(other[0], other[1], other[2]) if other else None,
    )
