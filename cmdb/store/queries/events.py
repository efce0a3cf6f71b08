"""Events: written with what they tell of, put in order once committed, read by position.

A writer leaves its events `Waiting`, without a place. Whoever reads gives places first: to what is committed, in the
order of the database's clock, behind one lock that no ingest takes. So no event can be committed behind a reader.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, LiteralString, NamedTuple

from cmdb.store.driver import Graph, Row, Transaction, row, rows

ORDER_BATCH = 2_000
DELETE_BATCH = 1_000

# Before the CIs are written: what is retired now and created by this, comes back.
_WRITE: LiteralString = """
UNWIND range(0, size($rows) - 1) AS ordinal
WITH $rows[ordinal] AS data, ordinal, datetime.realtime() AS clock
OPTIONAL MATCH (c:CI {id: data.ci})
CREATE (e:Event:Waiting)
SET e = data, e.ordinal = ordinal, e.written_at = clock.epochSeconds * 1000000 + clock.microsecond,
    e.kind = CASE WHEN data.kind = 'created' AND c.state = 'retired' THEN 'returned' ELSE data.kind END
"""

# Setting what is set already takes the lock and writes nothing.
_LOCK: LiteralString = """
MERGE (c:Counter {name: 'event'})
SET c.value = coalesce(c.value, 0), c.horizon = coalesce(c.horizon, 0)
WITH c, datetime.realtime() AS clock
RETURN c.value AS last, c.horizon AS horizon, clock.epochSeconds * 1000000 + clock.microsecond AS now
"""

# A writer holds the locks of its events until all of its commit can be seen.
_WAITING: LiteralString = """
MATCH (e:Waiting) WHERE e.written_at <= $now
WITH e ORDER BY e.written_at, e.ordinal LIMIT $batch
SET e.ordinal = e.ordinal
RETURN collect(elementId(e)) AS waiting
"""

_PLACE: LiteralString = """
UNWIND range(0, size($waiting) - 1) AS i
MATCH (e:Event) WHERE elementId(e) = $waiting[i]
SET e.position = $last + i + 1
REMOVE e:Waiting
"""

_MOVE: LiteralString = "MATCH (c:Counter {name: 'event'}) SET c.value = $last"

_AFTER: LiteralString = """
MATCH (e:Event) WHERE e.position > $after AND e.position <= $until
  AND ($kinds IS NULL OR e.kind IN $kinds) AND ($types IS NULL OR e.type IN $types)
WITH e ORDER BY e.position LIMIT $limit
RETURN e {.*} AS event ORDER BY event.position
"""

_NEWEST: LiteralString = """
MATCH (e:Event) WHERE e.position > $after AND e.position <= $until
  AND ($kinds IS NULL OR e.kind IN $kinds) AND ($types IS NULL OR e.type IN $types)
WITH e ORDER BY e.position DESC LIMIT $limit
RETURN e {.*} AS event ORDER BY event.position DESC
"""

# A CI that has been purged is known by its own id alone.
_OF_CI: LiteralString = """
OPTIONAL MATCH (:Alias {id: $ci})-[:NOW]->(present:CI)
OPTIONAL MATCH (same:CI {id: $ci})
WITH coalesce(present, same) AS c
WITH [$ci, coalesce(c.id, $ci)] + COLLECT { MATCH (a:Alias)-[:NOW]->(c) RETURN a.id } AS ids
MATCH (e:Event) WHERE e.ci IN ids AND e.position > $after AND e.position <= $until
  AND ($kinds IS NULL OR e.kind IN $kinds) AND ($types IS NULL OR e.type IN $types)
WITH DISTINCT e ORDER BY e.position LIMIT $limit
RETURN e {.*} AS event ORDER BY event.position
"""

_HORIZON: LiteralString = "MATCH (c:Counter {name: 'event'}) RETURN c.horizon AS horizon"

_OLD: LiteralString = """
MATCH (e:Event) WHERE e.position > $horizon
WITH e ORDER BY e.position LIMIT $batch
WITH collect(e) AS oldest
WITH oldest, [e IN oldest WHERE e.written_at >= $before_at | e.position] AS kept
RETURN CASE WHEN size(kept) > 0 THEN kept[0] - 1
            WHEN size(oldest) > 0 THEN oldest[-1].position
            ELSE $horizon END AS upto
