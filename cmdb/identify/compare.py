"""How two sets of values, two fingerprints and two lives stand to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from cmdb.identify.rules import Rules
from cmdb.identify.sighting import Life

Values = Mapping[str, frozenset[str]]


def mostly_equal(a: AbstractSet[str], b: AbstractSet[str]) -> bool:
    """Whether the sets share more than half of the larger."""
    return 2 * len(a & b) > max(len(a), len(b))


def contradiction(
    a: Values, a_complete: AbstractSet[str], b: Values, b_complete: AbstractSet[str], rules: Rules
) -> str | None:
    """The first kind of identifier on which both cannot be the same thing, were they claimed at one time."""
    for kind, rule in rules.contradicting:
        mine, other = a.get(kind), b.get(kind)
        if not mine or not other or not mine.isdisjoint(other):
            continue
        if rule.needs_complete and not (kind in a_complete and kind in b_complete):
            continue
        if rule.unless_shared is not None:
            mine, other = a.get(rule.unless_shared), b.get(rule.unless_shared)
            if mine and other and not mine.isdisjoint(other):
                continue
        return kind
    return None


def same_fingerprint(a: Values, b: Values, rules: Rules) -> bool:
    """Whether both have hardware in common kinds, and mostly the same in every kind that both read."""
    for kinds in rules.fingerprints:
        common = [kind for kind in kinds if a.get(kind) and b.get(kind)]
        if common:
            return all(mostly_equal(a[kind], b[kind]) for kind in common)
    return False


def disjoint_macs(a: Values, b: Values, rules: Rules) -> bool:
    """Whether some kind that vetoes image evidence has values on both sides and none in common."""
    for kind in rules.image_vetoes:
        mine, other = a.get(kind), b.get(kind)
        if mine and other and mine.isdisjoint(other):
            return True
    return False


def longest_overlap(a: Sequence[Life], b: Sequence[Life]) -> int | None:
    """The longest time, in ms, that both were alive without a break; None when they never were.

    Both ends of a life belong to it: two that share one instant overlap for 0 ms.
    """
    longest = -1
    for one in a:
        for two in b:
            overlap = min(one.to_at, two.to_at) - max(one.from_at, two.from_at)
            longest = max(longest, overlap)
    return None if longest < 0 else longest
