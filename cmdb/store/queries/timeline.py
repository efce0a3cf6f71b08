"""What happened to some CIs and their parts between two instants, newest first: one record for a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from cmdb.store.driver import Graph

_SCOPE: LiteralString = """
UNWIND $ids AS id
MATCH (n:CI {id: id})
CALL (n) {
  RETURN n AS x
  UNION
  MATCH (n)<-[:PART_OF]-(x:CI) RETURN x
}
WITH collect(DISTINCT x) AS scope
"""

# A value's successor is the next past value of the same claimant, else what stands now.
_VALUES: LiteralString = """
  UNWIND scope AS x
  MATCH (x)-[:HAD]->(c:Claim) WHERE c.valid_to > $start AND c.valid_to <= $end AND c.cause <> 'ended'
  WITH x, c, head(COLLECT {
    MATCH (x)-[:HAD]->(n:Claim {sighting: c.sighting, attribute: c.attribute}) WHERE n.valid_from >= c.valid_to
    RETURN n.value ORDER BY n.valid_from LIMIT 1
  }) AS next
  RETURN c.valid_to AS at, 'value' AS kind, x, c.attribute + ' ' + c.sighting AS tie, c.cause AS cause,
         c.changed_after AS after, c.attribute AS what,
         [c.value, coalesce(c.followed_by, next, x[c.attribute])] AS told, 1 AS number
"""

# What a thing has since it was first seen is no change of it. What comes and goes at once is told at once.
_RELATIONS: LiteralString = """
  UNWIND scope AS x
  CALL (x, scope) {
    MATCH (x)-[r]->(y) WHERE type(r) IN $types
      AND (r.valid_from > $start AND r.valid_from <= $end OR r.valid_to > $start AND r.valid_to <= $end)
    RETURN r, y, 'out' AS direction
    UNION ALL
    MATCH (x)<-[r:RUNS_ON|PART_OF|WAS_RUNS_ON|WAS_PART_OF]-(y:CI)
    WHERE (r.valid_from > $start AND r.valid_from <= $end OR r.valid_to > $start AND r.valid_to <= $end)
      AND NOT y IN scope
    RETURN r, y, 'in' AS direction
  }
  UNWIND [['began', r.valid_from, coalesce(r.began_cause, 'world'), r.began_after],
          ['ended', r.valid_to, coalesce(r.ended_cause, 'world'), r.ended_after]] AS one
  WITH x, r, y, direction, one[0] AS kind, one[1] AS at, one[2] AS cause, one[3] AS after
  WHERE at > $start AND at <= $end AND (kind = 'ended' OR at > coalesce(x.valid_from, 0))
  WITH x, y, direction, kind, at, cause, after,
       CASE WHEN type(r) STARTS WITH 'WAS_' THEN substring(type(r), 4) ELSE type(r) END AS verb
  ORDER BY coalesce(y.title, y.key), y.id
  WITH x, direction, kind, at, cause, verb, min(after) AS after,
       collect([y.id, y.type, coalesce(y.title, y.key)]) AS others
  RETURN at, kind, x, verb + ' ' + direction + ' ' + cause AS tie, cause, after, verb + ' ' + direction AS what,
         others[..$most] AS told, size(others) AS number
"""

# What came or went with the whole that it is in is told of the whole.
_LIVES: LiteralString = """
  UNWIND scope AS x
  UNWIND [['appeared', x.valid_from], ['retired', x.valid_to]] AS one
  WITH x, one[0] AS kind, one[1] AS at, scope WHERE at > $start AND at <= $end
    AND NOT EXISTS {
      MATCH (x)-[:RUNS_ON|PART_OF|WAS_RUNS_ON|WAS_PART_OF]->(m:CI)
      WHERE m IN scope AND at = CASE kind WHEN 'appeared' THEN m.valid_from ELSE m.valid_to END
    }
  RETURN at, kind, x, '' AS tie, 'world' AS cause, null AS after, '' AS what, [] AS told, 1 AS number
"""

_TICKETS: LiteralString = """
  UNWIND scope AS x
  MATCH (t:Ticket)-[:AFFECTS {role: 'source'}]->(x) WHERE t.kind IN ['incident', 'change']
  WITH t, x ORDER BY x.title, x.id
  WITH t, head(collect(x)) AS x, count(x) AS number
  UNWIND [['started', t.started_at], ['resolved', t.resolved_at], ['closed', t.closed_at],
          ['window began', CASE WHEN t.state IN $in_force THEN t.planned_start_at END],
          ['window ended', CASE WHEN t.state IN $in_force THEN t.planned_end_at END],
          ['work began', t.implementing_at], ['completed', t.completed_at]] AS one
  WITH t, x, number, one[0] AS step, one[1] AS at WHERE at > $start AND at <= $end
  RETURN at, 'ticket' AS kind, x, t.id + ' ' + step AS tie, 'person' AS cause, null AS after, step AS what,
         [t.id, t.title, t.kind, t.outcome] AS told, number
"""

_TIMELINE: LiteralString = (
    _SCOPE
    + "CALL (scope) {" + _VALUES + "UNION ALL" + _RELATIONS + "UNION ALL" + _LIVES + "UNION ALL" + _TICKETS + "}"
    + """
WITH at, kind, x, x.id + ' ' + kind + ' ' + tie AS tie, cause, after, what, told, number
WHERE at < $after_at OR (at = $after_at AND tie > $after_tie)
WITH * ORDER BY at DESC, tie LIMIT $limit
RETURN collect([at, kind, tie, cause, after, what, told, number, x.id, x.type, x.title,
                head([(x)-[:RUNS_ON|PART_OF|WAS_RUNS_ON|WAS_PART_OF]->(m:CI) | m.title])]) AS entries
"""
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened to the CI at `at` (epoch ms), not before `after` where that is known. `tie` orders.

    `told`, by kind: `value`: (old, new) of the attribute `what`. `began`, `ended`: (id, type, title) of the first of
    `number` other ends of relationships, id and type None for a far end; `what` is verb and direction. `ticket`: (id,
    title, kind, outcome), `what` the step, `number` how many of the CIs looked at it names. `appeared`, `retired`: ().
    """

    at: int
    kind: str
    tie: str
    cause: str
    after: int | None
    what: str
    told: list[Any]
    number: int
    ci: str
    type: str
    title: str
    place: str | None


def timeline(
    graph: Graph,
    ids: Sequence[str],
    types: Sequence[str],
    in_force: Sequence[str],
    start: int,
    end: int,
    *,
    limit: int,
    most: int,
    after: tuple[int, str] | None,
) -> list[Entry]:
    """What happened after `start`, up to `end`, to these CIs and their parts, behind the instant and tie of `after`.

    `types`: relationships that count where they start at one of them; `in_force`: states of changes whose window
    counts; `most`: other ends that one entry names.
    """
    after_at, after_tie = after or (2**62, "")
    found = graph.ask(
        _TIMELINE, ids=ids, types=types, in_force=in_force, start=start, end=end, limit=limit, most=most,
        after_at=after_at, after_tie=after_tie,
    )  # fmt: skip
    return [Entry(*one) for one in found[0]["entries"]]
