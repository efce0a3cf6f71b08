"""What a judgement means for the findings that are kept: new ones, ones that grow, and ones that are settled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from cmdb.analyse.drift import Drift, Finding
from cmdb.analyse.revision import Revision, key_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A revision that a finding keeps under `key`.

    `is_unsettled`: someone has to decide about it or to undo it; `is_rejected`: it was said that it must be undone,
    whether it has been or not.
    """

    finding: str
    key: str
    revision: Revision
    is_unsettled: bool
    is_rejected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A kept revision about which nothing is left to say. `how`: authorised, noise or reverted; `change`: by which."""

    kept: Kept
    how: str
    reason: str
    change: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What to write. `grown`: finding → revisions that it has besides; `narrowed`: with the interval known now."""

    opened: list[Finding] = field(default_factory=list[Finding])
    grown: dict[str, list[Revision]] = field(default_factory=dict[str, list[Revision]])
    narrowed: list[tuple[Kept, Revision]] = field(default_factory=list[tuple[Kept, Revision]])
    settled: list[Settled] = field(default_factory=list[Settled])


def plan(judged: Drift, kept: Iterable[Kept]) -> Plan:
    """What the judgement of new and of unsettled revisions changes among the kept ones.

    A revision that puts back what was rejected is what was asked for, and nothing new.
    """
    found = Plan()
    by_ci: dict[tuple[str, str], list[Kept]] = defaultdict(list)
    for one in sorted(kept, key=lambda one: (one.finding, one.key)):
        by_ci[one.revision.ci, one.revision.attribute].append(one)
    for finding in judged.findings:
        fresh: list[Revision] = []
        homes: set[str] = set()
        for revision in finding.revisions:
            near = by_ci[revision.ci, revision.attribute]
            put_back = [one for one in near if one.is_rejected and _undoes(revision, one.revision)]
            found.settled.extend(
                Settled(kept=one, how="reverted", reason="it is as it was") for one in put_back if one.is_unsettled
            )
            same = [one for one in near if is_same(one.revision, revision)]
            if finding.verdict != "unauthorised":
                found.settled.extend(
                    Settled(kept=one, how=finding.verdict, reason=finding.reason, change=finding.change)
                    for one in same
                    if one.is_unsettled
                )
                continue
            if not same and not put_back:
                fresh.append(revision)
            for one in same:
                if one.is_unsettled:
                    homes.add(one.finding)
                    if key_of(one.revision) != key_of(revision):
                        found.narrowed.append((one, revision))
        if fresh and homes:
            found.grown.setdefault(min(homes), []).extend(fresh)
        elif fresh:
            found.opened.append(
                Finding(
                    verdict=finding.verdict, type=finding.type, attribute=finding.attribute, change=None,
                    revisions=tuple(fresh), reason=finding.reason,
                )
            )  # fmt: skip
    return found


def is_same(one: Revision, other: Revision) -> bool:
    """Whether both tell of one change: of one value into one other, at times that hang together."""
    told = (one.ci, one.attribute, repr(one.old), repr(one.new))
    if told != (other.ci, other.attribute, repr(other.old), repr(other.new)):
        return False
    return one.changed_after < other.seen_at and other.changed_after < one.seen_at


def _undoes(later: Revision, kept: Revision) -> bool:
    return later.seen_at > kept.seen_at and repr(later.new) == repr(kept.old)
