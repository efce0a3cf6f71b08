"""What follows over a handful of edges alone: the check that a reason is one."""

from collections.abc import Collection, Mapping

from cmdb.analyse.neighbourhood import DEGRADED, DOWN, UP, Neighbourhood, passed_on
from cmdb.model.verbs import ANY_OF


def follow_edges(neighbourhood: Neighbourhood, edges: Collection[int], starts: Mapping[int, int]) -> dict[int, int]:
    """The levels, by node index, that follow from these starts if there were no relations but these edges.

    Groups keep their size: members outside the edges are up. Rounds over all edges until nothing changes,
    which suits the few edges of a reason.
    """
    by_source: dict[int, list[int]] = {}
    for edge in edges:
        by_source.setdefault(neighbourhood.sources[edge], []).append(edge)
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


def _level_from(n: Neighbourhood, source: int, needs: Collection[int], level: Mapping[int, int]) -> int:
    reached, lost, touched = UP, 0, 0
    for edge in needs:
        of_target = level.get(n.targets[edge], UP)
        if n.verbs[edge] == ANY_OF.name:
            lost += of_target == DOWN
            touched += of_target >= DEGRADED
        else:
            reached = max(reached, passed_on(n.strengths[edge], of_target))
    return max(reached, n.groups[source].level(lost, touched)) if source in n.groups else reached
