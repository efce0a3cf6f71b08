"""What something needs: the way down the arrows, to every CI whose loss could reach it."""

from dataclasses import dataclass
from heapq import heappop, heappush

from cmdb.analyse.answer import Hop
from cmdb.analyse.neighbourhood import Neighbourhood, Node
from cmdb.model.verbs import ANY_OF


@dataclass(frozen=True, slots=True)
class Need:
    """A CI that is needed, by the shortest path, the firmest where several are as short.

    `is_soft` says that a soft relation lies on the path, so its loss degrades at most; `is_redundant` that
    the path passes a group that bears the loss of a member. `distance` counts hops; groups cost none.
    """

    ci: Node
    distance: int
    is_soft: bool
    is_redundant: bool
    path: tuple[Hop, ...]


def needs(neighbourhood: Neighbourhood, ci_id: str, depth: int | None = None) -> tuple[Need, ...]:
    """Everything this CI needs within `depth` hops (None: all), by distance and id.

    Raises ValueError when the neighbourhood does not hold the CI.
    """
    n = neighbourhood
    start = n.index_of(ci_id)
    came_by: dict[int, int] = {}  # node to the edge of its path
    quality: dict[int, tuple[int, bool, bool]] = {}
    settled: set[int] = set()
    waiting: list[tuple[int, bool, bool, int]] = [(0, False, False, start)]
    while waiting:
        distance, soft, redundant, node = heappop(waiting)
        if node in settled:
            continue
        settled.add(node)
        group = n.groups.get(node)
        for edge in n.outgoing[node]:
            target = n.targets[edge]
            if n.strengths[edge] == "none" or edge in n.absorbed or target in settled:
                continue
            spares = group is not None and n.verbs[edge] == ANY_OF.name and group.spare(0) > 0
            found = (
                distance + (group is None),
                soft or n.strengths[edge] == "soft",
                redundant or spares,
            )
            if depth is not None and found[0] > depth:
                continue
            if target not in quality or (found, _rank(n, edge)) < (quality[target], _rank(n, came_by[target])):
                quality[target] = found
                came_by[target] = edge
                heappush(waiting, (*found, target))
    return tuple(
        Need(n.node(node), *found, _path(n, came_by, start, node))
        for found, node in sorted((found, node) for node, found in quality.items())
        if node not in n.groups and node != start
    )


def _rank(n: Neighbourhood, edge: int) -> tuple[int, str, str]:
    return (n.sources[edge], n.verbs[edge], n.evidence[edge])


def _path(n: Neighbourhood, came_by: dict[int, int], start: int, node: int) -> tuple[Hop, ...]:
    hops: list[Hop] = []
    while node != start:
        edge = came_by[node]
        hops.append(
            Hop(
                source=n.node(n.sources[edge]),
                target=n.node(node),
                verb=n.verbs[edge],
                strength=n.strengths[edge],
                evidence=n.evidence[edge],
                since=n.valid_from[edge],
                last_seen_at=n.last_seen_at[edge],
                state=None,
            )
        )
        node = n.sources[edge]
    return tuple(reversed(hops))
