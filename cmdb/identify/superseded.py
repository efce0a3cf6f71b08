"""Sightings whose mere further life could change the partition, though they say nothing new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations

from cmdb.identify.bonds import Bonds
from cmdb.identify.clashes import Clashes
from cmdb.identify.compare import longest_overlap
from cmdb.identify.evidence import Evidence
from cmdb.identify.settle import Aside, Joint, connect
from cmdb.identify.sighting import Identifier, Sighting, SightingKey
from cmdb.identify.tiers import corroboration


def find_superseded(
    evidence: Mapping[SightingKey, Evidence], clashes: Clashes, bonds: Bonds, aside: Aside
) -> frozenset[SightingKey]:
    """Of every two that would clash, or would corroborate each other, if both lived: the one seen less lately.

    When a machine was imaged anew, its former agent falls silent. Should that agent report again, unchanged
    as its document is, it was a clone.
    """
    if len(evidence) < 2:
        return frozenset()
    keys = list(evidence)
    number_of = {key: number for number, key in enumerate(keys)}
    bond_of = {key: number for number, group in enumerate(bonds.groups) for key in group}
    holders: dict[Identifier, list[int]] = {}
    for number, key in enumerate(keys):
        for identifier in evidence[key].strong | evidence[key].medium:
            if identifier not in aside or not aside[identifier].is_cut:
                holders.setdefault(identifier, []).append(number)
    joints = [Joint(tuple(found), ()) for found in holders.values()]
    joints += [Joint(tuple(number_of[key] for key in group), ()) for group in bonds.groups]
    found: set[SightingKey] = set()
    for component in connect(len(keys), joints):
        members = [keys[number] for number in component]
        pairs: Iterable[tuple[SightingKey, SightingKey]] = ()
        if clashes.could_clash(members):
            pairs = (pair for pair in combinations(members, 2) if _would_clash(pair, clashes))
        for a, b in chain(pairs, _would_corroborate([evidence[key].sighting for key in members])):
            if bond_of[a] != bond_of[b]:
                found.add(min(a, b, key=lambda key: (evidence[key].sighting.last_seen_at, key)))
    return frozenset(found)


def _would_clash(pair: tuple[SightingKey, SightingKey], clashes: Clashes) -> bool:
    return clashes.if_alive_together(*pair) is not None and clashes.between(*pair) is None


def _would_corroborate(sightings: Sequence[Sighting]) -> Iterator[tuple[SightingKey, SightingKey]]:
    by_name: dict[str, list[Sighting]] = {}
    for one in sightings:
        if one.name is not None and one.addresses:
            by_name.setdefault(one.name, []).append(one)
    for namesakes in by_name.values():
        for a, b in combinations(namesakes, 2):
            if corroboration(a, b) and longest_overlap(a.lives, b.lives) is None:
                yield a.key, b.key
