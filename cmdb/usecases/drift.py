"""Drift over the graph: which values of discovered CIs changed in a time, and which of that nobody had approved."""

from __future__ import annotations

from dataclasses import dataclass

from cmdb.analyse.drift import FLAP_SPAN_MS, MAX_DEPTH, Drift, Revision, Window, find_drift
from cmdb.errors import Invalid
from cmdb.store.driver import Graph, Transaction
from cmdb.store.queries import drift as stored

APPROVED = ("approved", "implementing", "completed")
"""The states of a change whose window authorises."""
DAY_MS = 86_400_000
MAX_DAYS = 90
MAX_REVISIONS = 20_000
MAX_WINDOWS = 5_000


@dataclass(frozen=True, slots=True)
class DriftFound:
    """What was seen after `since`, up to `until`. `cis` holds each CI of a finding and what it lives in, by id.

    `is_cut`: more changed than was read, which is the newest `MAX_REVISIONS` values and `MAX_WINDOWS` windows.
    """

    since: int
    until: int
    drift: Drift
    cis: dict[str, stored.Place]
    is_cut: bool


def drift_between(graph: Graph, since: int, until: int) -> DriftFound:
    """What drifted; noise is learned from the week before, too.

    Raises Invalid where `until` is not after `since`, or over 90 days later.
    """
    if not since < until:
        raise Invalid("the time ends before it begins", "until")
    if until - since > MAX_DAYS * DAY_MS:
        raise Invalid(f"at most {MAX_DAYS} days at once", "since")
    return graph.read(lambda tx: _read(tx, since, until))


def _read(tx: Transaction, since: int, until: int) -> DriftFound:
    ended = stored.ended(tx, since - FLAP_SPAN_MS, until, MAX_REVISIONS + 1)
    revised = [
        Revision(
            ci=one.ci, type=one.type, attribute=one.attribute, old=one.old, new=one.new,
            changed_after=one.changed_after, seen_at=one.seen_at, cause=one.cause, scope=one.sighting,
        )
        for one in ended[:MAX_REVISIONS]
        # A claim that lost to another source's and became that has changed nothing that stands.
        if one.old != one.new
    ]  # fmt: skip
    earliest = min((one.changed_after for one in revised), default=since)
    planned = stored.planned(tx, APPROVED, earliest, until, MAX_WINDOWS + 1)
    windows = [
        Window(change=one.change, cis=frozenset(one.cis), start_at=one.start_at, end_at=one.end_at)
        for one in planned[:MAX_WINDOWS]
    ]
    cis = _places(tx, {one.ci for one in revised})
    within = {one.id: one.within for one in cis.values() if one.within is not None}
    return DriftFound(
        since=since,
        until=until,
        drift=find_drift(revised, windows, within, since),
        cis=cis,
        is_cut=len(ended) > MAX_REVISIONS or len(planned) > MAX_WINDOWS,
    )


def _places(tx: Transaction, ids: set[str]) -> dict[str, stored.Place]:
    """These CIs and all that they live in."""
    known: dict[str, stored.Place] = {}
    for _ in range(MAX_DEPTH):
        wanted = ids - known.keys()
        if not wanted:
            break
        known |= {one.id: one for one in stored.places(tx, wanted)}
        ids = {one.within for one in known.values() if one.within is not None}
    return known