"""

_RAISE: LiteralString = "MATCH (c:Counter {name: 'event'}) SET c.horizon = $upto"

_DELETE: LiteralString = """
MATCH (e:Event) WHERE e.position <= $upto
WITH e LIMIT $batch
DELETE e
RETURN count(*) AS deleted
"""


class Stream(NamedTuple):
    """How far the stream reaches: events up to `last` have their place, those up to `horizon` are gone."""

    last: int
    horizon: int


class Event(NamedTuple):
    """An event. `at`: when it was so, `recorded_at`: when it became known, epoch ms; `details`: as of its draft."""

    position: int
    kind: str
    ci: str
    type: str
    title: str
    other: str | None
    at: int
    recorded_at: int
    details: dict[str, Any]


def write_events(tx: Transaction, data: Sequence[Row]) -> None:
    """Write events: rows of kind, ci, type, title, other, at, recorded_at, details (JSON)."""
    if data:
        rows(tx, _WRITE, rows=data)


def order_events(graph: Graph) -> Stream:
    """Give a place to every event committed so far. All up to `last` are visible to reads that follow."""
    while True:
        stream, placed = graph.write(_order)
        if placed < ORDER_BATCH:
            return stream


def _order(tx: Transaction) -> tuple[Stream, int]:
    found = row(tx, _LOCK)
    last, horizon = found["last"], found["horizon"]
    waiting = _settled(tx, found["now"])
    if waiting:
        rows(tx, _PLACE, waiting=waiting, last=last)
        rows(tx, _MOVE, last=last + len(waiting))
    return Stream(last + len(waiting), horizon), len(waiting)


def _settled(tx: Transaction, now: int) -> list[str]:
    """The events that wait since before `now` (microseconds), in order, with all that was told before each of them.

    A read that meets a commit may see a part of it, or a later commit and not the one before. Those that were seen are
    locked, which waits for the rest of theirs; once a second read sees the same, none is missing between them.
    """
    waiting: list[str] = []
    while (seen := row(tx, _WAITING, now=now, batch=ORDER_BATCH)["waiting"]) != waiting:
        waiting = seen
    return waiting


def read_events(
    graph: Graph,
    after: int,
    until: int,
    limit: int,
    *,
    kinds: Sequence[str] | None = None,
    types: Sequence[str] | None = None,
    ci: str | None = None,
) -> list[Event]:
    """Events with `after` < position <= `until`, in order. `ci`: also under the ids it had before."""
    wanted = {"after": after, "until": until, "limit": limit, "kinds": kinds, "types": types}
    found = graph.ask(_AFTER, **wanted) if ci is None else graph.ask(_OF_CI, ci=ci, **wanted)
    return [_event(one["event"]) for one in found]


def newest_events(
    graph: Graph,
    after: int,
    until: int,
    limit: int,
    *,
    kinds: Sequence[str] | None = None,
    types: Sequence[str] | None = None,
) -> list[Event]:
    """As `read_events`, the newest ones, backwards."""
    found = graph.ask(_NEWEST, after=after, until=until, limit=limit, kinds=kinds, types=types)
    return [_event(one["event"]) for one in found]


def horizon(graph: Graph) -> int:
    """The position up to which events are gone; 0 while none is."""
    found = graph.ask(_HORIZON)
    return found[0]["horizon"] if found else 0


def raise_horizon(graph: Graph, before_at: int) -> int:
    """Move the horizon over at most one batch of events written before `before_at` (epoch ms), and say where it is.

    The events behind it still stand, so that no reader misses some before the horizon tells of it.
    """

    def work(tx: Transaction) -> int:
        known = row(tx, _LOCK)["horizon"]
        upto = row(tx, _OLD, horizon=known, before_at=before_at * 1000, batch=DELETE_BATCH)["upto"]
        if upto > known:
            rows(tx, _RAISE, upto=upto)
        return upto

    return graph.write(work)


def delete_events(graph: Graph, upto: int) -> int:
    """Delete at most one batch of events up to a position; how many."""
    return graph.tell(_DELETE, upto=upto, batch=DELETE_BATCH)[0]["deleted"]


def _event(found: Row) -> Event:
    return Event(
        found["position"], found["kind"], found["ci"], found["type"], found["title"], found.get("other"), found["at"],
        found["recorded_at"], json.loads(found["details"]),
    )  # fmt: skip
