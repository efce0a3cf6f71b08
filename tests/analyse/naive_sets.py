"""What goes down after a set of failures, by the book, and on it by trying all: cut sets, and chances added up."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from itertools import combinations, pairwise, product
from math import prod

from tests.analyse.naive import World


def falls(world: World, failed: Set[str], excluded: Set[str] = frozenset()) -> set[str]:
    """Everything that is down after these: rounds over all relations until nothing changes."""
    hard = [r for r in world.counted() if r.strength == "hard"]
    down = set(failed)
    while True:
        more = {r.source for r in hard if r.target in down}
        for group, quorum in world.groups.items():
            if quorum.size - len(world.members(group) & down) < min(quorum.k, quorum.size):
                more.add(group)
        more -= excluded | down
        if not more:
            return down
        down |= more


def cut_sets(
    world: World, service: str, excluded: Set[str] = frozenset(), context: Set[str] = frozenset(), largest: int = 3
) -> set[frozenset[str]]:
    """The minimal sets of CIs that take a service down with those that are down already, by trying all."""
    found: set[frozenset[str]] = set()
    if service in falls(world, context, excluded):
        return found
    causes = sorted(world.nodes - world.groups.keys() - excluded - context - {service})
    for size in range(1, largest + 1):
        for chosen in map(frozenset, combinations(causes, size)):
            if not any(one <= chosen for one in found) and service in falls(world, chosen | context, excluded):
                found.add(chosen)
    return found


@dataclass(frozen=True)
class Chancy:
    """CIs that may come to fail, for one reason: probabilities by CI, all at once or one after the other."""

    probabilities: dict[str, float]
    rolling: bool


def chance_of_falling(world: World, hazards: list[Chancy], node: str, *, correlated: bool) -> float:
    """The probability that a node goes down, over every combination of what may happen, by adding up."""
    per_hazard: list[list[tuple[float, list[set[str]]]]] = []
    for hazard in hazards:
        outcomes: list[tuple[float, set[str]]] = []
        if correlated:
            steps = sorted({0.0, 1.0, *hazard.probabilities.values()})
            for low, high in pairwise(steps):
                outcomes.append((high - low, {ci for ci, p in hazard.probabilities.items() if p >= high}))
        else:
            for fails in product((True, False), repeat=len(hazard.probabilities)):
                weight = prod(p if f else 1 - p for p, f in zip(hazard.probabilities.values(), fails, strict=True))
                outcomes.append((weight, {ci for ci, f in zip(hazard.probabilities, fails, strict=True) if f}))
        per_hazard.append(
            [(w, [{ci} for ci in failed] or [set()] if hazard.rolling else [failed]) for w, failed in outcomes]
        )
    total = 0.0
    for combination in product(*per_hazard):
        if any(node in falls(world, set().union(*step)) for step in product(*(steps for _, steps in combination))):
            total += prod(weight for weight, _ in combination)
    return total
