"""What drift is judged from: values that ended, what their CIs live in, and the windows of changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, LiteralString

from cmdb.store.driver import Transaction, row

# What follows a value is the same claimant's next one if it begins at once, and nothing if it begins later.
_FOLLOWED: LiteralString = """
MATCH (x:CI)-[:HAD]->(c)
CALL (x, c) {
  OPTIONAL MATCH (n:Claim {sighting: c.sighting, attribute: c.attribute})
  WHERE n.valid_from >= c.valid_to AND n <> c
  WITH x, c, n ORDER BY n.valid_from LIMIT 1
  RETURN CASE WHEN n IS NULL THEN x[c.attribute] WHEN n.valid_from = c.valid_to THEN n.value END AS new
}
RETURN collect([x.id, x.type, c.attribute, c.value, new, c.changed_after, c.valid_to, c.cause, c.sighting,
                c.recorded_at]) AS ended
"""

_ENDED: LiteralString = (
    """
MATCH (c:Claim)
WHERE c.valid_to > $since AND c.valid_to <= $until AND c.cause <> 'ended' AND c.changed_after IS NOT NULL
WITH c ORDER BY c.valid_to DESC, c.sighting, c.attribute LIMIT $limit
"""
    + _FOLLOWED
)

_LEARNED: LiteralString = (
    """
MATCH (c:Claim)
WHERE c.recorded_at > $after AND c.recorded_at <= $upto AND c.cause <> 'ended' AND c.changed_after IS NOT NULL
WITH c ORDER BY c.recorded_at, c.sighting, c.attribute LIMIT $limit
"""
    + _FOLLOWED
)

_OF_PAIRS: LiteralString = (
    """
UNWIND $pairs AS pair
MATCH (:CI {id: pair[0]})-[:HAD]->(c:Claim {attribute: pair[1]})
WHERE c.valid_to > $since AND c.cause <> 'ended' AND c.changed_after IS NOT NULL
WITH c ORDER BY c.valid_to DESC, c.sighting, c.attribute LIMIT $limit
"""
    + _FOLLOWED
)

_REWORDED: LiteralString = (
    """
MATCH (c:Claim)
WHERE c.recorded_at > $after AND c.cause = 'observer' AND c.attribute IN $attributes AND c.changed_after IS NOT NULL
WITH c ORDER BY c.recorded_at DESC, c.sighting, c.attribute LIMIT $limit
"""
    + _FOLLOWED
)


@dataclass(frozen=True, slots=True)
class Ended:
    """A value `old` that ended after `changed_after` and not after `seen_at`; `new` None: none followed."""

    ci: str
    type: str
    attribute: str
    old: Any
    new: Any
    changed_after: int
    seen_at: int
    cause: str
    sighting: str
    recorded_at: int


def ended(tx: Transaction, since: int, until: int, limit: int) -> list[Ended]:
    """Values that were seen to end after `since`, up to `until`: the newest `limit`."""
    return _found(row(tx, _ENDED, since=since, until=until, limit=limit))


def learned(tx: Transaction, after: int, upto: int, limit: int) -> list[Ended]:
    """Values whose end became known after `after`, up to `upto`: the first `limit`."""
    return _found(row(tx, _LEARNED, after=after, upto=upto, limit=limit))


def ended_of(tx: Transaction, pairs: Iterable[tuple[str, str]], since: int, limit: int) -> list[Ended]:
    """Values of these (CI, attribute) that were seen to end after `since`: the newest `limit`."""
    return _found(row(tx, _OF_PAIRS, pairs=[list(pair) for pair in sorted(pairs)], since=since, limit=limit))


def reworded(tx: Transaction, attributes: Iterable[str], after: int, limit: int) -> list[Ended]:
    """Values that a new version of a source worded anew, as became known after `after`: the newest `limit`."""
    return _found(row(tx, _REWORDED, attributes=sorted(attributes), after=after, limit=limit))


def _found(found: dict[str, Any]) -> list[Ended]:
    return [Ended(*one) for one in found["ended"]]


_PLANNED: LiteralString = """
MATCH (t:Ticket {kind: 'change'})-[:AFFECTS {role: 'source'}]->(x:CI)
WHERE t.state IN $states AND t.planned_end_at > $since AND t.planned_start_at <= $until
WITH t, collect(x.id) AS cis ORDER BY t.planned_start_at DESC, t.id LIMIT $limit
RETURN collect([t.id, t.planned_start_at, t.planned_end_at, cis]) AS planned
"""


@dataclass(frozen=True, slots=True)
class Planned:
    """The window of a change, and the ids of the CIs that it touches."""

    change: str
    start_at: int
    end_at: int
    cis: list[str]


def planned(tx: Transaction, states: Iterable[str], since: int, until: int, limit: int) -> list[Planned]:
    """The windows of changes in these states that lie across the time from `since` to `until`: the newest `limit`."""
    found = row(tx, _PLANNED, states=list(states), since=since, until=until, limit=limit)
    return [Planned(*one) for one in found["planned"]]


_PLACES: LiteralString = """
UNWIND $ids AS id
MATCH (x:CI {id: id})
RETURN collect([x.id, x.type, x.title,
                coalesce(head([(x)-[:RUNS_ON|PART_OF]->(m:CI) | m.id]),
                         head([(x)-[:WAS_RUNS_ON|WAS_PART_OF]->(m:CI) | m.id]))]) AS places
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A CI, and the id of what it runs on or is part of, or last did; None: of nothing."""

    id: str
    type: str
    title: str
    within: str | None


def places(tx: Transaction, ids: Iterable[str]) -> list[Place]:
    """These CIs, and where each lives."""
    return [Place(*one) for one in row(tx, _PLACES, ids=sorted(ids))["places"]]
