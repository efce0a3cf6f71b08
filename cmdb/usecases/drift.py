"""Drift over the graph: what of discovered CIs changed in a time, and which of that nobody had approved."""

from __future__ import annotations

from dataclasses import dataclass

from cmdb.analyse.drift import FLAP_SPAN_MS, Drift, find_drift
from cmdb.errors import Invalid
from cmdb.store.driver import Graph, Transaction
from cmdb.store.queries import drift as stored
from cmdb.store.queries.drift_presence import turns_learned
from cmdb.usecases.drift_feed import grounds_of, turn_revisions, value_revisions
from cmdb.usecases.drift_rules import rules_in_force

DAY_MS = 86_400_000
MAX_DAYS = 90
MAX_REVISIONS = 20_000
LATEST = 2**62
"""Later than anything becomes known."""


@dataclass(frozen=True, slots=True)
class DriftFound:
    """What was seen after `since`, up to `until`. `cis` holds each CI of a finding and what it lives in, by id.

    `is_cut`: more changed than was read, which is the newest `MAX_REVISIONS` values, the first `MAX_REVISIONS` of what
    came and went, and the newest windows.
    """

    since: int
    until: int
    drift: Drift
    cis: dict[str, stored.Place]
    is_cut: bool


def drift_between(graph: Graph, since: int, until: int, now: int) -> DriftFound:
    """What drifted; noise is learned from the week before, too, and is what people say at `now`.

    Raises Invalid where `until` is not after `since`, or over 90 days later.
    """
    if not since < until:
        raise Invalid("the time ends before it begins", "until")
    if until - since > MAX_DAYS * DAY_MS:
        raise Invalid(f"at most {MAX_DAYS} days at once", "since")
    return graph.read(lambda tx: _read(tx, since, until, now))


def _read(tx: Transaction, since: int, until: int, now: int) -> DriftFound:
    earliest = since - FLAP_SPAN_MS
    ended = stored.ended(tx, earliest, until, MAX_REVISIONS + 1)
    # Nothing is known before it is so, but much may be known long after.
    turns = turns_learned(tx, earliest, LATEST, MAX_REVISIONS + 1)
    revised = value_revisions(ended[:MAX_REVISIONS])
    revised += [one for one in turn_revisions(turns) if earliest < one.seen_at <= until]
    grounds = grounds_of(tx, revised, until, rules_in_force(tx, now))
    found = find_drift(
        revised, grounds.windows, grounds.within, grounds.rules, wanted=lambda one: one.seen_at > since
    )  # fmt: skip
    return DriftFound(
        since=since, until=until, drift=found, cis=grounds.places,
        is_cut=max(len(ended), len(turns)) > MAX_REVISIONS or grounds.is_cut,
    )  # fmt: skip
