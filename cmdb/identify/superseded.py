"""Sightings whose mere further life could change the partition, though they say nothing new."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from cmdb.identify.bonds import Bonds
from cmdb.identify.clashes import Clashes
from cmdb.identify.compare import longest_overlap
from cmdb.identify.evidence import Evidence
from cmdb.identify.settle import Aside, Joint, connect
from cmdb.identify.sighting import Identifier, SightingKey
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
        for a, b in combinations([keys[number] for number in component], 2):
            if bond_of[a] != bond_of[b] and _waits(evidence[a], evidence[b], clashes):
                found.add(min(a, b, key=lambda key: (evidence[key].sighting.last_seen_at, key)))
    return frozenset(found)


def _waits(a: Evidence, b: Evidence, clashes: Clashes) -> bool:
    one, two = a.sighting, b.sighting
    if clashes.if_alive_together(one.key, two.key) is not None:
        return clashes.between(one.key, two.key) is None
    return bool(corroboration(one, two)) and longest_overlap(one.lives, two.lives) is None
