"""What happened to CIs in an interval: values, relationships and CIs that began or ended, changes that people made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, LiteralString

from cmdb.model import verbs
from cmdb.store.driver import Transaction, row

_ASIDE = [verb.name for verb in (verbs.RUNS_ON, verbs.PART_OF, verbs.OWNED_BY, verbs.SUPPORTED_BY)]
"""What runs on and is part of a CI is told from that CI's side; whose it is harms nothing."""
_CAUSES = ["world", "person"]
"""What was worded or found anew, or is taken for another thing, or told by another source, has not changed."""

# A value's successor is the next past value of the same claimant, else what stands now.
_VALUES: LiteralString = """
CALL (scope) {
  UNWIND scope AS x
  MATCH (x)-[:HAD]->(c:Claim)
  WHERE c.valid_to > $since AND coalesce(c.changed_after, c.valid_to) <= $until AND c.cause IN $causes
  WITH x, c ORDER BY c.valid_to DESC, x.id, c.attribute LIMIT $limit
  CALL (x, c) {
    OPTIONAL MATCH (x)-[:HAD]->(n:Claim {sighting: c.sighting, attribute: c.attribute})
    WHERE n.valid_from >= c.valid_to
    WITH n ORDER BY n.valid_from LIMIT 1
    RETURN n.value AS next
  }
  RETURN collect([x.id, c.attribute, c.value, coalesce(next, x[c.attribute]), c.changed_after, c.valid_to, c.cause])
         AS values
}
"""

# What a thing has since it was first seen is no change of it. What a later reading shows may have happened before.
_RELATIONS: LiteralString = """
CALL (scope) {
  UNWIND scope AS x
  CALL (x) {
    MATCH (x)-[r]->(y:CI)
    WHERE r.valid_from > $since AND coalesce(r.began_after, r.valid_from) <= $until AND r.valid_from > x.valid_from
      AND r.valid_to IS NULL AND coalesce(r.began_cause, 'world') IN $causes AND NOT type(r) IN $aside
    RETURN type(r) AS verb, y, r.began_after AS after, r.valid_from AS at, true AS began, true AS outward
    UNION ALL
    MATCH (x)-[r]->(y:CI)
    WHERE r.valid_to > $since AND coalesce(r.ended_after, r.valid_to) <= $until
      AND coalesce(r.ended_cause, 'world') IN $causes AND NOT substring(type(r), 4) IN $aside
    RETURN substring(type(r), 4) AS verb, y, r.ended_after AS after, r.valid_to AS at, false AS began, true AS outward
    UNION ALL
    MATCH (x)<-[r:RUNS_ON|PART_OF]-(y:CI)
    WHERE r.valid_from > $since AND coalesce(r.began_after, r.valid_from) <= $until AND r.valid_from > x.valid_from
      AND coalesce(r.began_cause, 'world') IN $causes
    RETURN type(r) AS verb, y, r.began_after AS after, r.valid_from AS at, true AS began, false AS outward
    UNION ALL
    MATCH (x)<-[r:WAS_RUNS_ON|WAS_PART_OF]-(y:CI)
    WHERE r.valid_to > $since AND coalesce(r.ended_after, r.valid_to) <= $until
      AND coalesce(r.ended_cause, 'world') IN $causes
    RETURN substring(type(r), 4) AS verb, y, r.ended_after AS after, r.valid_to AS at, false AS began, false AS outward
  }
  WITH x, verb, y, after, at, began, outward ORDER BY at DESC, x.id, verb, y.id LIMIT $limit
  RETURN collect([x.id, verb, y.id, y.type, y.title, y.name, after, at, began, outward]) AS relations
}
"""

