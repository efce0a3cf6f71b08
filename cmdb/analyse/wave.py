"""How a failure spreads: the least fixed point, reached by minimum distance.

Every node is raised at most twice (to degraded, to down) and looks at its edges once for each, with one
counter per group: linear in the edges touched. What nothing stated ever raises stays up, so a ring of
services that hold each other up does not fall by itself.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from cmdb.analyse.neighbourhood import DEGRADED, DOWN, UP, Neighbourhood, passed_on
from cmdb.model.verbs import ANY_OF

START, QUORUM = -1, -2  # instead of the node that raised it: stated, or by the loss of members


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Who reached one level (degraded, or down), by node index."""

    distance: dict[int, int] = field(default_factory=dict[int, int])
    parent: dict[int, int] = field(default_factory=dict[int, int])  # the node it came from, START or QUORUM
    order: dict[int, int] = field(default_factory=dict[int, int])  # of members, as their groups counted them


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

    def __init__(self, neighbourhood: Neighbourhood, excluded: Set[int]) -> None:
        """Everything up. The excluded node indexes are raised only where that is stated of them."""
        self.neighbourhood = neighbourhood
        self.excluded = excluded
        self.state = bytearray(len(neighbourhood.ids))
        self.arrivals = (Arrivals(), Arrivals(), Arrivals())
        self.starts: dict[int, int] = {}
        self.lost: dict[int, int] = {}
        self.touched: dict[int, int] = {}
        self.stopped: dict[int, tuple[int, int]] = {}
        self._counted = bytearray(len(neighbourhood.ids))
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
            self._settle_groups(front, distance)
            if distance == depth:
                return
            distance += 1
            front = self._reach_dependents(sorted(set(front)), distance)

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

    def _reach_dependents(self, front: list[int], distance: int) -> list[int]:
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
        return list(raised)

    def _settle_groups(self, front: list[int], distance: int) -> None:
        """Count the losses of this round into their groups; groups cost no hop, so they join the round."""
        into_groups, sources = self.neighbourhood.into_groups, self.neighbourhood.sources
        for node in front:  # grows while it is read: groups stand in groups
            edges = into_groups.get(node)
            if edges is None:
                continue
            level, counted = self.state[node], self._counted[node]
            if level == counted:
                continue
            self._counted[node] = level
            self._count += 1
            for reached in range(counted + 1, level + 1):
                self.arrivals[reached].order[node] = self._count
            for edge in edges:
                group = sources[edge]
                if self.neighbourhood.verbs[edge] == ANY_OF.name:
                    self.touched[group] = self.touched.get(group, 0) + (counted == UP)
                    self.lost[group] = self.lost.get(group, 0) + (level == DOWN)
                    of = self.neighbourhood.groups[group]
                    passed, parent = of.level(self.lost[group], self.touched[group]), QUORUM
                else:
                    passed, parent = passed_on(self.neighbourhood.strengths[edge], level), node
                if passed > self.state[group]:
                    if group in self.excluded:
                        self._stop(group, passed, parent)
                    else:
                        self._raise(group, passed, distance, parent)
                        front.append(group)
