"""What may be one thing, and only a person can tell."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import combinations
from typing import NamedTuple

from cmdb.identify.clashes import Clashes
from cmdb.identify.compare import longest_overlap
from cmdb.identify.evidence import weigh_all
from cmdb.identify.rules import Rules
from cmdb.identify.sighting import Address, Decisions, Pair, Sighting, SightingKey

BOOT_TOLERANCE_MS = 60_000
"""Two readers of one boot reckon it from an uptime, each by its own clock."""


class Proposal(NamedTuple):
    """Two sightings, in the order of their keys, that list the same addresses and booted at the same time.

    `booted_at` is what each of them says, epoch ms.
    """

    pair: Pair
    addresses: tuple[Address, ...]
    booted_at: tuple[int, int]


def proposals(
    sightings: Collection[Sighting], ci_of: Mapping[SightingKey, str], decisions: Decisions, rules: Rules
) -> tuple[Proposal, ...]:
    """The pairs among these sightings that a person should be asked about, in the order of their keys.

    They are asked about once: not where a person decided already, nor where there is any evidence that both could
    be compared by, nor where they cannot be one. `ci_of` has no entry for what is held.
    """
    evidence = weigh_all(sightings, decisions, rules)
    clashes = Clashes(evidence, decisions, rules)
    at: dict[Address, list[SightingKey]] = {}
    for one in sightings:
        for address in one.addresses:
            at.setdefault(address, []).append(one.key)
    pairs = {pair for keys in at.values() for pair in combinations(sorted(keys), 2)} - decisions.must - decisions.cannot
    found: list[Proposal] = []
    for pair in sorted(pairs):
        a, b = (evidence[key] for key in pair)
        if pair[0] in ci_of and ci_of[pair[0]] == ci_of.get(pair[1]):
            continue
        booted = _booted_at(a.sighting), _booted_at(b.sighting)
        if booted[0] is None or booted[1] is None or abs(booted[0] - booted[1]) > BOOT_TOLERANCE_MS:
            continue
        is_comparable = not a.values.keys().isdisjoint(b.values)
        if is_comparable or longest_overlap(a.sighting.lives, b.sighting.lives) is None or clashes.between(*pair):
            continue
        common = tuple(sorted(a.sighting.addresses & b.sighting.addresses))
        found.append(Proposal(pair, common, (booted[0], booted[1])))
    return tuple(found)


def _booted_at(one: Sighting) -> int | None:
    """When its latest life began; None where that is only when it was first read."""
    began_at = max(one.lives, key=lambda life: life.to_at).from_at if one.lives else one.first_effective_at
    return None if began_at == one.first_effective_at else began_at
