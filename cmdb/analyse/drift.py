"""Drift: which of the changes that were seen nobody had approved, and which are noise.

Only what changed in the world drifts: a source that words things anew, or an identity that was corrected, changes
nothing. A revision is known to have happened after one reading and not after another; it is authorised if a window of
an approved change lies across that interval, for then it may well have been that change.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal, NamedTuple

DAY_MS = 86_400_000
FLAPS = 4
FLAP_SPAN_MS = 7 * DAY_MS
"""What changed this often within this time, outside every window, changes by itself."""
OUTAGE_MS = 3 * DAY_MS
"""What went and came back as it was within this time had failed; nobody edited it."""
REWORDED = 3
"""On so many CIs a new version of a source must have worded a value so, for it to be that wherever it is seen."""
PRESENCE = "presence"
"""The attribute whose value is a thing's title while it is there, and None while it is not."""
HOW_IT_DOES = frozenset({("NetworkInterface", "oper_status")})
"""Attributes that say how a thing does, not how it is set up."""
MAX_DEPTH = 10
MAX_NAMED = 3

Verdict = Literal["unauthorised", "authorised", "noise"]
ORDER: tuple[Verdict, ...] = ("unauthorised", "authorised", "noise")


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """`attribute` of `ci` went from `old` to `new` (None: none) after `changed_after` and not after `seen_at`.

    Instants are epoch milliseconds, by effective time. `scope`: whose reading shows it; `cause`: that of the claim.
    """

    ci: str
    type: str
    attribute: str
    old: Any
    new: Any
    changed_after: int
    seen_at: int
    cause: str
    scope: str


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
    revisions: Iterable[Revision], windows: Iterable[Window], within: Mapping[str, str], since: int | None = None
) -> Drift:
    """What drifted, whatever the order of revisions and windows.

    `within` has what each CI runs on or is part of. Findings are of what was seen after `since`; noise is learned from
    all that is given.
    """
    given = list(revisions)
    world = _seen_once(one for one in given if one.cause == "world")
    allowed = _allowances(windows, within)
    covering = [allowed.covering(one) for one in world]
    flapping = _flapping(one for one, window in zip(world, covering, strict=True) if window is None)
    outages = _outages(world)
    reworded = _rewordings(given)
    groups: dict[_Kind, list[Revision]] = defaultdict(list)
    for one, window in zip(world, covering, strict=True):
        if since is None or one.seen_at > since:
            groups[_kind(one, window, flapping, outages, reworded)].append(one)
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


def _kind(
    one: Revision, window: Window | None, flapping: set[_Key], outages: set[_Key], reworded: set[_Wording]
) -> _Kind:
    if window is not None:
        reason = f"{window.change} was under way when it happened, or may have been"
        return _Kind("authorised", one.type, one.attribute, window.change, reason)
    if (one.type, one.attribute) in HOW_IT_DOES:
        reason = "it says how the thing does, not how it is set up"
    elif _wording(one) in reworded:
        reason = "a new version of a source words it so elsewhere"
    elif _key(one) in outages:
        reason = "it was gone for a while and came back as it was"
    elif _key(one) in flapping:
        reason = f"it changes by itself: {FLAPS} times or more within {FLAP_SPAN_MS // DAY_MS} days on each"
    else:
        return _Kind("unauthorised", one.type, one.attribute, new=repr(one.new))
    return _Kind("noise", one.type, one.attribute, reason=reason)


_Key = tuple[str, str, int, int, str, str]


def _key(one: Revision) -> _Key:
    """What tells revisions apart and sorts them; values may be lists, which neither hash nor sort."""
    return one.ci, one.attribute, one.changed_after, one.seen_at, repr(one.old), repr(one.new)


