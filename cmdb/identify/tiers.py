"""What each tier of evidence joins: strong by one, medium by two, corroborated by name and address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations

from cmdb.identify.compare import disjoint_macs, longest_overlap
from cmdb.identify.evidence import Evidence
from cmdb.identify.outcome import AsideReason, SetAside
from cmdb.identify.rules import Origin, Rules, Tier
from cmdb.identify.settle import Aside, Groups, Joint, connect
from cmdb.identify.sighting import Address, Identifier, Sighting, SightingKey

EvidenceOf = Mapping[SightingKey, Evidence]
Holders = dict[Identifier, frozenset[SightingKey]]
GroupsOf = dict[Identifier, tuple[int, ...]]


def shared_holders(found: Iterable[tuple[SightingKey, frozenset[Identifier]]]) -> Holders:
    """The sightings of each identifier that at least two hold, in the order of the identifiers."""
    holders: dict[Identifier, list[SightingKey]] = {}
    for key, identifiers in found:
        for identifier in identifiers:
            holders.setdefault(identifier, []).append(key)
    return {one: frozenset(keys) for one, keys in sorted(holders.items()) if len(keys) > 1}


def groups_of(holders: Holders, groups: Groups) -> GroupsOf:
    """The groups of each identifier that at least two groups hold, ascending."""
    numbers = groups.numbers()
    found = {one: tuple(sorted({numbers[key] for key in keys})) for one, keys in holders.items()}
    return {one: numbers for one, numbers in found.items() if len(numbers) > 1}


def set_aside_direct(groups: Groups, tier: Tier, held: GroupsOf, holders: Holders, rules: Rules, aside: Aside) -> None:
    """Sets aside what two groups hold that cannot link."""
    harmless: set[tuple[int, ...]] = set()
    for identifier, numbers in held.items():
        if identifier in aside:
            continue
        witness = None
        if numbers not in harmless:
            witness = groups.direct(numbers, holders[identifier])
        if witness is None:
            harmless.add(numbers)
            if rules.kinds[identifier.kind].yields_to_hardware:
                witness = groups.hardware_direct(numbers, holders[identifier])
        if witness is not None:
            aside[identifier] = SetAside(tier, AsideReason.DIRECT, witness.pair, witness.clash)


def set_aside_crowded_strong(groups: Groups, held: GroupsOf, rules: Rules, aside: Aside) -> None:
    """Sets aside what more than `rules.crowd` groups hold that nothing else strong joins."""
    in_use = {identifier: numbers for identifier, numbers in held.items() if identifier not in aside}
    alike = Counter(in_use.values())
    for identifier, numbers in in_use.items():
        # Where another one has the very same holders, it joins them all.
        if len(numbers) > rules.crowd and alike[numbers] == 1:
            others = [Joint(found, (one,)) for one, found in in_use.items() if one != identifier]
            holding = set(numbers)
            count = sum(not holding.isdisjoint(found) for found in connect(len(groups), others))
            if count > rules.crowd:
                aside[identifier] = SetAside(Tier.STRONG, AsideReason.CROWDED, groups=count)


def set_aside_crowded_medium(held: GroupsOf, rules: Rules, aside: Aside) -> None:
    """Sets aside what more than `rules.crowd` groups hold; groups are already joined by all that is strong."""
    for identifier, numbers in held.items():
        if len(numbers) > rules.crowd and identifier not in aside:
            aside[identifier] = SetAside(Tier.MEDIUM, AsideReason.CROWDED, groups=len(numbers))


def strong_joints(held: GroupsOf, aside: Aside) -> Callable[[], Sequence[Joint]]:
    """One joint per strong identifier in use."""
    return lambda: [Joint(numbers, (one,)) for one, numbers in held.items() if one not in aside]


def medium_joints(
    groups: Groups, evidence: EvidenceOf, held: GroupsOf, rules: Rules, aside: Aside
) -> Callable[[], Sequence[Joint]]:
    """One joint per two groups that share enough medium identifiers."""

    def build() -> Sequence[Joint]:
        return [
            Joint(pair, shared)
            for pair, shared in _shared(held, aside)
            if _is_enough(shared, rules) or (_is_image_pair(shared) and not _vetoed(pair, groups, evidence, rules))
        ]

    return build


def corroborated_joints(
    groups: Groups, evidence: EvidenceOf, held: GroupsOf, rules: Rules, aside: Aside
) -> Callable[[], Sequence[Joint]]:
    """One joint per two groups that share a medium identifier, a name, and an address at one time.

    High-availability pairs have one engine id, one name and one address; their MACs tell them apart.
    """

    def build() -> Sequence[Joint]:
        joints: list[Joint] = []
        for pair, shared in _shared(held, aside):
            is_image = all(rules.kinds[one.kind].origin is Origin.IMAGE for one in shared)
            if is_image and _vetoed(pair, groups, evidence, rules):
                continue
            for a in groups.members[pair[0]]:
                one = evidence[a].sighting
                for b in groups.members[pair[1]]:
                    two = evidence[b].sighting
                    common = corroboration(one, two)
                    if common and longest_overlap(one.lives, two.lives) is not None:
                        joints.append(Joint(pair, shared, one.name, common))
        return joints

    return build


def corroboration(a: Sighting, b: Sighting) -> tuple[Address, ...]:
    """The addresses that both have under one name; empty where the names or their domains differ."""
    if a.name is None or a.name != b.name:
        return ()
    if a.name_domain and b.name_domain and a.name_domain != b.name_domain:
        return ()
    return tuple(sorted(a.addresses & b.addresses))


def _shared(held: GroupsOf, aside: Aside) -> list[tuple[tuple[int, int], tuple[Identifier, ...]]]:
    shared: dict[tuple[int, int], list[Identifier]] = {}
    for identifier, numbers in held.items():
        if identifier not in aside:
            for pair in combinations(numbers, 2):
                shared.setdefault(pair, []).append(identifier)
    return [(pair, tuple(found)) for pair, found in sorted(shared.items())]


def _is_enough(shared: Sequence[Identifier], rules: Rules) -> bool:
    hardware = sum(rules.kinds[one.kind].origin is Origin.HARDWARE for one in shared)
    return hardware >= 2 or 0 < hardware < len(shared)


def _is_image_pair(shared: Sequence[Identifier]) -> bool:
    # The host keys of one server are one piece of evidence, however many algorithms it has.
    return len({one.kind for one in shared}) >= 2


def _vetoed(pair: tuple[int, int], groups: Groups, evidence: EvidenceOf, rules: Rules) -> bool:
    values: list[dict[str, frozenset[str]]] = []
    for number in pair:
        union: dict[str, frozenset[str]] = {}
        for key in groups.members[number]:
            for kind in rules.image_vetoes:
                union[kind] = union.get(kind, frozenset()) | evidence[key].values.get(kind, frozenset())
        values.append(union)
    return disjoint_macs(values[0], values[1], rules)
