"""Which sightings cannot be one thing (cannot-link), and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import chain, combinations

from cmdb.identify.compare import contradiction, longest_overlap
from cmdb.identify.evidence import Evidence
from cmdb.identify.outcome import Clash, ClashReason
from cmdb.identify.rules import Rules
from cmdb.identify.sighting import Decisions, Sighting, SightingKey

_EXCLUSIVE = Clash(ClashReason.EXCLUSIVE)
_FAMILY = Clash(ClashReason.FAMILY)
_DECIDED = Clash(ClashReason.DECIDED)


@dataclass(frozen=True, slots=True, eq=False)
class _Facts:
    """What of a sighting decides its clashes; `profile` is equal for those that contradict the same others."""

    sighting: Sighting
    exclusive_source: str | None
    profile: int


class Clashes:
    """Compares pairs out of one set of sightings; remembers what costs.

    Pairs that must be one are the caller's business: nothing is exempt here.
    """

    def __init__(self, evidence: Mapping[SightingKey, Evidence], decisions: Decisions, rules: Rules) -> None:
        """`evidence` is all that will be compared."""
        self._cannot = decisions.cannot
        self._separated = frozenset(chain.from_iterable(decisions.cannot))
        self._rules = rules
        self._contradictions: dict[tuple[int, int], Clash | None] = {}
        self._facts: dict[SightingKey, _Facts] = {}
        self._examples: list[Evidence] = []
        profiles: dict[object, int] = {}
        for key, seen in evidence.items():
            one = seen.sighting
            profile = tuple(
                (kind, kind in one.complete_kinds, seen.values[kind])
                for kind, _ in rules.contradicting
                if kind in seen.values
            )
            number = profiles.setdefault(profile, len(profiles))
            if number == len(self._examples):
                self._examples.append(seen)
            self._facts[key] = _Facts(one, one.source_kind if one.is_exclusive else None, number)

    def could_clash(self, keys: Collection[SightingKey]) -> bool:
        """Whether any two of them could not be one if they lived at the same time; cheap where all agree."""
        facts = [self._facts[key] for key in keys]
        if not self._separated.isdisjoint(keys) or len({one.sighting.family for one in facts}) > 1:
            return True
        sources = [one.exclusive_source for one in facts if one.exclusive_source is not None]
        if len(set(sources)) < len(sources) or len({key.scope for key in keys}) < len(facts):
            return True
        profiles = sorted({one.profile for one in facts})
        return any(self._contradiction(a, b) for a, b in combinations(profiles, 2))

    def between(self, a: SightingKey, b: SightingKey) -> Clash | None:
        """Why the two cannot be one, given when they lived; None when they can."""
        clash = self.if_alive_together(a, b)
        if clash is None or clash is _DECIDED or clash is _FAMILY:
            return clash
        one, two = self._facts[a].sighting, self._facts[b].sighting
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
        one, two = self._facts[a], self._facts[b]
        if one.sighting.family != two.sighting.family:
            return _FAMILY
        source = one.exclusive_source
        if (source is not None and source == two.exclusive_source) or a.scope == b.scope:
            return _EXCLUSIVE
        return self._contradiction(one.profile, two.profile)

    def of_hardware(self, a: SightingKey, b: SightingKey) -> Clash | None:
        """The contradiction between their identifiers, at whatever time they were claimed."""
        return self._contradiction(self._facts[a].profile, self._facts[b].profile)

    def _contradiction(self, a: int, b: int) -> Clash | None:
        if (a, b) not in self._contradictions:
            one, two = self._examples[a], self._examples[b]
            kind = contradiction(
                one.values, one.sighting.complete_kinds, two.values, two.sighting.complete_kinds, self._rules
            )
            self._contradictions[a, b] = None if kind is None else Clash(ClashReason.CONTRADICTION, kind)
        return self._contradictions[a, b]
