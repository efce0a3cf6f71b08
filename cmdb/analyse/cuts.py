"""What takes a service down: single points of failure, and the smallest sets that do it together, up to three.

What a set does beyond its members alone comes from groups that count losses. So CIs whose failure costs the same
members of groups are alike, and the search is among such kinds, which are few, over the groups alone; many sets at a
time, as bits. Sets are told by factors: any of these with any of those.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from cmdb.analyse.connectivity import Connectivity
from cmdb.analyse.factors import Factors, factorised
from cmdb.analyse.neighbourhood import DOWN, Neighbourhood, Node
from cmdb.analyse.scenarios import Outcome, at_least, bits_of, play
from cmdb.analyse.topology import Network
from cmdb.analyse.wave import Wave

MAX_KINDS = {2: 2000, 3: 400}
MAX_SETS = 10_000
MAX_ELEMENTS = 500

TOO_MANY_KINDS = "Sets of {size} were not searched: {kinds} kinds of CIs are too many."
TOO_MANY_SETS = "The search stopped at {count} sets."
TOO_MANY_ELEMENTS = "Of the network, {count} elements were tried, no more."
ALREADY_DOWN = "It is down already, by what is down besides."
NETWORK_STANDS = "Sets of several assume that the network between what is left stands."


@dataclass(frozen=True, slots=True)
class Choice:
    """So many of these kinds, and of each one CI, whichever. The CIs of a kind cost the same members of groups."""

    count: int
    of: tuple[tuple[Node, ...], ...]


CutSet = tuple[Choice, ...]
"""What has to fail, all together: something out of every choice."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """What takes `service` down.

    `single_points` do alone, each of them. What is chosen out of one of `sets`, whatever it is, does together, and no
    part of it does. `limits` says in sentences what was not searched; without any, there is no other set of up to
    three.
    """

    service: Node
    single_points: tuple[Node, ...]
    sets: tuple[CutSet, ...]
    limits: tuple[str, ...]


def find_cuts(
    neighbourhood: Neighbourhood,
    service_id: str,
    network: Network | None = None,
    excluded: Set[str] = frozenset(),
    context: Set[str] = frozenset(),
    max_sets: int = MAX_SETS,
) -> Cuts:
    """The minimal sets of up to three CIs whose failure takes this service down; the service itself aside.

    With a `network`, single points are also what cuts the service off from what it needs. Excluded CIs never go down;
    those of the `context` are down already, so that what is left of a pair may be a single point.
    Raises ValueError when the neighbourhood does not hold the service.
    """
    n = neighbourhood
    service = n.index_of(service_id)
    spared = {n.index_of(ci_id) for ci_id in excluded if ci_id in n}
    needed = _hard_needs(n, service)
    causes = sorted(node for node in needed if node not in n.groups and node not in spared)
    groups = sorted(node for node in needed if node in n.groups and node not in spared)
    order = (*causes, *groups)
    starts = {node: 1 << number for number, node in enumerate(order)}
    already = {n.index_of(ci_id) for ci_id in context}
    starts |= dict.fromkeys(already, (1 << len(order) + 1) - 1)  # one scenario more: the context alone
    alone = play(n, starts, excluded=spared)
    if alone.down[service] >> len(order) & 1:
        return Cuts(n.node(service), (), (), (ALREADY_DOWN,))
    single = {causes[number] for number in bits_of(alone.down[service]) if number < len(causes)}
    limits: list[str] = []
    if network is not None:
        single |= _through_network(n, network, service, spared, already, single, limits)
    model = _Model(n, service, [node for node in causes if node not in single], groups, alone, len(causes), causes)
    found = model.search(max_sets, limits)
    return Cuts(
        service=n.node(service),
        single_points=tuple(map(n.node, sorted(single))),
        sets=_named(n, model, factorised(found)),
        limits=tuple(limits),
    )


def _hard_needs(n: Neighbourhood, service: int) -> set[int]:
    found: set[int] = set()
    waiting = [service]
    while waiting:
        for edge in n.outgoing[waiting.pop()]:
            end = n.targets[edge]
            if n.strengths[edge] == "hard" and edge not in n.absorbed and end not in found and end != service:
                found.add(end)
                waiting.append(end)
    return found


def _through_network(
    n: Neighbourhood,
    network: Network,
    service: int,
    excluded: Set[int],
    already: Set[int],
    known: Set[int],
    limits: list[str],
) -> set[int]:
    """The single points that cut the service off, or take down what does."""
    elements = {n.index_of(ci_id) for ci_id in (*network.index, *network.owner) if ci_id in n} - excluded
    below = {need for element in elements for need in _hard_needs(n, element)} - n.groups.keys() - excluded
    candidates = sorted((elements | below) - known - already - {service})
    if len(candidates) > MAX_ELEMENTS:
        limits.append(TOO_MANY_ELEMENTS.format(count=MAX_ELEMENTS))
    limits.append(NETWORK_STANDS)
    found: set[int] = set()
    for candidate in candidates[:MAX_ELEMENTS]:
        wave = Wave(n, excluded, Connectivity(network, n))
        wave.spread(dict.fromkeys(already, DOWN))
        wave.spread({candidate: DOWN})
        if wave.state[service] == DOWN:
            found.add(candidate)
    return found


class _Model:
    """Kinds of CIs by the members of groups that their failure costs, and how groups cost further members."""

    def __init__(
        self, n: Neighbourhood, service: int, causes: Sequence[int], groups: Sequence[int], alone: Outcome,
        first_group: int, order: Sequence[int],
    ) -> None:  # fmt: skip
        """`alone` holds what each of `order`, and behind them each group from `first_group` on, takes down alone."""
        self._groups = [(g, n.groups[g].spare(0) + 1, n.groups[g].members) for g in groups]
        self._lost_already: set[int] = set()
        members = sorted({member for group in groups for member in n.groups[group].members})
        costs: dict[int, set[int]] = {}
        for member in members:
            if alone.down[member] >> len(order) + len(groups) & 1:
                self._lost_already.add(member)
                continue
            for number in bits_of(alone.down[member]):
                costs.setdefault(number, set()).add(member)
        number_of = {node: number for number, node in enumerate(order)}
        kinds: dict[frozenset[int], list[int]] = {}
        for node in causes:
            cost = frozenset(costs.get(number_of[node], ()))
            if cost:
                kinds.setdefault(cost, []).append(node)
        self.kinds = list(kinds.values())
        self._costs = list(kinds)
        self._group_costs = {g: frozenset(costs.get(first_group + number, ())) for number, g in enumerate(groups)}
        self._fatal = {g for number, g in enumerate(groups) if alone.down[service] >> (first_group + number) & 1}
        self._members = members

    def search(self, max_sets: int, limits: list[str]) -> list[tuple[int, ...]]:
        """Minimal sets of two and three kinds; says in `limits` what was left out."""
        count = len(self.kinds)
        found: list[tuple[int, ...]] = []
        if count > MAX_KINDS[2]:
            limits.append(TOO_MANY_KINDS.format(size=2, kinds=count))
            return found
        everything = (1 << count) - 1
        has = {m: sum(1 << kind for kind, cost in enumerate(self._costs) if m in cost) for m in self._members}
        pairs = [self._fatal_among(has, self._costs[kind] | self._lost_already, everything) for kind in range(count)]
        for kind, others in enumerate(pairs):
            found.extend((kind, other) for other in bits_of(others) if other > kind)
        if count > MAX_KINDS[3]:
            limits.append(TOO_MANY_KINDS.format(size=3, kinds=count))
        elif len(found) <= max_sets:
            found.extend(self._triples(has, pairs, max_sets - len(found)))
        if len(found) > max_sets:
            limits.append(TOO_MANY_SETS.format(count=max_sets))
        return found[:max_sets]

    def _triples(self, has: Mapping[int, int], pairs: Sequence[int], room: int) -> list[tuple[int, ...]]:
        """One kind against the grid of all pairs: the bit of (b, c) is b times the number of kinds plus c."""
        count = len(pairs)
        every_row = sum(1 << row * count for row in range(count))
        whole_row = (1 << count) - 1
        everything = every_row * whole_row

        def rows(kinds: int) -> int:
            return sum(1 << row * count for row in bits_of(kinds)) * whole_row

        grid = {member: rows(kinds) | kinds * every_row for member, kinds in has.items()}
        known = sum(others << row * count for row, others in enumerate(pairs))
        ascending = sum((whole_row >> row + 1 << row + 1) << row * count for row in range(count))
        found: list[tuple[int, ...]] = []
        for kind in range(count):
            fatal = self._fatal_among(grid, self._costs[kind] | self._lost_already, everything) & ascending
            fatal &= ~(known | rows(pairs[kind]) | pairs[kind] * every_row)
            for at in bits_of(fatal >> (kind + 1) * count):
                found.append((kind, kind + 1 + at // count, at % count))
                if len(found) > room:
                    return found
        return found

    def _fatal_among(self, lost_in: Mapping[int, int], always: Set[int], everything: int) -> int:
        """The scenarios that take the service down, of those in which members are lost, and these in all of them."""
        lost = {member: everything if member in always else bits for member, bits in lost_in.items()}
        tripped: dict[int, int] = {}
        fatal, changed = 0, True
        while changed:
            changed = False
            for group, too_many, members in self._groups:
                down = at_least(too_many, [lost[member] for member in members], everything)
                if down != tripped.get(group, 0):
                    tripped[group] = down
                    changed = True
                    fatal |= down if group in self._fatal else 0
                    for member in self._group_costs[group]:
                        lost[member] |= down
        return fatal


def _named(n: Neighbourhood, model: _Model, sets: Iterable[Factors]) -> tuple[CutSet, ...]:
    """Factors in CIs, the smallest sets first, everything in the order of ids."""
    found = [
        sorted((sorted(sorted(model.kinds[kind]) for kind in kinds), count) for count, kinds in factors)
        for factors in sets
    ]
    found.sort(key=lambda factors: (sum(count for _, count in factors), factors))
    return tuple(
        tuple(Choice(count, tuple(tuple(map(n.node, kind)) for kind in kinds)) for kinds, count in factors)
        for factors in found
    )