# What runs on a machine or is part of it began with it, or is told from the machine's side.
_LIVES: LiteralString = """
CALL (scope) {
  UNWIND scope AS x
  WITH x
  WHERE (x.valid_from > $since AND x.valid_from <= $until AND NOT (x)-[:RUNS_ON|PART_OF]->())
     OR (x.valid_to > $since AND x.valid_to <= $until)
  WITH x ORDER BY coalesce(x.valid_to, x.valid_from) DESC, x.id LIMIT $limit
  RETURN collect([x.id, x.valid_from, x.valid_to]) AS lives
}
"""

_TICKETS: LiteralString = """
CALL (scope) {
  UNWIND scope AS x
  MATCH (t:Ticket {kind: 'change'})-[r:AFFECTS {role: 'source'}]->(x)
  WITH DISTINCT x, t, r, coalesce(t.completed_at, t.implementing_at) AS at
  WHERE at > $since AND at <= $until
  WITH x, t, r, at ORDER BY at DESC, t.id, x.id LIMIT $limit
  RETURN collect([x.id, t.id, t.title, t.state, t.outcome, r.effect, at]) AS tickets
}
"""

_RECENT: LiteralString = (
    """
UNWIND $ids AS id
MATCH (n:CI {id: id})
CALL (n) {
  RETURN n AS x, '' AS via
  UNION
  MATCH (n)<-[:PART_OF]-(x:CI) RETURN x, n.id AS via
  UNION
  MATCH (n)-[:WAS_RUNS_ON]->(x:CI) WHERE n.state = 'retired' RETURN x, n.id AS via
}
WITH x, min(via) AS via
WITH collect(x) AS scope,
     collect([x.id, x.type, x.title, head([(x)-[:RUNS_ON|PART_OF]->(m) | m.title]), via]) AS cis
"""
    + _VALUES
    + _RELATIONS
    + _LIVES
    + _TICKETS
    + "RETURN cis, values, relations, lives, tickets"
)


@dataclass(frozen=True, slots=True)
class Value:
    """A value that ended at `at`, at the earliest after `not_before_at` (None: unknown); `new` None: none follows."""

    ci: str
    attribute: str
    old: Any
    new: Any
    not_before_at: int | None
    at: int
    cause: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A relationship of `ci` that began or ended at `at`, at the earliest after `not_before_at` (None: unknown).

    `outward`: it points from `ci` to the other.
    """

    ci: str
    verb: str
    other: str
    other_type: str
    other_title: str
    other_name: str | None
    not_before_at: int | None
    at: int
    began: bool
    outward: bool


@dataclass(frozen=True, slots=True)
class Made:
    """A change ticket that touched `ci`: completed or started at `at`."""

    ci: str
    ticket: str
    title: str
    state: str
    outcome: str | None
    effect: str | None
    at: int


@dataclass(frozen=True, slots=True)
class Recent:
    """What happened. `lives` holds the first and last instant by id.

    `cis` holds (type, title, place, via) by id; `via` is the id of the one asked about through which it comes in: as
    a part, or as what an ended service ran on; "" for those asked about.
    """

    cis: dict[str, tuple[str, str, str | None, str]]
    values: tuple[Value, ...]
    relations: tuple[Relation, ...]
    lives: dict[str, tuple[int, int | None]]
    made: tuple[Made, ...]


def recent(tx: Transaction, ids: Iterable[str], since: int, until: int, limit: int) -> Recent:
    """What happened after `since`, up to `until`, to these CIs and their parts: of each kind the newest `limit`.

    An ended service brings in what it ran on.
    """
    ids = sorted(set(ids))
    if not ids:
        return Recent({}, (), (), {}, ())
    found = row(tx, _RECENT, ids=ids, since=since, until=until, limit=limit, aside=_ASIDE, causes=_CAUSES)
    return Recent(
        {ci: (kind, title, place, via) for ci, kind, title, place, via in found["cis"]},
        tuple(Value(*one) for one in found["values"]),
        tuple(Relation(*one) for one in found["relations"]),
        {ci: (start, end) for ci, start, end in found["lives"]},
        tuple(Made(*one) for one in found["tickets"]),
    )
