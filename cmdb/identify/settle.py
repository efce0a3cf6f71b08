"""One tier of joining: groups, what would join them, and what is set aside because it joins too much."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations, product

from cmdb.identify.blocks import block_tree
from cmdb.identify.clashes import Clashes
from cmdb.identify.outcome import AsideReason, Clash, SetAside
from cmdb.identify.rules import Tier
from cmdb.identify.sighting import Address, Identifier, Pair, SightingKey

Aside = dict[Identifier, SetAside]


@dataclass(frozen=True, slots=True)
class Witness:
    """Two sightings that cannot be one, and why."""

    pair: Pair
    clash: Clash


@dataclass(frozen=True, slots=True)
class Joint:
    """Evidence that makes these groups (by number, ascending) one."""

    groups: tuple[int, ...]
    identifiers: tuple[Identifier, ...]
    name: str | None = None
    addresses: tuple[Address, ...] = ()


class Groups:
    """Sightings that belong together so far, numbered, and which two of them cannot join."""

    def __init__(self, members: Sequence[tuple[SightingKey, ...]], clashes: Clashes) -> None:
        """Each sighting is in one group."""
        self.members = members
        self._clashes = clashes
        self._known: dict[tuple[int, int], Witness | None] = {}

    def __len__(self) -> int:
        return len(self.members)

    def numbers(self) -> dict[SightingKey, int]:
        """The group of each sighting."""
        return {key: number for number, keys in enumerate(self.members) for key in keys}

    def witness(self, a: int, b: int) -> Witness | None:
        """Why these two groups cannot join; None when they can."""
        if (a, b) not in self._known:
            pairs = product(self.members[a], self.members[b])
            self._known[a, b] = self._first(pairs, self._clashes.between)
        return self._known[a, b]

    def clashing(self, groups: Sequence[int]) -> Iterator[tuple[int, int]]:
        """The pairs among these groups that cannot join."""
        if len(groups) < 2 or not self._clashes.could_clash([k for group in groups for k in self.members[group]]):
            return iter(())
        return (pair for pair in combinations(groups, 2) if self.witness(*pair) is not None)

    def direct(self, groups: Sequence[int], holders: AbstractSet[SightingKey]) -> Witness | None:
        """A pair out of two groups that cannot join, of `holders` themselves where possible."""
        found = next(self.clashing(groups), None)
        if found is None:
            return None
        sides = ([key for key in self.members[group] if key in holders] for group in found)
        return self._first(product(*sides), self._clashes.between) or self.witness(*found)

    def hardware_direct(self, groups: Sequence[int], holders: AbstractSet[SightingKey]) -> Witness | None:
        """A pair out of two of the groups whose hardware contradicts at whatever time."""
        for found in combinations(groups, 2):
            members = [self.members[group] for group in found]
            held = ([key for key in keys if key in holders] for keys in members)
            witness = self._first(product(*held), self._clashes.of_hardware) or self._first(
                product(*members), self._clashes.of_hardware
            )
            if witness:
                return witness
        return None

    @staticmethod
    def _first(
        pairs: Iterable[tuple[SightingKey, ...]], clash_of: Callable[[SightingKey, SightingKey], Clash | None]
    ) -> Witness | None:
        for a, b in pairs:
            clash = clash_of(a, b)
            if clash is not None:
                return Witness((min(a, b), max(a, b)), clash)
        return None


def connect(size: int, joints: Iterable[Joint]) -> list[list[int]]:
    """The groups that the joints make one, each ascending, in the order of their first."""
    parent = list(range(size))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = number = parent[parent[number]]
        return number

    for joint in joints:
        first = root(joint.groups[0])
        for other in joint.groups[1:]:
            parent[root(other)] = first
    components: dict[int, list[int]] = {}
    for number in range(size):
        components.setdefault(root(number), []).append(number)
    return list(components.values())


def settle(
    groups: Groups, tier: Tier, aside: Aside, build: Callable[[], Sequence[Joint]]
) -> tuple[list[list[int]], Sequence[Joint]]:
    """The components that no longer hold two groups that cannot join, and the joints in use.

    `build` gives the joints of all identifiers not in `aside`. Where a component still holds such a pair,
    everything in the blocks between the two is set aside, for all pairs at once, and all is built anew.
    """
    while True:
        joints = build()
        components = connect(len(groups), joints)
        chained: Aside = {}
        for component in components:
            pairs = list(groups.clashing(component))
            if pairs:
                _chain(groups, tier, joints, pairs, chained)
        if not chained:
            return components, joints
        aside.update(chained)


def _chain(
    groups: Groups, tier: Tier, joints: Sequence[Joint], pairs: Sequence[tuple[int, int]], chained: Aside
) -> None:
    size = len(groups)
    neighbours: dict[int, list[int]] = {}
    for number, joint in enumerate(joints, start=size):
        neighbours[number] = list(joint.groups)
        for group in joint.groups:
            neighbours.setdefault(group, []).append(number)
    tree = block_tree(neighbours, pairs[0][0])
    for block, pair in tree.between(pairs).items():
        witness = groups.witness(*pair)
        for node in sorted(tree.blocks[block]):
            if witness is not None and node >= size:
                for identifier in joints[node - size].identifiers:
                    found = SetAside(tier, AsideReason.CHAIN, witness.pair, witness.clash)
                    chained.setdefault(identifier, found)
