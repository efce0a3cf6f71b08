"""Why something was reached: the proof of its first arrival, ties by id, made irredundant.

A smallest cause is NP-hard to find; the first arrival is a shortest one where no group is involved.
"""

from collections.abc import Iterable, Mapping, Sequence

from cmdb.analyse.answer import Cause, Hop, HopState, Reason
from cmdb.analyse.margin import AtRisk
from cmdb.analyse.neighbourhood import DEGRADED, DOWN, UP, Neighbourhood
from cmdb.analyse.replay import follow_edges
from cmdb.analyse.wave import QUORUM, START, Wave
from cmdb.model.verbs import ANY_OF

Fact = tuple[int, int]  # node index, and the level that it reached

ATTESTED = {"declared": 0, "structure": 1, "observed": 2}
PRUNE_LIMIT = 200  # hops; pruning replays the reason once for each of them


class Explainer:
    """Turns the arrivals of a wave into reasons."""

    def __init__(self, neighbourhood: Neighbourhood, wave: Wave, at_risk: AtRisk, tickets: Mapping[int, str]) -> None:
        """`tickets` names the other ticket for each start that stands in one."""
        self._neighbourhood = neighbourhood
        self._wave = wave
        self._at_risk = at_risk
        self._tickets = tickets
        self._premises: dict[Fact, list[tuple[int, Fact]]] = {}
        self._reasons: dict[Fact, Reason] = {}
        self._hops: dict[tuple[int, HopState], Hop] = {}

    def of_start(self, node: int, level: int) -> Reason:
        """The reason of a node that was stated to be at this level: itself."""
        return self._reason((), {node: level})

    def of_state(self, node: int, level: int) -> Reason:
        """Why this node reached this level.

        What follows from one thing alone has that thing's reason and one hop more, so reasons share their
        tails and each is told once.
        """
        fact: Fact = (node, level)
        above: list[tuple[Fact, int]] = []
        while (reason := self._reasons.get(fact)) is None:
            premises = self._find_premises(*fact)
            if len(premises) == 1:
                edge, premise = premises[0]
                above.append((fact, edge))
                fact = premise
            else:
                self._reasons[fact] = self._assemble(fact)
        for fact, edge in reversed(above):
            reason = Reason((self.hop(edge, _state(fact[1])), *reason.hops), reason.causes)
            self._reasons[fact] = reason
        return reason

    def of_risk(self, node: int) -> Reason:
        """Why this node has lost its redundancy: the way to the group, and everything that groups on it lost."""
        hops: list[tuple[int, HopState]] = []
        facts: dict[Fact, None] = {}
        at: int | None = node
        while at is not None:
            parent = self._at_risk.parent[at]
            if parent is not None:
                hops.append((self._risk_edge(at, parent), "at_risk"))
            if at in self._neighbourhood.groups:
                for edge, member in self._members_in_order(at, DOWN):
                    hops.append((edge, "at_risk"))
                    hops.extend((proof, "down") for proof in self._prove((member, DOWN), facts))
            at = parent
        return self._reason(hops, self._starts_among(facts))

    def first_edges(self, node: int, level: int) -> list[int]:
        """The edges that the node itself needs for its reason: none for a start, several for a group."""
        return [edge for edge, _ in self._premises_of((node, level))]

    def first_edges_of_risk(self, node: int) -> list[int]:
        """The same for a node at risk."""
        parent = self._at_risk.parent[node]
        if parent is None:
            return [edge for edge, _ in self._members_in_order(node, DOWN)]
        return [self._risk_edge(node, parent)]

    def _assemble(self, goal: Fact) -> Reason:
        """The reason of a start, or of a group that took several losses.

        Proofs of down are irredundant as they are: one per node. Proofs of degraded may overlap, because
        a group counts what is down as well; these are pruned, up to PRUNE_LIMIT hops.
        """
        facts: dict[Fact, None] = {}
        edges = self._prove(goal, facts)
        starts = self._starts_among(facts)
        if goal[1] == DEGRADED and 1 < len(edges) <= PRUNE_LIMIT:
            edges, starts = self._prune(goal[0], edges, starts)
        return self._reason(((edge, _state(reached)) for edge, reached in edges.items()), starts)

    def _prove(self, goal: Fact, facts: dict[Fact, None]) -> dict[int, int]:
        """The edges that prove the goal, with the level that each passes on; what is in `facts` is proven."""
        edges: dict[int, int] = {}
        waiting: list[tuple[int | None, int, Fact]] = [(None, UP, goal)]
        while waiting:
            edge, passed, fact = waiting.pop()
            if edge is not None:
                edges[edge] = max(passed, edges.get(edge, UP))
            if fact not in facts:
                facts[fact] = None
                premises = self._premises_of(fact)
                waiting.extend((edge, fact[1], premise) for edge, premise in reversed(premises))
        return edges

    def _premises_of(self, fact: Fact) -> list[tuple[int, Fact]]:
        if fact not in self._premises:
            self._premises[fact] = self._find_premises(*fact)
        return self._premises[fact]

    def _find_premises(self, node: int, level: int) -> list[tuple[int, Fact]]:
        parent = self._wave.arrivals[level].parent[node]
        if parent == START:
            return []
        if parent == QUORUM:
            return self._losses(node, level)
        edge = self._edge(node, parent, level)
        hard = self._neighbourhood.strengths[edge] == "hard"
        return [(edge, (parent, level if hard else DOWN))]

    def _losses(self, node: int, level: int) -> list[tuple[int, Fact]]:
        """The losses that tripped a group: the first that were enough."""
        group = self._neighbourhood.groups[node]
        needed = len(group.members) - group.k + 1
        counted = self._members_in_order(node, level)[:needed]
        if level == DEGRADED and group.mode == "capacity":
            first_down = self._members_in_order(node, DOWN)[:1]
            order = self._wave.arrivals
            if first_down and (
                len(counted) < needed or order[DOWN].order[first_down[0][1]] < order[DEGRADED].order[counted[-1][1]]
            ):
                return [(edge, (member, DOWN)) for edge, member in first_down]
        return [(edge, (member, level)) for edge, member in counted]

    def _members_in_order(self, group: int, level: int) -> list[tuple[int, int]]:
        """The members that reached a level with their edges, in the order in which they were counted."""
        n, order = self._neighbourhood, self._wave.arrivals[level].order
        edges: dict[int, list[int]] = {}
        for edge in n.outgoing[group]:
            if n.verbs[edge] == ANY_OF.name and n.targets[edge] in order:
                edges.setdefault(n.targets[edge], []).append(edge)
        return [(self._best_attested(edges[member]), member) for member in sorted(edges, key=order.__getitem__)]

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

    def _risk_edge(self, source: int, target: int) -> int:
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

    def _starts_among(self, facts: Iterable[Fact]) -> dict[int, int]:
        parents = self._wave.arrivals
        return {node: self._wave.starts[node] for node, level in facts if parents[level].parent[node] == START}

    def _prune(self, goal: int, edges: dict[int, int], starts: dict[int, int]) -> tuple[dict[int, int], dict[int, int]]:
        kept = dict(edges)
        for edge in edges:
            rest = [other for other in kept if other != edge]
            if follow_edges(self._neighbourhood, rest, starts).get(goal, UP) >= DEGRADED:
                del kept[edge]
        ends = {goal} | {self._neighbourhood.targets[edge] for edge in kept}
        return kept, {node: level for node, level in starts.items() if node in ends}

    def _reason(self, hops: Iterable[tuple[int, HopState]], starts: Mapping[int, int]) -> Reason:
        return Reason(
            tuple(self.hop(edge, state) for edge, state in hops),
            tuple(
                Cause(
                    self._neighbourhood.node(node),
                    "down" if level == DOWN else "degraded",
                    self._tickets.get(node),
                )
                for node, level in starts.items()
            ),
        )

    def hop(self, edge: int, state: HopState) -> Hop:
        """This edge as a hop by which its source comes into this state."""
        hop = self._hops.get((edge, state))
        if hop is None:
            n = self._neighbourhood
            hop = self._hops[edge, state] = Hop(
                n.node(n.sources[edge]),
                n.node(n.targets[edge]),
                n.verbs[edge],
                n.strengths[edge],
                n.evidence[edge],
                n.valid_from[edge],
                n.last_seen_at[edge],
                state,
            )
        return hop


def _state(level: int) -> HopState:
    return "down" if level == DOWN else "degraded"
