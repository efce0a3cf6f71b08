"""One fixed point for many scenarios at once: the state of a node is a bit set with one bit for each scenario.

The rules are those of `wave`, without distances, reasons and the network. What depends on one thing alone costs one
operation on integers as wide as there are scenarios, so every single failure of an estate is a matter of a second.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from cmdb.analyse.answer import STATES, Effect, State
from cmdb.analyse.connectivity import Connectivity
from cmdb.analyse.neighbourhood import DEGRADED, DOWN, UP, Group, Neighbourhood
from cmdb.analyse.topology import Network
from cmdb.analyse.wave import Wave
from cmdb.model.verbs import ANY_OF

_LEVEL_OF: Mapping[Effect, int] = {"degraded": DEGRADED, "down": DOWN}


@dataclass(frozen=True, slots=True)
class Outcome:
    """In which scenarios each node, by index, is degraded or worse (`touched`), and in which it is down."""

    touched: list[int]
    down: list[int]


def play(
    neighbourhood: Neighbourhood,
    down: Mapping[int, int],
    degraded: Mapping[int, int] | None = None,
    excluded: Set[int] = frozenset(),
) -> Outcome:
    """What follows in every scenario from the stated failures.

    `down` and `degraded` give for a node index the scenarios, as bits, in which that is stated of it; bits are all
    there is to a scenario. Excluded nodes are raised only where that is stated.
    """
    n = neighbourhood
    outcome = Outcome([0] * len(n.ids), [0] * len(n.ids))
    for node, bits in (degraded or {}).items():
        outcome.touched[node] |= bits
    for node, bits in down.items():
        outcome.touched[node] |= bits
        outcome.down[node] |= bits
    _spread(n, outcome, [*down, *(degraded or {})], excluded)
    return outcome


def states_of_many(
    neighbourhood: Neighbourhood,
    failures: Sequence[Mapping[str, Effect]],
    excluded: Set[str] = frozenset(),
    context: Set[str] = frozenset(),
    of: Set[str] | None = None,
    network: Network | None = None,
) -> list[dict[str, State]]:
    """For each of these sets of failures, by id, what is degraded or down after it, groups left out.

    `context` is down in all of them. `of` limits the answer to these CIs; None is all. With a
    `network`, each set of failures that loses an element of it is followed by itself, so that what it cuts is lost.

    Raises ValueError for ids outside of the neighbourhood.
    """
    n = neighbourhood
    down = {n.index_of(ci_id): (1 << len(failures)) - 1 for ci_id in context}
    degraded: dict[int, int] = {}
    for number, failed in enumerate(failures):
        for ci_id, effect in failed.items():
            stated, node = (down if effect == "down" else degraded), n.index_of(ci_id)
            stated[node] = stated.get(node, 0) | 1 << number
    stopped = {n.index_of(ci_id) for ci_id in excluded if ci_id in n}
    outcome = play(n, down, degraded, stopped)
    wanted = [node for node in range(len(n.ids)) if node not in n.groups and (of is None or n.ids[node] in of)]
    found: list[dict[str, State]] = [{} for _ in failures]
    for node in wanted:
        for number in bits_of(outcome.touched[node]):
            found[number][n.ids[node]] = "degraded"
        for number in bits_of(outcome.down[node]):
            found[number][n.ids[node]] = "down"
    if network is None:
        return found
    for number in _losing(n, network, outcome):
        wave = Wave(n, stopped, Connectivity(network, n))
        wave.spread({n.index_of(ci_id): DOWN for ci_id in context})
        wave.spread({n.index_of(ci_id): _LEVEL_OF[effect] for ci_id, effect in failures[number].items()})
        found[number] = {n.ids[node]: STATES[wave.state[node]] for node in wanted if wave.state[node] != UP}
    return found


def _losing(n: Neighbourhood, network: Network, outcome: Outcome) -> Iterator[int]:
    """The scenarios in which an element of the network is down."""
    elements = (n.index_of(ci_id) for ci_id in (*network.index, *network.owner) if ci_id in n)
    return bits_of(_any([outcome.down[element] for element in elements]))


def bits_of(scenarios: int) -> Iterator[int]:
    """The scenarios in a bit set, by number."""
    digits = bin(scenarios)[:1:-1]
    at = digits.find("1")
    while at >= 0:
        yield at
        at = digits.find("1", at + 1)


def at_least(count: int, sets: Sequence[int], everything: int) -> int:
    """The scenarios that are in at least so many of these sets; `everything` has the bit of each scenario."""
    if count <= 0:
        return everything
    spare = len(sets) - count + 1  # in at least `count` unless missing from at least `spare`
    if spare < count:
        return everything & ~at_least(spare, [everything & ~one for one in sets], everything)
    reached = [0] * count
    for one in sets:
        for times in range(count - 1, 0, -1):
            reached[times] |= reached[times - 1] & one
        reached[0] |= one
    return reached[-1]


def _spread(n: Neighbourhood, outcome: Outcome, starts: Sequence[int], excluded: Set[int]) -> None:
    """Raise the dependents of what was raised until nothing changes, in an order that needs no second look at trees."""
    touched, down = outcome.touched, outcome.down
    place = _places(n, starts)
    by_place = sorted(place, key=place.__getitem__)
    waiting = [place[node] for node in set(starts)]
    heapify(waiting)
    queued, unsaid = set(waiting), set(waiting)

    def queue(node: int) -> None:
        if place[node] not in queued:
            queued.add(place[node])
            heappush(waiting, place[node])

    while waiting:
        at = heappop(waiting)
        queued.discard(at)
        node = by_place[at]
        if node in n.groups and node not in excluded and not _settle(n, outcome, node) and at not in unsaid:
            continue
        unsaid.discard(at)
        of_touched, of_down = touched[node], down[node]
        for edge in n.carrying[node]:
            source = n.sources[edge]
            if source in excluded:
                continue
            hard = n.strengths[edge] == "hard"
            new_touched = touched[source] | (of_touched if hard else of_down)
            new_down = down[source] | of_down if hard else down[source]
            if new_touched != touched[source] or new_down != down[source]:
                touched[source], down[source] = new_touched, new_down
                queue(source)
        for edge in n.into_groups.get(node, ()):
            if n.sources[edge] not in excluded:
                queue(n.sources[edge])


def _settle(n: Neighbourhood, outcome: Outcome, node: int) -> bool:
    """Let everything that a group needs act on it; whether that raised it in any scenario."""
    touched, down = outcome.touched[node], outcome.down[node]
    for edge in n.outgoing[node]:
        if n.verbs[edge] != ANY_OF.name and n.strengths[edge] != "none":
            end, hard = n.targets[edge], n.strengths[edge] == "hard"
            touched |= outcome.touched[end] if hard else outcome.down[end]
            down |= outcome.down[end] if hard else 0
    by_members = _level(n.groups[node], outcome)
    touched, down = touched | by_members[0], down | by_members[1]
    raised = touched != outcome.touched[node] or down != outcome.down[node]
    outcome.touched[node], outcome.down[node] = touched, down
    return raised


def _level(group: Group, outcome: Outcome) -> tuple[int, int]:
    """In which scenarios a group is degraded or worse, and down, by its members alone."""
    lost = [outcome.down[member] for member in group.members]
    weak = [outcome.touched[member] for member in group.members]
    anywhere = _any(weak)
    too_many = group.spare(0) + 1
    down = at_least(too_many, lost, anywhere)
    touched = at_least(too_many, weak, anywhere)
    return touched | down | (_any(lost) if group.mode == "capacity" else 0), down


def _any(sets: Sequence[int]) -> int:
    found = 0
    for one in sets:
        found |= one
    return found


def _places(n: Neighbourhood, starts: Sequence[int]) -> dict[int, int]:
    """A place in the order of work for all that the starts can reach: what is needed before what needs it."""
    finished: list[int] = []
    seen: set[int] = set()
    for start in starts:
        if start in seen:
            continue
        seen.add(start)
        path = [(start, _dependents(n, start))]
        while path:
            node, onward = path[-1]
            after = next(onward, None)
            if after is None:
                finished.append(node)
                path.pop()
            elif after not in seen:
                seen.add(after)
                path.append((after, _dependents(n, after)))
    return {node: number for number, node in enumerate(reversed(finished))}


def _dependents(n: Neighbourhood, node: int) -> Iterator[int]:
    for edge in (*n.carrying[node], *n.into_groups.get(node, ())):
        yield n.sources[edge]
