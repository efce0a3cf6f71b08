"""Kept drift: a ticket of the kind `drift` for each finding, one relationship for each revision that it is about."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from cmdb.store.driver import Row, Transaction, row, rows

KIND = "drift"

# Setting what is set already takes the lock and writes nothing.
_LOCK_MARK: LiteralString = """
MERGE (c:Counter {name: 'drift watch'})
SET c.value = coalesce(c.value, $first)
RETURN c.value AS value
"""
_READ_MARK: LiteralString = "MATCH (c:Counter {name: 'drift watch'}) RETURN c.value AS value"
_MOVE_MARK: LiteralString = "MATCH (c:Counter {name: 'drift watch'}) SET c.value = $value"

_COLUMNS: LiteralString = """
RETURN collect([d.id, d.state, x.id, coalesce(d.ci_type, x.type), d.attribute, r.key, r.old, r.new, r.changed_after,
                r.seen_at, r.settled]) AS kept
"""
_UNSETTLED: LiteralString = (
    """
MATCH (d:Ticket {kind: 'drift'}) WHERE d.state IN $states
MATCH (d)-[r:DRIFTED]->(x:CI) WHERE r.settled IS NULL
WITH d, r, x ORDER BY d.number, r.key LIMIT $limit
"""
    + _COLUMNS
)
_OF_CIS: LiteralString = (
    """
UNWIND $ids AS id
MATCH (d:Ticket {kind: 'drift'})-[r:DRIFTED]->(x:CI {id: id}) WHERE r.seen_at > $since
WITH d, r, x
"""
    + _COLUMNS
)

_ADD: LiteralString = """
MATCH (d:Ticket {id: $id})
WITH d, COUNT { (d)-[:DRIFTED]->() } AS standing
WITH d, CASE WHEN standing >= $most THEN [] ELSE $rows[..$most - standing] END AS some
UNWIND some AS one
MATCH (x:CI {id: one.ci})
CREATE (d)-[:DRIFTED {key: one.key, old: one.old, new: one.new, changed_after: one.changed_after,
                      seen_at: one.seen_at}]->(x)
"""
_NARROW: LiteralString = """
UNWIND $rows AS one
MATCH (d:Ticket {id: one.finding})-[r:DRIFTED {key: one.key}]->()
SET r.changed_after = one.changed_after, r.seen_at = one.seen_at
"""
_SETTLE: LiteralString = """
UNWIND $rows AS one
MATCH (d:Ticket {id: one.finding})-[r:DRIFTED {key: one.key}]->()
SET r.settled = one.how
"""
_SUM_UP: LiteralString = """
UNWIND $ids AS id
MATCH (d:Ticket {id: id})-[r:DRIFTED]->(x:CI)
WITH d, count(r) AS revisions, count(DISTINCT x) AS cis, min(r.changed_after) AS changed_after,
     min(r.seen_at) AS first_seen_at, max(r.seen_at) AS last_seen_at,
     count(CASE WHEN r.settled IS NULL THEN 1 END) AS unsettled
SET d.revision_count = revisions, d.ci_count = cis, d.not_before_at = changed_after, d.first_seen_at = first_seen_at,
    d.last_seen_at = last_seen_at
RETURN d.id AS id, unsettled ORDER BY id
"""

_REVISIONS: LiteralString = """
MATCH (:Ticket {id: $id})-[r:DRIFTED]->(x:CI)
WITH r, x ORDER BY r.seen_at, x.title, x.id LIMIT $limit
RETURN collect([x.id, x.type, x.title, x.state,
                coalesce(head([(x)-[:RUNS_ON|PART_OF]->(m:CI) | [m.id, m.type, m.title]]),
                         head([(x)-[:WAS_RUNS_ON|WAS_PART_OF]->(m:CI) | [m.id, m.type, m.title]])),
                r.old, r.new, r.changed_after, r.seen_at, r.settled]) AS revisions
