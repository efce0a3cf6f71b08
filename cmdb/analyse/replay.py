"""What follows over a handful of edges alone: the check that a reason is one."""

from collections.abc import Collection, Mapping

from cmdb.analyse.neighbourhood import DEGRADED, DOWN, UP, Neighbourhood, passed_on
from cmdb.model.verbs import ANY_OF


def follow_edges(
    neighbourhood: Neighbourhood, edges: Mapping[int, Collection[int]], starts: Mapping[int, int]
) -> dict[int, int]:
    """The levels, by node index, that follow from these starts if there were no relations but these edges.

    Each edge comes with the nodes that cut it when all of them are down, none where it is not cut. Groups keep
    their size: members outside the edges are up. Rounds over all edges until nothing changes, which suits the few
    edges of a reason.
    """
    by_source: dict[int, dict[int, Collection[int]]] = {}
    for edge, cut_by in edges.items():
        by_source.setdefault(neighbourhood.sources[edge], {})[edge] = cut_by
    level = dict(starts)
    changed = True
    while changed:
        changed = False
        for source, needs in by_source.items():
            reached = _level_from(neighbourhood, source, needs, level)
            if reached > level.get(source, UP):
                level[source] = reached
                changed = True
    return level


def _level_from(n: Neighbourhood, source: int, needs: Mapping[int, Collection[int]], level: Mapping[int, int]) -> int:
    reached, lost, touched = UP, 0, 0
    for edge, cut_by in needs.items():
        is_cut = bool(cut_by) and all(level.get(node, UP) == DOWN for node in cut_by)
        of_target = DOWN if is_cut else level.get(n.targets[edge], UP)
        if n.verbs[edge] == ANY_OF.name:
            lost += of_target == DOWN
            touched += of_target >= DEGRADED
        else:
            reached = max(reached, passed_on(n.strengths[edge], of_target))
    return max(reached, n.groups[source].level(lost, touched)) if source in n.groups else reached
