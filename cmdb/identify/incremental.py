"""What a change touches: the sightings to partition anew so that the answer equals partitioning everything."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from cmdb.identify.clashes import Clashes
from cmdb.identify.evidence import linking_identifiers, weigh_all
from cmdb.identify.outcome import AsideReason, Partition, SetAside
from cmdb.identify.partition import Solution, solve
from cmdb.identify.rules import Rules, Tier
from cmdb.identify.sighting import Decisions, Identifier, Sighting, SightingKey


class Index(Protocol):
    """What is stored, read in batches at one instant.

    The changed sightings may stand in it as before the change, as after it, or not at all. What was set
    aside stands as before it.
    """

    def statuses(self, identifiers: Collection[Identifier]) -> Mapping[Identifier, SetAside]:
        """How those of the identifiers that are set aside were set aside."""
        ...

    def holders(self, identifiers: Collection[Identifier]) -> Iterable[Sighting]:
        """The sightings that any of the identifiers links (linking_identifiers)."""
        ...

    def sightings(self, keys: Collection[SightingKey]) -> Iterable[Sighting]:
        """Those of the sightings that exist."""
        ...


class Change(NamedTuple):
    """One sighting before and after; None where it did not, or does no longer, exist. One of them exists."""

    before: Sighting | None
    after: Sighting | None

    @property
    def key(self) -> SightingKey:
        """The key of the changed sighting; ValueError for a change of nothing or of two keys."""
        keys = {one.key for one in self if one is not None}
        if len(keys) != 1:
            raise ValueError("a change is of one sighting")
        return keys.pop()


@dataclass(frozen=True, slots=True)
class Affected:
    """`keys` are the sightings whose standing may have changed, those that no longer exist included.

    `partition` is the new one over those that exist; for everything else the old one holds. Of the
    identifiers that it examined, those that it does not set aside are in use again.
    """

    keys: frozenset[SightingKey]
    partition: Partition


def affected(
    index: Index,
    changes: Sequence[Change],
    decisions: Decisions,
    rules: Rules,
    former: Decisions | None = None,
) -> Affected:
    """The new partition of whatever these changes can touch.

    Where people decided something new, `former` are the decisions before, and `keys_that_differ` between the
    two stand in `changes`, even though those sightings are the same before and after.
    """
    reach = _Reach(index, changes, (decisions, former or decisions), rules)
    while True:
        crowded = any(aside.reason is AsideReason.CROWDED for aside in reach.cut.values())
        before = solve(reach.before if crowded else (), former or decisions, rules, reach.cut)
        after = solve(reach.after, decisions, rules, reach.cut)
        standing: dict[Identifier, SetAside] = {}
        for identifier, aside in reach.cut.items():
            if aside.reason is AsideReason.DIRECT:
                stands = reach.still_clashes(identifier, aside, after, decisions)
            else:
                groups = (aside.groups or 0) - _groups(identifier, before) + _groups(identifier, after)
                aside, stands = replace(aside, groups=groups), groups > rules.crowd
            if stands:
                standing[identifier] = aside
        if len(standing) == len(reach.cut):
            break
        reach.walk(reach.cut.keys() - standing.keys())
    partition = replace(
        after.partition,
        set_aside={**after.partition.set_aside, **standing},
        examined=after.partition.examined | {one for one in reach.met if one.kind in rules.kinds},
    )
    return Affected(frozenset(reach.keys), partition)


def _groups(identifier: Identifier, solution: Solution) -> int:
    """How many things, as strong evidence joins them, hold the identifier."""
    return sum(any(identifier in solution.evidence[key].medium for key in keys) for keys in solution.strong)


class _Reach:
    """The sightings that a change can touch, and at its edge the identifiers that link nothing.

    Everything that an identifier in use links to a member, before or after the change, is a member; so is
    everything that a decision links.
    """

    def __init__(self, index: Index, changes: Sequence[Change], decisions: Sequence[Decisions], rules: Rules) -> None:
        self._index = index
        self._rules = rules
        self._partners: dict[SightingKey, set[SightingKey]] = {}
        for a, b in {pair for one in decisions for pair in one.must}:
            self._partners.setdefault(a, set()).add(b)
            self._partners.setdefault(b, set()).add(a)
        self.keys = {change.key for change in changes}
        self.before = [change.before for change in changes if change.before is not None]
        self.after = [change.after for change in changes if change.after is not None]
        self.met: set[Identifier] = set()
        self.cut: dict[Identifier, SetAside] = {}
        self._spread([*self.before, *self.after])

    def walk(self, identifiers: Collection[Identifier]) -> None:
        """Takes in all that these identifiers link, although they were cut before."""
        for identifier in identifiers:
            del self.cut[identifier]
        self._spread(self._take(self._index.holders(identifiers)))

    def still_clashes(self, identifier: Identifier, aside: SetAside, after: Solution, decisions: Decisions) -> bool:
        """Whether the witnesses of a directly set aside identifier still bear witness; False is no proof."""
        if aside.witness is None:
            return False
        if self.keys.isdisjoint(aside.witness):
            return True
        far = [key for key in aside.witness if key not in self.keys]
        evidence = weigh_all(self._index.sightings(far), decisions, self._rules) if far else {}
        evidence |= {key: after.evidence[key] for key in aside.witness if key in after.evidence}
        if not all(key in evidence and identifier in evidence[key].linking for key in aside.witness):
            return False
        if any(set(aside.witness) <= set(group) for group in after.bonds.groups):
            return False
        clashes = Clashes(evidence, decisions, self._rules)
        yields = self._rules.kinds[identifier.kind].yields_to_hardware
        return clashes.between(*aside.witness) is not None or (
            yields and clashes.of_hardware(*aside.witness) is not None
        )

    def _spread(self, frontier: Sequence[Sighting]) -> None:
        while frontier:
            # Disavowed ones too: who disavows what may just have changed.
            linking = frozenset[Identifier]().union(*(linking_identifiers(one, self._rules) for one in frontier))
            fresh = linking - self.met
            self.met |= fresh
            for identifier, aside in self._index.statuses(fresh).items():
                if aside.is_cut and not _is_crowd_of_strong(aside):
                    self.cut[identifier] = aside
            partners = {other for one in frontier for other in self._partners.get(one.key, ())} - self.keys
            open_ones = fresh - self.cut.keys()
            found = [*self._index.holders(open_ones)] if open_ones else []
            if partners:
                found += self._index.sightings(partners)
            frontier = self._take(found)

    def _take(self, sightings: Iterable[Sighting]) -> list[Sighting]:
        new = {one.key: one for one in sightings if one.key not in self.keys}
        self.keys |= new.keys()
        self.before += new.values()
        self.after += new.values()
        return list(new.values())


def _is_crowd_of_strong(aside: SetAside) -> bool:
    # What such an identifier is counted by are joins far from any of its holders.
    return aside.reason is AsideReason.CROWDED and aside.tier is Tier.STRONG
