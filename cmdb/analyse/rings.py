"""What stands only because it holds itself up: a ring whose last support from outside is lost.

Down is a least fixed point, so groups that are each other's last member stay up. Whether they do in truth nobody can
tell from the graph; an answer that leaves them up says which they are.
"""

from collections.abc import Callable, Iterator, Set

from cmdb.analyse.neighbourhood import DOWN, Neighbourhood
from cmdb.analyse.wave import Before, Wave
from cmdb.model.verbs import ANY_OF


def held_by_rings(neighbourhood: Neighbourhood, wave: Wave, before: Before) -> tuple[int, ...]:
    """Node indexes, groups left out, of what still stands and had a footing outside of rings before, and has none now.

    Something has a footing when all it needs has one; a group when k of its members have. What a person marked as
    not affected has one. Looks only at what hangs on groups that lost a member and still stand.
    """
    n, connectivity = neighbourhood, wave.connectivity
    cut = connectivity.cut if connectivity is not None else {}
    settled = connectivity.settled_step if connectivity is not None else 0
    weakened = [
        group for group, lost in wave.lost.items() if wave.state[group] != DOWN and lost > before.lost.get(group, 0)
    ]
    region = _on_top_of(n, weakened)
    now = _with_footing(n, region, wave.excluded, lambda node: wave.state[node] == DOWN, cut.keys())
    floating = {node for node in region - now if wave.state[node] != DOWN and node not in n.groups}
    if not floating:
        return ()
    earlier = _with_footing(
        n, region, wave.excluded, lambda node: before.state[node] == DOWN,
        {edge for edge, one in cut.items() if one.step <= settled},
    )  # fmt: skip
    return tuple(sorted(floating & earlier))


def _on_top_of(n: Neighbourhood, groups: list[int]) -> set[int]:
    """These groups and everything that hangs on them."""
    found = set(groups)
    waiting = list(groups)
    while waiting:
        for source in _dependents(n, waiting.pop()):
            if source not in found:
                found.add(source)
                waiting.append(source)
    return found


def _dependents(n: Neighbourhood, node: int) -> Iterator[int]:
    for edge in (*n.carrying[node], *n.into_groups.get(node, ())):
        if n.strengths[edge] == "hard":
            yield n.sources[edge]


def _with_footing(
    n: Neighbourhood, region: Set[int], excluded: Set[int], is_down: Callable[[int], bool], cut: Set[int]
) -> set[int]:
    """Those of a region that stand on something that is no ring; what lies outside of the region does if it is up."""
    found: set[int] = set()

    def stands(edge: int) -> bool:
        target = n.targets[edge]
        return edge not in cut and (target in found if target in region else not is_down(target))

    def has_footing(node: int) -> bool:
        if is_down(node) or node in found:
            return False
        needs = [edge for edge in n.outgoing[node] if n.strengths[edge] == "hard" and edge not in n.absorbed]
        members = [edge for edge in needs if n.verbs[edge] == ANY_OF.name]
        others = (edge for edge in needs if n.verbs[edge] != ANY_OF.name)
        if node in excluded:
            return True
        standing = {n.targets[edge] for edge in members if stands(edge)}
        return all(map(stands, others)) and (node not in n.groups or len(standing) >= n.groups[node].k)

    waiting = sorted(region)
    while waiting:
        node = waiting.pop()
        if has_footing(node):
            found.add(node)
            waiting.extend(source for source in _dependents(n, node) if source in region and source not in found)
    return found
