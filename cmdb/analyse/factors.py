"""Sets told in few words: any of these with any of those, or any two of these three, instead of one after the other."""

from collections.abc import Iterable, Mapping, Sequence

Factor = tuple[int, frozenset[int]]  # how many, of which things
Factors = tuple[Factor, ...]

Sets = frozenset[frozenset[int]]


def factorised(sets: Iterable[tuple[int, ...]]) -> list[Factors]:
    """These sets of things by factors; so many out of each factor are a set, and each set comes from one place only.

    Things that can stand for each other everywhere are one factor first; then what differs in one factor is joined.
    """
    family = frozenset(map(frozenset, sets))
    alike = _interchangeable(family)
    counted = {tuple(sorted(alike[thing] for thing in one)) for one in family}
    members: dict[int, set[int]] = {}
    for thing, first in alike.items():
        members.setdefault(first, set()).add(thing)
    found = [
        _in_order(
            factor
            for first in dict.fromkeys(firsts)
            for factor in _out_of(firsts.count(first), frozenset(members[first]))
        )
        for firsts in sorted(counted)
    ]
    while True:
        joined = _joined(found)
        if len(joined) == len(found):
            return found
        found = joined


def _out_of(count: int, things: frozenset[int]) -> list[Factor]:
    """So many of these; all of them are one each."""
    return [(1, frozenset((thing,))) for thing in things] if count == len(things) else [(count, things)]


def _interchangeable(family: Sets) -> dict[int, int]:
    """For each thing, the first of those that it can be swapped with, all sets staying what they are together."""
    containing: dict[int, list[frozenset[int]]] = {}
    for one in family:
        for thing in one:
            containing.setdefault(thing, []).append(one)
    first_of: dict[int, int] = {}
    firsts: dict[tuple[int, ...], list[int]] = {}  # by the sizes of their sets, which must be the same
    for thing in sorted(containing):
        sizes = tuple(sorted(map(len, containing[thing])))
        for first in firsts.setdefault(sizes, []):
            if _can_be_swapped(thing, first, containing, family):
                first_of[thing] = first
                break
        else:
            firsts[sizes].append(thing)
            first_of[thing] = thing
    return first_of


def _can_be_swapped(one: int, other: int, containing: Mapping[int, Sequence[frozenset[int]]], family: Sets) -> bool:
    """Whether every set with one of two things is a set with the other instead; as many hold either."""
    return all(other in held or (held - {one}) | {other} in family for held in containing[one])


def _joined(sets: Sequence[Factors]) -> list[Factors]:
    """The same sets in fewer places where possible, those that share the most first; each is joined at most once."""
    alike: dict[Factors, list[tuple[int, frozenset[int]]]] = {}
    for number, factors in enumerate(sets):
        for position, (count, things) in enumerate(factors):
            if count == 1:
                rest = (*factors[:position], *factors[position + 1 :])
                alike.setdefault(rest, []).append((number, things))
    used: set[int] = set()
    found: list[Factors] = []
    for rest, those in sorted(alike.items(), key=lambda item: -len(item[1])):
        free = [(number, things) for number, things in those if number not in used]
        if len(free) > 1:
            used.update(number for number, _ in free)
            found.append(_in_order([(1, frozenset[int]().union(*(things for _, things in free))), *rest]))
    return found + [factors for number, factors in enumerate(sets) if number not in used]


def _in_order(factors: Iterable[Factor]) -> Factors:
    return tuple(sorted(factors, key=lambda factor: min(factor[1])))
