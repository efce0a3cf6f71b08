"""What makes a fact of a wave true: for each node and level that it reached, the first relations that were enough."""

from __future__ import annotations

from collections.abc import Sequence

from cmdb.analyse.neighbourhood import DEGRADED, DOWN, Neighbourhood
from cmdb.analyse.separation import separators
from cmdb.analyse.wave import CUT, QUORUM, START, Wave
from cmdb.model.verbs import ANY_OF

Fact = tuple[int, int]  # node index, and the level that it reached
Premise = tuple[int, tuple[Fact, ...]]  # an edge, and what makes it pass something on: its end, or what cut it

ATTESTED = {"declared": 0, "structure": 1, "observed": 2}


class Premises:
    """Looks up why each node of a wave came to its level. Where several relations would do: the best attested one."""

    def __init__(self, neighbourhood: Neighbourhood, wave: Wave) -> None:
        self._neighbourhood = neighbourhood
        self._wave = wave
        self._known: dict[Fact, list[Premise]] = {}
        self._separators: dict[tuple[object, ...], tuple[int, ...]] = {}

    def of(self, fact: Fact) -> list[Premise]:
        """What this fact follows from: nothing for a start, several premises for a group."""
        if fact not in self._known:
            self._known[fact] = self._find(*fact)
        return self._known[fact]

    def _find(self, node: int, level: int) -> list[Premise]:
        arrivals = self._wave.arrivals[level]
        parent = arrivals.parent[node]
        if parent == START:
            return []
        if parent == QUORUM:
            return self._losses(node, level)
        if parent == CUT:
            edge = self._cut_edge(node, arrivals.cut[node], level)
            return [(edge, self._cut_by(edge))]
        edge = self._edge(node, parent, level)
        hard = self._neighbourhood.strengths[edge] == "hard"
        return [(edge, ((parent, level if hard else DOWN),))]

    def _cut_edge(self, source: int, target: int, level: int) -> int:
        """The relation that was cut; where several were, the one that is best attested."""
        n, connectivity = self._neighbourhood, self._wave.connectivity
        cut = connectivity.cut if connectivity else {}
        step = min(cut[edge].step for edge in n.outgoing[source] if n.targets[edge] == target and edge in cut)
        return self._best_attested(
            [
                edge
                for edge in n.outgoing[source]
                if n.targets[edge] == target
                and edge in cut
                and cut[edge].step == step
                and n.verbs[edge] != ANY_OF.name
                and (n.strengths[edge] == "hard" or level == DEGRADED)
            ]
        )

    def _cut_by(self, edge: int) -> tuple[Fact, ...]:
        """The network elements whose loss cut this edge."""
        connectivity = self._wave.connectivity
        if connectivity is None or edge not in connectivity.cut:
            return ()
        cut = connectivity.cut[edge]
        key = (*cut.sides, cut.step)
        if key not in self._separators:
            found = separators(connectivity.network, connectivity.elements_at(cut.step), *cut.ends)
            self._separators[key] = connectivity.nodes_of(found)
        return tuple((node, DOWN) for node in self._separators[key])

    def _losses(self, node: int, level: int) -> list[Premise]:
        """The losses that tripped a group: the first that were enough."""
        group = self._neighbourhood.groups[node]
        needed = len(group.members) - group.k + 1
        counted = self.members_in_order(node, level)[:needed]
        if level == DEGRADED and group.mode == "capacity":
            first_down = self.members_in_order(node, DOWN)[:1]
            if first_down and (
                len(counted) < needed
                or self._counted(node, DOWN)[self._member(first_down[0])]
                < self._counted(node, DEGRADED)[self._member(counted[-1])]
            ):
                return first_down
        return counted

    def _member(self, premise: Premise) -> int:
        return self._neighbourhood.targets[premise[0]]

    def _counted(self, group: int, level: int) -> dict[int, int]:
        """The members that a group counted as having reached a level, with their place in the order."""
        n, order = self._neighbourhood, self._wave.arrivals[level].order
        return {n.targets[edge]: order[edge] for edge in n.outgoing[group] if edge in order}

    def members_in_order(self, group: int, level: int) -> list[Premise]:
        """The edges to members that a group counted as having reached a level, in that order, and why each did."""
        n, arrivals = self._neighbourhood, self._wave.arrivals[level]
        order = self._counted(group, level)
        edges: dict[int, list[int]] = {}
        cut: dict[int, int] = {}
        for edge in n.outgoing[group]:
            if n.verbs[edge] == ANY_OF.name and n.targets[edge] in order:
                edges.setdefault(n.targets[edge], []).append(edge)
                if edge in arrivals.cut_members:
                    cut[n.targets[edge]] = edge
        return [
            (
                self._best_attested(edges[member]),
                self._cut_by(cut[member]) if member in cut else ((member, level),),
            )
            for member in sorted(edges, key=order.__getitem__)
        ]

    def _edge(self, source: int, target: int, level: int) -> int:
        """The relation that passes this level on; where several do, the one that is best attested."""
        n = self._neighbourhood
        targets, verbs, strengths, absorbed = n.targets, n.verbs, n.strengths, n.absorbed
        soft_will_do = level == DEGRADED and target in self._wave.arrivals[DOWN].distance
        relations = [
            edge
            for edge in n.outgoing[source]
            if targets[edge] == target
            and verbs[edge] != ANY_OF.name
            and edge not in absorbed
            and (strengths[edge] == "hard" or (soft_will_do and strengths[edge] == "soft"))
        ]
        return self._best_attested(relations)

    def risk_edge(self, source: int, target: int) -> int:
        """The relation by which a node shares the risk of this one: it needs it, or is a group whose last it is."""
        n = self._neighbourhood
        if source in n.groups and n.groups[source].spare(self._wave.lost.get(source, 0)) == 0:
            memberships = [e for e in n.outgoing[source] if n.targets[e] == target and n.verbs[e] == ANY_OF.name]
            if memberships:
                return self._best_attested(memberships)
        return self._edge(source, target, DOWN)

    def _best_attested(self, edges: Sequence[int]) -> int:
        if len(edges) == 1:
            return edges[0]
        n = self._neighbourhood
        return min(
            edges,
            key=lambda e: (n.strengths[e] != "hard", ATTESTED[n.evidence[e]], n.verbs[e], n.valid_from[e] or 0),
        )
