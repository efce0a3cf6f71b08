"""Noise: revisions that mean nothing, as they are learned from all that changed, or as a person says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cmdb.analyse.revision import Key, Revision, Wording, key_of, wording_of

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


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseRule:
    """What a person said: revisions of `attribute` of CIs of `type` always (`is_noise`) or never are noise.

    `ci`: only of this CI and what lives in it; None: of every one. Of two rules the one of the nearer thing counts, of
    equally near ones that which stands first.
    """

    id: str
    type: str
    attribute: str
    ci: str | None
    is_noise: bool
    reason: str


class Noise:
    """What of the given revisions is noise, and why."""

    def __init__(self, given: Iterable[Revision], outside: Iterable[Revision], rules: Iterable[NoiseRule]) -> None:
        """`given`: all, of any cause; `outside`: those in the world that no window covers."""
        given = list(given)
        self._reworded = _rewordings(given)
        # Also where it is a new version of the source that finds it back.
        self._outages = _outages(given)
        self._flapping = _flapping(outside)
        self._rules: dict[tuple[str, str, str | None], NoiseRule] = {}
        for rule in rules:
            self._rules.setdefault((rule.type, rule.attribute, rule.ci), rule)

    def why(self, one: Revision, chain: Sequence[str]) -> str | None:
        """Why this revision is noise; None: it is not. `chain`: the CI, what it lives in, …"""
        rule = self._rule(one, chain)
        if rule is not None:
            return f"{rule.id} says so: {rule.reason}" if rule.is_noise else None
        if (one.type, one.attribute) in HOW_IT_DOES:
            return "it says how the thing does, not how it is set up"
        if wording_of(one) in self._reworded:
            return "a new version of a source words it so elsewhere"
        if key_of(one) in self._outages:
            return "it was gone for a while and came back as it was"
        if key_of(one) in self._flapping:
            return f"it changes by itself: {FLAPS} times or more within {FLAP_SPAN_MS // DAY_MS} days on each"
        return None

    def _rule(self, one: Revision, chain: Sequence[str]) -> NoiseRule | None:
        for ci in (*chain, None):
            rule = self._rules.get((one.type, one.attribute, ci))
            if rule is not None:
                return rule
        return None


def _rewordings(revisions: Iterable[Revision]) -> set[Wording]:
    """What new versions of sources reword.

    A source that could not read a section when its new version came rewords it later, which looks like the world.
    """
    seen: dict[Wording, set[str]] = defaultdict(set)
    for one in revisions:
        if one.cause == "observer":
            seen[wording_of(one)].add(one.ci)
    return {wording for wording, cis in seen.items() if len(cis) >= REWORDED}


def _flapping(revisions: Iterable[Revision]) -> set[Key]:
    """Those that stand among `FLAPS` of their CI's attribute within `FLAP_SPAN_MS`."""
    found: set[Key] = set()
    for same in _by_attribute(revisions).values():
        for run in zip(*(same[shift:] for shift in range(FLAPS)), strict=False):
            if run[-1].seen_at - run[0].seen_at <= FLAP_SPAN_MS:
                found |= {key_of(one) for one in run}
    return found


def _outages(revisions: Iterable[Revision]) -> set[Key]:
    """Goings of things that came back as they were within `OUTAGE_MS`, and those returns."""
    found: set[Key] = set()
    for (_, attribute), same in _by_attribute(revisions).items():
        if attribute != PRESENCE:
            continue
        for gone, back in pairwise(same):
            if gone.new is None and back.new == gone.old and back.seen_at - gone.seen_at <= OUTAGE_MS:
                found |= {key_of(gone), key_of(back)}
    return found


def _by_attribute(revisions: Iterable[Revision]) -> dict[tuple[str, str], list[Revision]]:
    """The revisions of each attribute of each CI, in the order in which they were seen."""
    found: dict[tuple[str, str], list[Revision]] = defaultdict(list)
    for one in sorted(revisions, key=lambda one: (one.seen_at, key_of(one))):
        found[one.ci, one.attribute].append(one)
    return found
