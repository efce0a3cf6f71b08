"""Looking for drift: what became known since the last look, and what is unsettled, judged anew."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from cmdb.analyse.drift import FLAP_SPAN_MS, PRESENCE, Revision, find_drift
from cmdb.analyse.drift_keeping import Kept, Plan, is_same, plan
from cmdb.analyse.presence import ADDRESS
from cmdb.practices.drift import UNSETTLED
from cmdb.store.driver import Transaction
from cmdb.store.queries import drift as stored
from cmdb.store.queries import drift_findings as findings
from cmdb.store.queries.drift_presence import turns_learned, turns_of
from cmdb.usecases.drift_feed import Grounds, grounds_of, turn_revisions, value_revisions
from cmdb.usecases.drift_rules import rules_in_force
from cmdb.usecases.drift_words import is_package

FIRST_LOOK_MS = FLAP_SPAN_MS
"""How far the first look goes back."""
OVERLAP_MS = 15 * 60 * 1000
"""What becomes known is dated when it arrives, and stands in the graph once it is committed: some time later."""
MAX_READ = 10_000
MAX_UNSETTLED = 5_000
MAX_CONTEXT = 20_000
MAX_REWORDED = 2_000


@dataclass(frozen=True, slots=True)
class Look:
    """What follows from what became known after `mark`, up to `upto` (epoch ms). `is_last`: nothing is left to read."""

    mark: int
    upto: int
    is_last: bool
    plan: Plan
    grounds: Grounds


def look(tx: Transaction, now: int, batch: int = MAX_READ) -> Look:
    """Read and judge the next of what became known, at most `batch` of each kind; nothing is written."""
    known = findings.read_mark(tx)
    mark = now - FIRST_LOOK_MS if known is None else known
    upto, is_last, fresh = _learned(tx, mark, now, batch)
    unsettled = findings.unsettled(tx, UNSETTLED, MAX_UNSETTLED)
    judged = [one for one in fresh if one.cause == "world"] + [_revision(one) for one in unsettled]
    since = min((one.seen_at for one in judged), default=now) - FLAP_SPAN_MS
    near: dict[tuple[str, str], list[Revision]] = defaultdict(list)
    for one in judged:
        near[one.ci, one.attribute].append(one)
    grounds = grounds_of(tx, judged, now, rules_in_force(tx, now))
    drift = find_drift(
        [*fresh, *_context(tx, near, since, now), *(_revision(one) for one in unsettled)],
        grounds.windows,
        grounds.within,
        grounds.rules,
        wanted=lambda found: any(is_same(found, one) for one in near.get((found.ci, found.attribute), ())),
    )
    rows = [*unsettled, *findings.kept_of(tx, {ci for ci, _ in near}, since)]
    kept = [_kept(row) for row in {(row.finding, row.key): row for row in rows}.values()]
    return Look(mark, upto, is_last, plan(drift, kept), grounds)


def _learned(tx: Transaction, mark: int, now: int, batch: int) -> tuple[int, bool, list[Revision]]:
    """Up to when was read, whether that is all, and what became known until then."""
    found = _read(tx, mark - OVERLAP_MS, now, batch)
    # So much has become known lately that what was read is judged already: go on from the mark.
    return found if found[0] > mark else _read(tx, mark, now, batch)


def _read(tx: Transaction, after: int, now: int, batch: int) -> tuple[int, bool, list[Revision]]:
    values = stored.learned(tx, after, now, batch)
    turns = turns_learned(tx, after, now, batch)
    ends = [values[-1].recorded_at] if len(values) == batch else []
    for verb, count in Counter(one.verb for one in turns).items():
        if count == batch:
            ends.append(max(one.recorded_at for one in turns if one.verb == verb))
    # Of what became known at the last instant some may be missing: it is left to the next look.
    upto = max(min(ends) - 1, after + 1) if ends else now
    found = value_revisions(one for one in values if one.recorded_at <= upto)
    return upto, not ends, found + turn_revisions(one for one in turns if one.recorded_at <= upto)


def _context(tx: Transaction, pairs: Iterable[tuple[str, str]], since: int, now: int) -> list[Revision]:
    """What else happened to the same things: from it noise is learned."""
    wanted = set(pairs)
    held = {(ci, attribute) for ci, attribute in wanted if attribute in (PRESENCE, ADDRESS)}
    values = {(ci, attribute) for ci, attribute in wanted - held if not is_package(attribute)}
    found: list[Revision] = []
    if values:
        attributes = {attribute for _, attribute in values}
        found += value_revisions(stored.ended_of(tx, values, since, MAX_CONTEXT))
        found += value_revisions(stored.reworded(tx, attributes, now - FLAP_SPAN_MS, MAX_REWORDED))
    turns = turn_revisions(turns_of(tx, {ci for ci, _ in held}, since, MAX_CONTEXT))
    return found + [one for one in turns if (one.ci, one.attribute) in held]


def _kept(row: findings.KeptRow) -> Kept:
    return Kept(
        finding=row.finding, key=row.key, revision=_revision(row),
        is_unsettled=row.settled is None and row.state in UNSETTLED,
        is_rejected=row.state in ("rejected", "reverted"),
    )  # fmt: skip


def _revision(row: findings.KeptRow) -> Revision:
    return Revision(
        ci=row.ci, type=row.type, attribute=row.attribute, old=row.old, new=row.new, changed_after=row.changed_after,
        seen_at=row.seen_at, cause="world", scope=row.finding,
    )  # fmt: skip
