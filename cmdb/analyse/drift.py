"""Drift: which of the changes that were seen nobody had approved, and which are noise.

Only what changed in the world drifts: a source that words things anew, or an identity that was corrected, changes
nothing. A revision is known to have happened after one reading and not after another; it is authorised if a window of
an approved change lies across that interval, for then it may well have been that change.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from cmdb.analyse.drift_noise import FLAP_SPAN_MS, PRESENCE, Noise, NoiseRule
from cmdb.analyse.revision import Revision, key_of, seen_once

__all__ = [
    "FLAP_SPAN_MS",
    "MAX_DEPTH",
    "PRESENCE",
    "Drift",
    "Finding",
    "NoiseRule",
    "Revision",
    "Verdict",
    "Window",
    "find_drift",
]

MAX_DEPTH = 10
MAX_NAMED = 3

Verdict = Literal["unauthorised", "authorised", "noise"]
ORDER: tuple[Verdict, ...] = ("unauthorised", "authorised", "noise")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From when to when an approved change may alter these CIs and what runs on them."""

    change: str
    cis: frozenset[str]
    start_at: int
    end_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One event: the same kind of revision on one or many CIs. `change`: what authorises it, None where nothing does.

    `revisions` are sorted by CI and time, one for each change that was seen, however many sources saw it.
    """

    verdict: Verdict
    type: str
    attribute: str
    change: str | None
    revisions: tuple[Revision, ...]
    reason: str

    @property
    def cis(self) -> tuple[str, ...]:
        """The CIs it was seen on, sorted."""
        return tuple(sorted({one.ci for one in self.revisions}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """Findings, unauthorised ones first, then by time. `left_out`: how many revisions did not drift, by cause."""

    findings: tuple[Finding, ...]
    left_out: dict[str, int] = field(default_factory=dict[str, int])

    def judged(self, verdict: Verdict) -> tuple[Finding, ...]:
        """The findings of one verdict, in order."""
        return tuple(one for one in self.findings if one.verdict == verdict)


def find_drift(
    revisions: Iterable[Revision],
    windows: Iterable[Window],
    within: Mapping[str, str],
    rules: Iterable[NoiseRule] = (),
    wanted: Callable[[Revision], bool] | None = None,
) -> Drift:
    """What drifted, whatever the order of revisions and windows.

    `within` has what each CI runs on or is part of. Findings are of revisions that are `wanted`, or of all; noise is
    learned from all that is given.
    """
    given = list(revisions)
    world = seen_once(one for one in given if one.cause == "world")
    allowed = _allowances(windows, within)
    covering = [allowed.covering(one) for one in world]
    noise = Noise(
        [*world, *(one for one in given if one.cause != "world")],
        (one for one, window in zip(world, covering, strict=True) if window is None),
        rules,
    )
    groups: dict[_Kind, list[Revision]] = defaultdict(list)
    for one, window in zip(world, covering, strict=True):
        if wanted is None or wanted(one):
            groups[_kind(one, window, noise.why(one, tuple(allowed.chain(one.ci))))].append(one)
    findings = [
        Finding(
            verdict=kind.verdict, type=kind.type, attribute=kind.attribute, change=kind.change, revisions=tuple(event),
            reason=kind.reason or allowed.why_not(event),
        )
        for kind, found in groups.items()
        for event in (_apart_in_time(found) if kind.verdict == "unauthorised" else [found])
    ]  # fmt: skip
    left_out = Counter(one.cause for one in given if one.cause != "world")
    return Drift(findings=tuple(sorted(findings, key=_order)), left_out=dict(sorted(left_out.items())))


class _Kind(NamedTuple):
    """What one event has in common. `new`: unauthorised edits are of one kind where they led to the same value."""

    verdict: Verdict
    type: str
    attribute: str
    change: str | None = None
    reason: str = ""
    new: str = ""


def _kind(one: Revision, window: Window | None, why_noise: str | None) -> _Kind:
    if window is not None:
        reason = f"{window.change} was under way when it happened, or may have been"
        return _Kind("authorised", one.type, one.attribute, window.change, reason)
    if why_noise is not None:
        return _Kind("noise", one.type, one.attribute, reason=why_noise)
    # What went is told apart by what it was: two services that are gone are two events.
    new = ("went", one.old) if one.attribute == PRESENCE and one.new is None else one.new
    return _Kind("unauthorised", one.type, one.attribute, new=repr(new))


@dataclass(frozen=True, slots=True)
class _Allowances:
    """Which windows there are for each CI, and where it lives."""

    windows: Mapping[str, list[Window]]
    within: Mapping[str, str]

    def chain(self, ci: str) -> Iterator[str]:
        """The CI, what it runs on, what that runs on, …; a ring ends."""
        for _ in range(MAX_DEPTH):
            yield ci
            if ci not in self.within:
                return
            ci = self.within[ci]

    def covering(self, one: Revision) -> Window | None:
        """The window it may have happened in: the nearest thing's, then that which leaves least of it out."""
        for ci in self.chain(one.ci):
            across = [
                (_gap(window, one), window.start_at, window.change, window)
                for window in self.windows.get(ci, ())
                if window.start_at <= one.seen_at and window.end_at > one.changed_after
            ]
            if across:
                return min(across, key=lambda found: found[:3])[3]
        return None

    def why_not(self, event: Iterable[Revision]) -> str:
        """Why nothing authorises these: no change is about them, or those that are were at other times."""
        about = {w.change for one in event for ci in self.chain(one.ci) for w in self.windows.get(ci, ())}
        if not about:
            return "no approved change is about it or what it runs on"
        named = ", ".join(sorted(about)[:MAX_NAMED])
        more = f" and {len(about) - MAX_NAMED} more" if len(about) > MAX_NAMED else ""
        return f"it cannot have happened within the window of {named}{more}"


def _gap(window: Window, one: Revision) -> int:
    """How much of the interval the window leaves out."""
    return max(0, window.start_at - one.changed_after) + max(0, one.seen_at - window.end_at)


def _allowances(windows: Iterable[Window], within: Mapping[str, str]) -> _Allowances:
    by_ci: dict[str, list[Window]] = defaultdict(list)
    for window in windows:
        for ci in window.cis:
            by_ci[ci].append(window)
    return _Allowances(by_ci, within)


def _apart_in_time(revisions: Iterable[Revision]) -> list[list[Revision]]:
    """Runs of revisions whose intervals hang together; each run is one event, sorted by CI."""
    runs: list[list[Revision]] = []
    until = None
    for one in sorted(revisions, key=lambda one: (one.changed_after, key_of(one))):
        if until is None or one.changed_after >= until:
            runs.append([])
        runs[-1].append(one)
        until = max(one.seen_at, until or one.seen_at)
    return [sorted(run, key=key_of) for run in runs]


def _order(finding: Finding) -> tuple[int, int, str, str, str, str]:
    first = min(one.seen_at for one in finding.revisions)
    place = finding.type, finding.attribute, finding.change or finding.reason, finding.revisions[0].ci
    return ORDER.index(finding.verdict), first, *place
