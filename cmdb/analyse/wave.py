"""How a failure spreads: the least fixed point, reached by minimum distance.

Every node is raised at most twice (to degraded, to down) and looks at its edges once for each, with one
counter per group: linear in the edges touched. What nothing stated ever raises stays up, so a ring of
services that hold each other up does not fall by itself. Where network elements fall, what they cut follows in the
next round, at the distance of the elements and one hop; nothing is spent on that where none falls.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from cmdb.analyse.connectivity import Connectivity
from cmdb.analyse.neighbourhood import DEGRADED, DOWN, UP, Neighbourhood, passed_on
from cmdb.model.verbs import ANY_OF

START, QUORUM, CUT = -1, -2, -3  # instead of the node that raised it: stated, by the loss of members, by being cut off


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Who reached one level (degraded, or down), by node index."""

    distance: dict[int, int] = field(default_factory=dict[int, int])
    parent: dict[int, int] = field(default_factory=dict[int, int])  # the node it came from, START, QUORUM or CUT
    order: dict[int, int] = field(default_factory=dict[int, int])  # of edges to members, as groups counted them
    counted_at: dict[int, int] = field(default_factory=dict[int, int])  # their distances
    cut: dict[int, int] = field(default_factory=dict[int, int])  # the node it no longer reaches, where CUT
    cut_members: set[int] = field(default_factory=set[int])  # the edges counted because they were cut


@dataclass(frozen=True, slots=True)
class Before:
    """A wave as it stood before more starts were added: states, lost members by group, excluded by level."""

    state: bytes
    lost: dict[int, int]
    stopped: dict[int, int]


class Wave:
    """States by node index, and how each came about.

    `arrivals[DEGRADED]` holds what became degraded or worse, `arrivals[DOWN]` what went down. `lost` and
    `touched` count the members of each group that are down, and that are degraded or down. `stopped` holds
    the excluded nodes that would have been raised: to which level, and from where.
    """

    def __init__(
        self, neighbourhood: Neighbourhood, excluded: Set[int], connectivity: Connectivity | None = None
    ) -> None:
        """Everything up. The excluded node indexes are raised only where that is stated of them."""
        self.neighbourhood = neighbourhood
        self.connectivity = connectivity
        self.excluded = excluded
        self.state = bytearray(len(neighbourhood.ids))
        self.arrivals = (Arrivals(), Arrivals(), Arrivals())
        self.starts: dict[int, int] = {}
        self.lost: dict[int, int] = {}
        self.touched: dict[int, int] = {}
        self.stopped: dict[int, tuple[int, int]] = {}
        self._counted: dict[int, int] = {}  # levels by edge to a member
        self._count = 0

    def spread(self, starts: Mapping[int, int], depth: int | None = None) -> None:
        """Raise the starts to their levels and everything that follows within `depth` hops (None: all).

        May be called again: what is raised already stands, and distances then count from the new starts.
        """
        front: list[int] = []
        for node, level in starts.items():
            self.starts[node] = max(level, self.starts.get(node, UP))
            if level > self.state[node]:
                self._raise(node, level, 0, START)
                front.append(node)
        distance = 0
        while front:
            front.sort()
            cut = self._cut_by(front, distance)
            self._settle_groups(front, cut, distance)
            if distance == depth:
                return
            distance += 1
            front = self._reach_dependents(sorted(set(front)), cut, distance)

    def snapshot(self) -> Before:
        """What stands now, unaffected by what is spread later."""
        stopped = {node: level for node, (level, _) in self.stopped.items()}
        return Before(bytes(self.state), dict(self.lost), stopped)

    def _raise(self, node: int, level: int, distance: int, parent: int) -> None:
        for reached in range(self.state[node] + 1, level + 1):
            self.arrivals[reached].distance[node] = distance
            self.arrivals[reached].parent[node] = parent
        self.state[node] = level

    def _stop(self, node: int, level: int, parent: int) -> None:
        known, by = self.stopped.get(node, (UP, parent))
        if level > known or (level == known and parent < by):
            self.stopped[node] = (level, parent)

    def _cut_by(self, front: list[int], distance: int) -> list[int]:
        if self.connectivity is None:
            return []
        return self.connectivity.lose((node for node in front if self.state[node] == DOWN), distance)

    def _lift(self, node: int, level: int, distance: int, parent: int, cut_from: int | None = None) -> bool:
        """Raise a node, unless it is as high already or excluded."""
        if level <= self.state[node]:
            return False
        if node in self.excluded:
            self._stop(node, level, parent)
            return False
        if cut_from is not None:
            for reached in range(self.state[node] + 1, level + 1):
                self.arrivals[reached].cut[node] = cut_from
        self._raise(node, level, distance, parent)
        return True

    def _reach_dependents(self, front: list[int], cut: list[int], distance: int) -> list[int]:
        state, excluded = self.state, self.excluded
        sources, strengths = self.neighbourhood.sources, self.neighbourhood.strengths
        carrying = self.neighbourhood.carrying
        raised: set[int] = set()
        levels = [state[node] for node in front]  # of this round: what the loop raises waits for the next
        for target, level in zip(front, levels, strict=True):
            by_soft = DEGRADED if level == DOWN else UP
            for edge in carrying[target]:
                passed = level if strengths[edge] == "hard" else by_soft
                source = sources[edge]
                if passed > state[source]:
                    if source in excluded:
                        self._stop(source, passed, target)
                    else:
                        self._raise(source, passed, distance, target)
                        raised.add(source)
        for edge in cut:
            source = sources[edge]
            if source not in self.neighbourhood.groups:
                passed = passed_on(strengths[edge], DOWN)
                if self._lift(source, passed, distance, CUT, self.neighbourhood.targets[edge]):
                    raised.add(source)
        return list(raised)

    def _settle_groups(self, front: list[int], cut: list[int], distance: int) -> None:
        """Count the losses of this round into their groups; groups cost no hop, so they join the round."""
        into_groups, sources = self.neighbourhood.into_groups, self.neighbourhood.sources
        for edge in cut:
            if sources[edge] in self.neighbourhood.groups and self._into_group(edge, DOWN, distance, is_cut=True):
                front.append(sources[edge])
        for node in front:  # grows while it is read: groups stand in groups
            for edge in into_groups.get(node, ()):
                if self._into_group(edge, self.state[node], distance, is_cut=False):
                    front.append(sources[edge])

    def _into_group(self, edge: int, level: int, distance: int, *, is_cut: bool) -> bool:
        """Let the level of its end, or DOWN where it was cut, act on a group; whether that raised the group."""
        n, group = self.neighbourhood, self.neighbourhood.sources[edge]
        if n.verbs[edge] != ANY_OF.name:
            passed, end = passed_on(n.strengths[edge], level), n.targets[edge]
            return self._lift(group, passed, distance, *((CUT, end) if is_cut else (end, None)))
        counted = self._counted.get(edge, UP)
        if level <= counted:
            return False
        self._counted[edge] = level
        self._count += 1
        for reached in range(counted + 1, level + 1):
            arrivals = self.arrivals[reached]
            arrivals.order[edge], arrivals.counted_at[edge] = self._count, distance
            if is_cut:
                arrivals.cut_members.add(edge)
        self.touched[group] = self.touched.get(group, 0) + (counted == UP)
        self.lost[group] = self.lost.get(group, 0) + (level == DOWN)
        passed = n.groups[group].level(self.lost[group], self.touched[group])
        return self._lift(group, passed, distance, QUORUM)
