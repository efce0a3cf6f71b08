"""Relationships that began or ended, each with the interval in which it did: what came, went or moved.

A relationship of which nobody knows that it was not there before has no `began_after`, and is not found here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, LiteralString

from cmdb.store.driver import Transaction, rows

VERBS: tuple[LiteralString, ...] = ("RUNS_ON", "PART_OF", "HAS_INSTALLED", "HAS_ADDRESS", "LINKED_TO")
"""What says where a dependent thing lives, what a machine has, and what is cabled to what. Queries are of the first."""

_TURN: LiteralString = """
WITH a, b, began, CASE WHEN began THEN r.began_after ELSE r.ended_after END AS changed_after,
     CASE WHEN began THEN r.valid_from ELSE r.valid_to END AS seen_at,
     coalesce(CASE WHEN began THEN r.began_cause ELSE r.ended_cause END, 'world') AS cause,
     CASE WHEN began THEN coalesce(r.began_recorded_at, r.valid_from) ELSE r.recorded_at END AS recorded_at
"""
_RETURNED: LiteralString = """
RETURN 'RUNS_ON' AS verb,
       a {.id, .type, .title, .valid_from, .valid_to, machine: head([(a)-[:PART_OF]->(m:CI) | m.title])} AS start,
       b {.id, .type, .title, .valid_from, .valid_to, .manager, .name, .architecture, .version,
          machine: head([(b)-[:PART_OF]->(m:CI) | m.title])} AS end,
       began, changed_after, seen_at, cause, recorded_at
"""

# The hints: where there are few relationships when a plan is made, it would read all of them ever after.
# A beginning that was learnt at once has no instant of that beside its own. What ended became known after it was known
# to have begun, so that `recorded_at` finds what did both.
_LEARNED: LiteralString = (
    """
CALL () {
  MATCH (a:CI)-[r:RUNS_ON]->(b:CI) USING INDEX SEEK r:RUNS_ON(valid_from, began_after)
  WHERE r.valid_from > $after AND r.valid_from <= $upto AND r.began_after IS NOT NULL
    AND r.began_recorded_at IS NULL
  RETURN a, b, r, true AS began
  UNION ALL
  MATCH (a:CI)-[r:RUNS_ON]->(b:CI) USING INDEX SEEK r:RUNS_ON(began_recorded_at, began_after)
  WHERE r.began_recorded_at > $after AND r.began_recorded_at <= $upto AND r.began_after IS NOT NULL
  RETURN a, b, r, true AS began
  UNION ALL
  MATCH (a:CI)-[r:WAS_RUNS_ON]->(b:CI) WHERE r.recorded_at > $after
  WITH a, b, r, coalesce(r.began_recorded_at, r.valid_from) AS at
  WHERE at > $after AND at <= $upto AND r.began_after IS NOT NULL
  RETURN a, b, r, true AS began
  UNION ALL
  MATCH (a:CI)-[r:WAS_RUNS_ON]->(b:CI)
  WHERE r.recorded_at > $after AND r.recorded_at <= $upto AND r.ended_after IS NOT NULL
  RETURN a, b, r, false AS began
}
"""
    + _TURN
    + "ORDER BY recorded_at, a.id, b.id, began LIMIT $limit"
    + _RETURNED
)

_OF: LiteralString = (
    """
UNWIND $ids AS id
MATCH (a:CI {id: id})
CALL (a) {
  MATCH (a)-[r:RUNS_ON|WAS_RUNS_ON]->(b:CI) WHERE r.valid_from > $since AND r.began_after IS NOT NULL
  RETURN b, r, true AS began
  UNION ALL
  MATCH (a)-[r:WAS_RUNS_ON]->(b:CI) WHERE r.valid_to > $since AND r.ended_after IS NOT NULL
  RETURN b, r, false AS began
}
"""
    + _TURN
    + "ORDER BY seen_at DESC, a.id, b.id, began LIMIT $limit"
    + _RETURNED
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A relationship of `verb` that began, or ended, after `changed_after` and not after `seen_at`.

    `start` and `end` have id, type, title, valid_from, valid_to (None: not known) and machine, the title of what they
    are part of; `end` what names a package, too.
    """

    verb: str
    start: Mapping[str, Any]
    end: Mapping[str, Any]
    began: bool
    changed_after: int
    seen_at: int
    cause: str
    recorded_at: int


def turns_learned(tx: Transaction, after: int, upto: int, limit: int) -> list[Turn]:
    """What became known after `after`, up to `upto`: of each verb the first `limit`."""
    return [
        Turn(**found)
        for verb in VERBS
        for found in rows(tx, _LEARNED.replace(VERBS[0], verb), after=after, upto=upto, limit=limit)
    ]


def turns_of(tx: Transaction, ids: Iterable[str], since: int, limit: int) -> list[Turn]:
    """What was seen after `since` of where these things live and which addresses they have: the newest `limit`."""
    wanted = sorted(ids)
    if not wanted:
        return []
    verbs: tuple[LiteralString, ...] = ("RUNS_ON", "PART_OF", "HAS_ADDRESS")
    return [
        Turn(**found)
        for verb in verbs
        for found in rows(tx, _OF.replace(VERBS[0], verb), ids=wanted, since=since, limit=limit)
    ]