def _seen_once(revisions: Iterable[Revision]) -> list[Revision]:
    """Sorted, and one for what several sources saw of one CI: it happened in the interval that all of them allow."""
    found: list[Revision] = []
    latest: dict[tuple[str, str, str, str], int] = {}
    for one in sorted(revisions, key=lambda one: (_key(one), one.scope)):
        same = one.ci, one.attribute, repr(one.old), repr(one.new)
        place = latest.get(same)
        if place is not None and one.scope != found[place].scope and one.changed_after < found[place].seen_at:
            first = min(found[place], one, key=lambda other: (other.seen_at, other.scope))
            found[place] = replace(first, changed_after=one.changed_after)
        else:
            latest[same] = len(found)
            found.append(one)
    return sorted(found, key=_key)


@dataclass(frozen=True, slots=True)
class _Allowances:
    """Which windows there are for each CI, and where it lives."""

    windows: Mapping[str, list[Window]]
    within: Mapping[str, str]

    def _chain(self, ci: str) -> Iterator[str]:
        """The CI, what it runs on, what that runs on, …; a ring ends."""
        for _ in range(MAX_DEPTH):
            yield ci
            if ci not in self.within:
                return
            ci = self.within[ci]

    def covering(self, one: Revision) -> Window | None:
        """The window it may have happened in: the nearest thing's, then that which leaves least of it out."""
        for ci in self._chain(one.ci):
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
        about = {w.change for one in event for ci in self._chain(one.ci) for w in self.windows.get(ci, ())}
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


_Wording = tuple[str, str, str, str]


def _wording(one: Revision) -> _Wording:
    return one.type, one.attribute, repr(one.old), repr(one.new)


def _rewordings(revisions: Iterable[Revision]) -> set[_Wording]:
    """What new versions of sources reword.

    A source that could not read a section when its new version came rewords it later, which looks like the world.
    """
    seen: dict[_Wording, set[str]] = defaultdict(set)
    for one in revisions:
        if one.cause == "observer":
            seen[_wording(one)].add(one.ci)
    return {wording for wording, cis in seen.items() if len(cis) >= REWORDED}


def _flapping(revisions: Iterable[Revision]) -> set[_Key]:
    """Those that stand among `FLAPS` of their CI's attribute within `FLAP_SPAN_MS`."""
    found: set[_Key] = set()
    for same in _by_attribute(revisions).values():
        for run in zip(*(same[shift:] for shift in range(FLAPS)), strict=False):
            if run[-1].seen_at - run[0].seen_at <= FLAP_SPAN_MS:
                found |= {_key(one) for one in run}
    return found


def _outages(revisions: Iterable[Revision]) -> set[_Key]:
    """Goings of things that came back as they were within `OUTAGE_MS`, and those returns."""
    found: set[_Key] = set()
    for (_, attribute), same in _by_attribute(revisions).items():
        if attribute != PRESENCE:
            continue
        for gone, back in pairwise(same):
            if gone.new is None and back.new == gone.old and back.seen_at - gone.seen_at <= OUTAGE_MS:
                found |= {_key(gone), _key(back)}
    return found


def _by_attribute(revisions: Iterable[Revision]) -> dict[tuple[str, str], list[Revision]]:
    """The revisions of each attribute of each CI, in the order in which they were seen."""
    found: dict[tuple[str, str], list[Revision]] = defaultdict(list)
    for one in sorted(revisions, key=lambda one: (one.seen_at, _key(one))):
        found[one.ci, one.attribute].append(one)
    return found


def _apart_in_time(revisions: Iterable[Revision]) -> list[list[Revision]]:
    """Runs of revisions whose intervals hang together; each run is one event, sorted by CI."""
    runs: list[list[Revision]] = []
    until = None
    for one in sorted(revisions, key=lambda one: (one.changed_after, _key(one))):
        if until is None or one.changed_after >= until:
            runs.append([])
        runs[-1].append(one)
        until = max(one.seen_at, until or one.seen_at)
    return [sorted(run, key=_key) for run in runs]


def _order(finding: Finding) -> tuple[int, int, str, str, str, str]:
    first = min(one.seen_at for one in finding.revisions)
    place = finding.type, finding.attribute, finding.change or finding.reason, finding.revisions[0].ci
    return ORDER.index(finding.verdict), first, *place
