"""Which sightings cannot be one thing (cannot-link), and why."""

from __future__ import annotations

from collections.abc import Mapping

from cmdb.identify.compare import contradiction, longest_overlap
from cmdb.identify.evidence import Evidence
from cmdb.identify.outcome import Clash, ClashReason
from cmdb.identify.rules import Rules
from cmdb.identify.sighting import Decisions, SightingKey

_EXCLUSIVE = Clash(ClashReason.EXCLUSIVE)
_FAMILY = Clash(ClashReason.FAMILY)
_DECIDED = Clash(ClashReason.DECIDED)


class Clashes:
    """Compares pairs out of one set of sightings; remembers what costs.

    Pairs that must be one are the caller's business: nothing is exempt here.
    """

    def __init__(self, evidence: Mapping[SightingKey, Evidence], decisions: Decisions, rules: Rules) -> None:
        """`evidence` may grow later."""
        self._evidence = evidence
        self._cannot = decisions.cannot
        self._rules = rules
        self._kinds = tuple(kind for kind, _ in rules.contradicting)
        self._profiles: dict[object, int] = {}
        self._profile_of: dict[SightingKey, int] = {}
        self._contradictions: dict[tuple[int, int], Clash | None] = {}

    def between(self, a: SightingKey, b: SightingKey) -> Clash | None:
        """Why the two cannot be one, given when they lived; None when they can."""
        clash = self.if_alive_together(a, b)
        if clash is None or clash is _DECIDED or clash is _FAMILY:
            return clash
        one, two = self._evidence[a].sighting, self._evidence[b].sighting
        overlap = longest_overlap(one.lives, two.lives)
        if overlap is None:
            return None
        # Two keys of one document read at the same instant need no length of time.
        if clash is _EXCLUSIVE and a.scope != b.scope and overlap <= max(one.period_ms, two.period_ms):
            return self.of_hardware(a, b)
        return clash

    def if_alive_together(self, a: SightingKey, b: SightingKey) -> Clash | None:
        """Why the two could not be one if they lived at the same time, for long."""
        if self._cannot and (min(a, b), max(a, b)) in self._cannot:
            return _DECIDED
        one, two = self._evidence[a].sighting, self._evidence[b].sighting
        if one.family != two.family:
            return _FAMILY
        same_source = one.is_exclusive and two.is_exclusive and one.source_kind == two.source_kind
        if same_source or a.scope == b.scope:
            return _EXCLUSIVE
        return self.of_hardware(a, b)

    def of_hardware(self, a: SightingKey, b: SightingKey) -> Clash | None:
        """The contradiction between their identifiers, at whatever time they were claimed."""
        pair = self._profile(a), self._profile(b)
        if pair not in self._contradictions:
            one, two = self._evidence[a], self._evidence[b]
            kind = contradiction(
                one.values, one.sighting.complete_kinds, two.values, two.sighting.complete_kinds, self._rules
            )
            clash = None if kind is None else Clash(ClashReason.CONTRADICTION, kind)
            self._contradictions[pair] = clash
        return self._contradictions[pair]

    def _profile(self, key: SightingKey) -> int:
        """A number that is equal for sightings that contradict the same others."""
        number = self._profile_of.get(key)
        if number is None:
            seen = self._evidence[key]
            complete = seen.sighting.complete_kinds
            profile = tuple((kind, kind in complete, seen.values[kind]) for kind in self._kinds if kind in seen.values)
            number = self._profile_of[key] = self._profiles.setdefault(profile, len(self._profiles))
        return number
