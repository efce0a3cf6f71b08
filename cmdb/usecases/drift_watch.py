"""Watching for drift: what became known since the last look is judged, and what nothing authorises is kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from cmdb.analyse.drift import Finding, Revision
from cmdb.analyse.drift_keeping import Settled
from cmdb.analyse.revision import key_of
from cmdb.model.events import DRIFT
from cmdb.practices.drift import LIFECYCLE
from cmdb.reconcile.events import Draft
from cmdb.store.driver import Graph, Row, Transaction
from cmdb.store.queries import drift_findings as findings
from cmdb.store.queries import tickets
from cmdb.usecases.drift_feed import Grounds
from cmdb.usecases.drift_look import MAX_READ, Look, look
from cmdb.usecases.drift_words import change_words, finding_title, value_words
from cmdb.usecases.events import tell

WHO = "cmdb"
"""Who did what nobody did by hand."""
MAX_LOOKS = 20
MAX_KEPT = 2_000
"""So many revisions one finding names; the same edit on more machines is the same finding still."""
MAX_LISTED = 20


def watch_drift(graph: Graph, now: int, batch: int = MAX_READ) -> str | None:
    """Judge what became known since the last look, and what is unsettled anew; what came of it, None: nothing.

    Reads at most `batch` of each kind at once, and goes on from there. Of two processes that look at once, one writes.
    """
    done: Counter[str] = Counter()
    for _ in range(MAX_LOOKS):
        seen = graph.read(lambda tx: look(tx, now, batch))
        written = graph.write(lambda tx, seen=seen: _write(tx, seen, now))
        if written is None:
            break
        done.update(written)
        if seen.is_last:
            break
    return ", ".join(f"{count} {what}" for what, count in sorted(done.items())) or None


def _write(tx: Transaction, seen: Look, now: int) -> Counter[str] | None:
    """What was done to how many findings; None where somebody else has looked meanwhile."""
    if findings.lock_mark(tx, seen.mark) != seen.mark:
        return None
    done: Counter[str] = Counter()
    for finding in seen.plan.opened:
        _open(tx, finding, seen.grounds, now)
        done["opened"] += 1
    for finding_id, fresh in sorted(seen.plan.grown.items()):
        _grow(tx, finding_id, fresh, seen.grounds, now)
        done["grown"] += 1
    if seen.plan.narrowed:
        findings.narrow(tx, [
            {"finding": kept.finding, "key": kept.key, "changed_after": one.changed_after, "seen_at": one.seen_at}
            for kept, one in seen.plan.narrowed
        ])  # fmt: skip
        findings.sum_up(tx, {kept.finding for kept, _ in seen.plan.narrowed})
    done["settled"] += _settle(tx, seen.plan.settled, now)
    findings.move_mark(tx, seen.upto)
    return +done


def _open(tx: Transaction, finding: Finding, grounds: Grounds, now: int) -> None:
    first = min(finding.revisions, key=lambda one: (one.seen_at, *_names(one, grounds), key_of(one)))
    place = grounds.places[first.ci]
    whole = grounds.places.get(place.within or "")
    words = change_words(finding.type, finding.attribute, place.title, first.old, first.new)
    title = finding_title(words, place.title, whole.title if whole else None, len(finding.cis))
    values: dict[str, Any] = {
        "state": LIFECYCLE.initial, "title": title, "ci_type": finding.type, "attribute": finding.attribute,
        "reason": finding.reason, "created_at": now, "created_by": WHO,
    }  # fmt: skip
    finding_id = tickets.create(tx, findings.KIND, "DRF", values)
    findings.add(tx, finding_id, [_row(one) for one in finding.revisions], MAX_KEPT)
    findings.sum_up(tx, [finding_id])
    tickets.log(tx, finding_id, now, WHO, "opened", finding.reason)
    shown = whole or place
    details: dict[str, Any] = {
        "attributes": [{"name": finding.attribute, "old": _told(first.old), "new": _told(first.new)}],
        "listed": [
            {"what": "changed", "type": one.type, "title": grounds.places[one.ci].title}
            for one in finding.revisions[:MAX_LISTED]
        ],
    }
    if len(finding.revisions) > MAX_LISTED:
        details["left_out"] = len(finding.revisions) - MAX_LISTED
    tell(tx, [Draft(DRIFT.name, shown.id, shown.type, shown.title, finding_id, details)], first.seen_at, now)


def _names(one: Revision, grounds: Grounds) -> tuple[str, str]:
    """Where it is and what it is called: the first by these names a finding, not the first by an id."""
    place = grounds.places[one.ci]
    whole = grounds.places.get(place.within or "")
    return whole.title if whole else "", place.title


def _grow(tx: Transaction, finding_id: str, fresh: list[Revision], grounds: Grounds, now: int) -> None:
    tickets.lock(tx, finding_id, findings.KIND)
    findings.add(tx, finding_id, [_row(one) for one in fresh], MAX_KEPT)
    findings.sum_up(tx, [finding_id])
    names = sorted({grounds.places[one.ci].title for one in fresh})
    more = f" and {len(names) - MAX_LISTED} more" if len(names) > MAX_LISTED else ""
    tickets.log(tx, finding_id, now, WHO, "comment", f"Also on {', '.join(names[:MAX_LISTED])}{more}")


def _settle(tx: Transaction, settled: Iterable[Settled], now: int) -> int:
    """Settle revisions, and the findings of which none is left; how many findings."""
    by_finding: dict[str, list[Settled]] = defaultdict(list)
    for one in settled:
        by_finding[one.kept.finding].append(one)
    if not by_finding:
        return 0
    findings.settle(tx, [
        {"finding": one.kept.finding, "key": one.kept.key, "how": one.how}
        for found in by_finding.values()
        for one in found
    ])  # fmt: skip
    left = findings.sum_up(tx, by_finding)
    done = 0
    for finding_id, found in sorted(by_finding.items()):
        tickets.lock(tx, finding_id, findings.KIND)
        ticket = tickets.read(tx, finding_id, findings.KIND)
        if ticket is None:
            continue
        last = found[-1]
        if left.get(finding_id):
            tickets.log(tx, finding_id, now, WHO, "comment", f"{len(found)} of its changes settled: {last.reason}")
            continue
        old = ticket.values["state"]
        LIFECYCLE.check_move(old, last.how)
        tickets.set_values(
            tx, finding_id, {"state": last.how, "change": last.change, "decided_at": now, "decided_by": WHO}
        )
        tickets.log(tx, finding_id, now, WHO, "state", last.reason, {"state": (old, last.how)})
        done += 1
    return done


def _row(one: Revision) -> Row:
    key = blake2b(repr(key_of(one)).encode(), digest_size=16).hexdigest()
    return {
        "ci": one.ci, "key": key, "old": one.old, "new": one.new, "changed_after": one.changed_after,
        "seen_at": one.seen_at,
    }  # fmt: skip


def _told(value: Any) -> str | None:
    """A value as an event tells it: short."""
    return None if value is None else value_words(value)
