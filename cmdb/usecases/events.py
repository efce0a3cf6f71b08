"""What happened in the graph, as one ordered stream that is read by position."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from cmdb.errors import Invalid
from cmdb.model.events import KIND_NAMES
from cmdb.reconcile.difference import Difference
from cmdb.reconcile.events import Draft, events_of
from cmdb.store.driver import Graph, Transaction
from cmdb.store.queries import events as stored
from cmdb.store.queries.events import Event
from cmdb.usecases.standing import BeforeAndAfter

__all__ = [
    "Event",
    "Latest",
    "Page",
    "Wanted",
    "latest_events",
    "read_stream",
    "remove_old_events",
    "tell",
    "tell_difference",
]

DAY_MS = 86_400_000
KEPT_DAYS = 90
SCANNED = 10_000
"""How many events one page looks at, where a filter lets few through."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events; None: of any. `ci`: of the CI that has or had this id."""

    kinds: tuple[str, ...] | None = None
    types: tuple[str, ...] | None = None
    ci: str | None = None

    def __post_init__(self) -> None:
        for kind in self.kinds or ():
            if kind not in KIND_NAMES:
                raise Invalid(f"no event is called {kind!r}: {', '.join(KIND_NAMES)}", "kinds")


@dataclass(frozen=True, slots=True)
class Page:
    """Events in order. `after`: what to ask with for those that follow; `more`: some may be there already.

    `last`: the position of the newest event, whether it was wanted or not.
    """

    events: tuple[Event, ...]
    after: int
    more: bool
    last: int


def tell_difference(tx: Transaction, diff: Difference, both: BeforeAndAfter, at: int, recorded_at: int) -> None:
    """Write the events of a difference, before it is written itself. Epoch ms."""
    tell(tx, events_of(both.old, both.new, diff), at, recorded_at)


def tell(tx: Transaction, drafts: Iterable[Draft], at: int, recorded_at: int) -> None:
    """Write events in the transaction of what they tell of: both are there, or neither. Epoch ms."""
    stored.write_events(tx, [
        {
            "kind": one.kind, "ci": one.ci, "type": one.type, "title": one.title, "other": one.other, "at": at,
            "recorded_at": recorded_at, "details": json.dumps(one.details, ensure_ascii=False),
        }
        for one in drafts
    ])  # fmt: skip


def read_stream(
    graph: Graph, after: int | None, limit: int, wanted: Wanted | None = None, *, newest: int | None = None
) -> Page:
    """The events after a position, oldest first; None begins with the oldest that is kept, or with the last `newest`.

    Raises Invalid for a position whose followers have been removed by age, or that is still to come.
    """
    wanted = wanted or Wanted()
    stream = stored.order_events(graph)
    if after is None:
        after = max(stream.horizon, stream.last - newest) if newest is not None else stream.horizon
    if after > stream.last:
        raise Invalid(f"the stream has reached {stream.last}: {after} is still to come", "after")
    until = stream.last if wanted.ci is not None else min(stream.last, after + SCANNED)
    found = stored.read_events(
        graph, after, until, limit, kinds=wanted.kinds, types=wanted.types, ci=wanted.ci
    )  # fmt: skip
    # Asked last: what was removed while these were read is behind a horizon that was raised before.
    if after < (gone := stored.horizon(graph)):
        raise Invalid(
            f"events up to {gone} have been removed by age, some after {after} among them: "
            f"take stock of the graph, and go on after {gone}",
            "after",
        )
    reached = found[-1].position if len(found) == limit else until
    return Page(tuple(found), reached, reached < stream.last, stream.last)


@dataclass(frozen=True, slots=True)
class Latest:
    """Events, newest first. `before`: what to ask with for older ones; `more`: some may be there."""

    events: tuple[Event, ...]
    before: int
    more: bool


def latest_events(graph: Graph, before: int | None, limit: int, wanted: Wanted) -> Latest:
    """The newest events before a position, or of all; looks at `SCANNED` at most."""
    stream = stored.order_events(graph)
    end = stream.last if before is None else min(before - 1, stream.last)
    begin = max(stream.horizon, end - SCANNED)
    found = stored.newest_events(graph, begin, end, limit, kinds=wanted.kinds, types=wanted.types)
    reached = found[-1].position if len(found) == limit else begin + 1
    return Latest(tuple(found), reached, reached > stream.horizon + 1)


def remove_old_events(graph: Graph, now: int, days: int = KEPT_DAYS) -> int:
    """Remove events older than `days`, in bounded transactions; how many. The horizon is raised before."""
    stored.order_events(graph)
    removed, reached = 0, -1
    while (upto := stored.raise_horizon(graph, now - days * DAY_MS)) != reached:
        reached = upto
        while deleted := stored.delete_events(graph, upto):
            removed += deleted
    return removed