"""

_CIS: LiteralString = """
MATCH (:Ticket {id: $id})-[:DRIFTED]->(x:CI)
WITH DISTINCT x.id AS id ORDER BY id LIMIT $limit
RETURN collect(id) AS ids
"""

_ABOUT: LiteralString = """
MATCH (c:CI {id: $ci})
CALL (c) {
  RETURN c AS x
  UNION
  MATCH (c)<-[:RUNS_ON|PART_OF|WAS_RUNS_ON|WAS_PART_OF]-(x:CI) RETURN x
}
MATCH (d:Ticket {kind: 'drift'})-[:DRIFTED]->(x)
WITH DISTINCT d WHERE d.state IN $states
WITH d ORDER BY d.number DESC LIMIT $limit
RETURN d.id AS id, d.title AS title, d.state AS state, d.first_seen_at AS first_seen_at
ORDER BY d.number DESC
"""

_COUNTS: LiteralString = """
MATCH (d:Ticket {kind: 'drift'}) RETURN d.state AS state, count(*) AS count ORDER BY state
"""


@dataclass(frozen=True, slots=True)
class KeptRow:
    """One revision that a finding keeps. `settled` None: nothing has become of it yet."""

    finding: str
    state: str
    ci: str
    type: str
    attribute: str
    key: str
    old: Any
    new: Any
    changed_after: int
    seen_at: int
    settled: str | None


@dataclass(frozen=True, slots=True)
class Named:
    """A CI by id, type and title."""

    id: str
    type: str
    title: str


@dataclass(frozen=True, slots=True)
class KeptRevision:
    """A revision as it is shown; `place` None: the CI stands for itself. `settled` None: nothing has become of it."""

    ci: Named
    ci_state: str
    place: Named | None
    old: Any
    new: Any
    changed_after: int
    seen_at: int
    settled: str | None


@dataclass(frozen=True, slots=True)
class About:
    """A finding about a CI, in a line."""

    id: str
    title: str
    state: str
    first_seen_at: int


def lock_mark(tx: Transaction, first: int) -> int:
    """Up to when everything that became known has been judged (epoch ms), `first` at first; locked until the end."""
    return row(tx, _LOCK_MARK, first=first)["value"]


def read_mark(tx: Transaction) -> int | None:
    """As `lock_mark`, without the lock; None: nothing has been judged yet."""
    found = rows(tx, _READ_MARK)
    return found[0]["value"] if found else None


def move_mark(tx: Transaction, value: int) -> None:
    """Everything up to then has been judged."""
    rows(tx, _MOVE_MARK, value=value)


def unsettled(tx: Transaction, states: Iterable[str], limit: int) -> list[KeptRow]:
    """Revisions of findings in these states of which nothing has become yet: those of the oldest findings first."""
    return _kept(row(tx, _UNSETTLED, states=list(states), limit=limit))


def kept_of(tx: Transaction, cis: Iterable[str], since: int) -> list[KeptRow]:
    """What findings of any state keep of these CIs that was seen after `since`."""
    return _kept(row(tx, _OF_CIS, ids=sorted(cis), since=since))


def _kept(found: Row) -> list[KeptRow]:
    return [
        KeptRow(*([*one[:6], json.loads(one[6]), json.loads(one[7]), *one[8:]]))
        for one in found["kept"]
    ]  # fmt: skip


def add(tx: Transaction, finding: str, data: Sequence[Row], most: int) -> None:
    """Let a finding be about more revisions, up to `most` in all: rows {ci, key, old, new, changed_after, seen_at}."""
    written = [{**one, "old": json.dumps(one["old"]), "new": json.dumps(one["new"])} for one in data]
    rows(tx, _ADD, id=finding, rows=written, most=most)


def narrow(tx: Transaction, data: Sequence[Row]) -> None:
    """Set the intervals of kept revisions: rows {finding, key, changed_after, seen_at}."""
    rows(tx, _NARROW, rows=data)


def settle(tx: Transaction, data: Sequence[Row]) -> None:
    """Nothing is left to say about these: rows {finding, key, how}."""
    rows(tx, _SETTLE, rows=data)


def sum_up(tx: Transaction, findings: Iterable[str]) -> dict[str, int]:
    """Write what these findings come to, and say how many of each one's revisions are unsettled."""
    return {one["id"]: one["unsettled"] for one in rows(tx, _SUM_UP, ids=sorted(findings))}


def revisions(tx: Transaction, finding: str, limit: int) -> list[KeptRevision]:
    """The revisions of a finding in the order in which they were seen, the first `limit`."""
    return [
        KeptRevision(
            Named(*one[:3]), one[3], Named(*one[4]) if one[4] else None, json.loads(one[5]), json.loads(one[6]),
            *one[7:],
        )
        for one in row(tx, _REVISIONS, id=finding, limit=limit)["revisions"]
    ]  # fmt: skip


def cis_of(tx: Transaction, finding: str, limit: int) -> list[str]:
    """The ids of the CIs that a finding is about, the first `limit`."""
    return row(tx, _CIS, id=finding, limit=limit)["ids"]


def about(tx: Transaction, ci: str, states: Iterable[str], limit: int) -> list[About]:
    """Findings in these states about a CI or what lives in it, newest first."""
    return [About(**one) for one in rows(tx, _ABOUT, ci=ci, states=list(states), limit=limit)]


def counts(tx: Transaction) -> dict[str, int]:
    """How many findings there are in each state that has some."""
    return {one["state"]: one["count"] for one in rows(tx, _COUNTS)}
