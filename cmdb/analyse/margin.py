"""Redundancy that was lost without an outage: who is one failure from going down, and was not before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush

from cmdb.analyse.neighbourhood import DOWN, Neighbourhood
from cmdb.analyse.wave import Wave
from cmdb.model.verbs import ANY_OF


@dataclass(frozen=True, slots=True)
class AtRisk:
    """Node indexes at risk: their distance, and the node the risk came from (None: a group that lost members).

    `stopped` holds the excluded nodes that would be at risk, and from where.
    """

    distance: dict[int, int] = field(default_factory=dict[int, int])
    parent: dict[int, int | None] = field(default_factory=dict[int, int | None])
    stopped: dict[int, int] = field(default_factory=dict[int, int])


def find_at_risk(neighbourhood: Neighbourhood, wave: Wave, lost_before: Mapping[int, int], depth: int | None) -> AtRisk:
    """What is still standing on a group with no member to spare that had one before.

    It travels like an outage would: over hard relations, and through groups that have nothing to spare.
    `lost_before` counts the lost members of each group before the losses in question.
    """
    found = AtRisk()
    waiting: list[tuple[int, int]] = []

    def reach(node: int, distance: int, parent: int | None) -> None:
        if node in found.distance or wave.state[node] == DOWN:
            return
        if node in wave.excluded:
            if parent is not None:
                found.stopped.setdefault(node, parent)
            return
        found.distance[node] = distance
        found.parent[node] = parent
        heappush(waiting, (distance, node))

    def spare(group: int, lost: Mapping[int, int]) -> int:
        return neighbourhood.groups[group].spare(lost.get(group, 0))

    for group in wave.lost:
        if spare(group, wave.lost) == 0 and spare(group, lost_before) > 0:
            reach(group, _last_loss(neighbourhood.outgoing[group], wave, lost_before.get(group, 0)), None)
    while waiting:
        distance, node = heappop(waiting)
        for edge in neighbourhood.into_groups.get(node, ()):
            group = neighbourhood.sources[edge]
            if neighbourhood.verbs[edge] == ANY_OF.name:
                carries = spare(group, wave.lost) == 0
            else:
                carries = neighbourhood.strengths[edge] == "hard"
            if carries:
                reach(group, distance, node)
        if distance == depth:
            continue
        for edge in neighbourhood.carrying[node]:
            if neighbourhood.strengths[edge] == "hard":
                reach(neighbourhood.sources[edge], distance + 1, node)
    return found


def _last_loss(edges: list[int], wave: Wave, before: int) -> int:
    """The distance of the loss that left nothing to spare; members lost before come first in the order."""
    order, counted_at = wave.arrivals[DOWN].order, wave.arrivals[DOWN].counted_at
    lost = sorted((edge for edge in edges if edge in order), key=order.__getitem__)
    return max(counted_at[edge] for edge in lost[before:])
