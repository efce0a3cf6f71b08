"""Why something was reached: the proof of its first arrival, ties by id, made irredundant.

A smallest cause is NP-hard to find; the first arrival is a shortest one where no group is involved.
"""

from collections.abc import Iterable, Mapping, Sequence

from cmdb.analyse.answer import Cause, Hop, HopState, Reason
from cmdb.analyse.margin import AtRisk
from cmdb.analyse.neighbourhood import DEGRADED, DOWN, UP, Neighbourhood
from cmdb.analyse.premises import Fact, Premise, Premises
from cmdb.analyse.replay import follow_edges
from cmdb.analyse.wave import START, Wave

Proof = dict[int, tuple[int, tuple[Fact, ...]]]  # edges with the level that each passes on, and why
PRUNE_LIMIT = 200  # hops; pruning replays the reason once for each of them


class Explainer:
    """Turns the arrivals of a wave into reasons."""

    def __init__(self, neighbourhood: Neighbourhood, wave: Wave, at_risk: AtRisk, tickets: Mapping[int, str]) -> None:
        """`tickets` names the other ticket for each start that stands in one."""
        self._neighbourhood = neighbourhood
        self._wave = wave
        self._at_risk = at_risk
        self._tickets = tickets
        self._premises = Premises(neighbourhood, wave)
        self._reasons: dict[Fact, Reason] = {}
        self._hops: dict[tuple[int, HopState, tuple[int, ...]], Hop] = {}

    def of_start(self, node: int, level: int) -> Reason:
        """The reason of a node that was stated to be at this level: itself."""
        return self._reason((), {node: level})

    def of_state(self, node: int, level: int) -> Reason:
        """Why this node reached this level.

        What follows from one thing alone has that thing's reason and one hop more, so reasons share their
        tails and each is told once.
        """
        fact: Fact = (node, level)
        above: list[tuple[Fact, Premise]] = []
        while (reason := self._reasons.get(fact)) is None:
            premises = self._premises.of(fact)
            if len(premises) == 1 and len(premises[0][1]) == 1:
                above.append((fact, premises[0]))
                fact = premises[0][1][0]
            else:
                self._reasons[fact] = self._assemble(fact)
        for fact, premise in reversed(above):
            reason = Reason((self._hop_of(premise, _state(fact[1])), *reason.hops), reason.causes)
            self._reasons[fact] = reason
        return reason

    def of_risk(self, node: int) -> Reason:
        """Why this node has lost its redundancy: the way to the group, and everything that groups on it lost."""
        hops: list[Hop] = []
        facts: dict[Fact, None] = {}
        at: int | None = node
        while at is not None:
            parent = self._at_risk.parent[at]
            if parent is not None:
                hops.append(self._hop(self._premises.risk_edge(at, parent), "at_risk"))
            if at in self._neighbourhood.groups:
                for premise in self._premises.members_in_order(at, DOWN):
                    hops.append(self._hop_of(premise, "at_risk"))
                    hops.extend(self._hops_of(self._prove(premise[1], facts)))
            at = parent
        return self._reason(hops, self._starts_among(facts))

    def of_elements(self, elements: Iterable[int]) -> Reason:
        """Why these lost elements of the network are lost."""
        facts: dict[Fact, None] = {}
        edges = self._prove([(node, DOWN) for node in elements], facts)
        return self._reason(self._hops_of(edges), self._starts_among(facts))

    def first_hops(self, node: int, level: int) -> tuple[Hop, ...]:
        """The hops that the node itself needs for its reason: none for a start, several for a group."""
        return tuple(self._hop_of(premise, _state(level)) for premise in self._premises.of((node, level)))

    def first_hops_of_risk(self, node: int) -> tuple[Hop, ...]:
        """The same for a node at risk."""
        parent = self._at_risk.parent[node]
        if parent is None:
            return tuple(self._hop_of(premise, "at_risk") for premise in self._premises.members_in_order(node, DOWN))
        return (self._hop(self._premises.risk_edge(node, parent), "at_risk"),)

    def _assemble(self, goal: Fact) -> Reason:
        """The reason of a start, or of a group that took several losses.

        Proofs of down are irredundant as they are: one per node. Proofs of degraded may overlap, because
        a group counts what is down as well; these are pruned, up to PRUNE_LIMIT hops.
        """
        facts: dict[Fact, None] = {}
        edges = self._prove([goal], facts)
        starts = self._starts_among(facts)
        if goal[1] == DEGRADED and 1 < len(edges) <= PRUNE_LIMIT:
            edges, starts = self._prune(goal[0], edges, starts)
        return self._reason(self._hops_of(edges), starts)

    def _prove(self, goals: Sequence[Fact], facts: dict[Fact, None]) -> Proof:
        """The edges that prove the goals, with the level that each passes on; what is in `facts` is proven."""
        edges: Proof = {}
        waiting: list[tuple[Premise | None, int, Fact]] = []
        waiting.extend((None, UP, goal) for goal in reversed(goals))
        while waiting:
            premise, passed, fact = waiting.pop()
            if premise is not None:
                edge, because = premise
                edges[edge] = (max(passed, edges[edge][0] if edge in edges else UP), because)
            if fact not in facts:
                facts[fact] = None
                waiting.extend(
                    (premise, fact[1], end)
                    for premise in reversed(self._premises.of(fact))
                    for end in reversed(premise[1])
                )
        return edges

    def _starts_among(self, facts: Iterable[Fact]) -> dict[int, int]:
        parents = self._wave.arrivals
        return {node: self._wave.starts[node] for node, level in facts if parents[level].parent[node] == START}

    def _prune(self, goal: int, edges: Proof, starts: dict[int, int]) -> tuple[Proof, dict[int, int]]:
        kept = dict(edges)
        for edge in edges:
            rest = {other: self._blockers((other, because)) for other, (_, because) in kept.items() if other != edge}
            if follow_edges(self._neighbourhood, rest, starts).get(goal, UP) >= DEGRADED:
                del kept[edge]
        ends = {goal} | {node for _, because in kept.values() for node, _ in because}
        return kept, {node: level for node, level in starts.items() if node in ends}

    def _blockers(self, premise: Premise) -> tuple[int, ...]:
        """The elements that cut the edge of this premise; none where it passes on what its own end is."""
        edge, because = premise
        nodes = tuple(node for node, _ in because)
        return () if nodes == (self._neighbourhood.targets[edge],) else nodes

    def _hops_of(self, edges: Proof) -> list[Hop]:
        return [self._hop_of((edge, because), _state(level)) for edge, (level, because) in edges.items()]

    def _hop_of(self, premise: Premise, state: HopState) -> Hop:
        return self._hop(premise[0], state, self._blockers(premise))

    def _reason(self, hops: Iterable[Hop], starts: Mapping[int, int]) -> Reason:
        return Reason(
            tuple(hops),
            tuple(
                Cause(
                    self._neighbourhood.node(node),
                    "down" if level == DOWN else "degraded",
                    self._tickets.get(node),
                )
                for node, level in starts.items()
            ),
        )

    def _hop(self, edge: int, state: HopState, cut_by: tuple[int, ...] = ()) -> Hop:
        """This edge as a hop by which its source comes into this state, cut by these elements."""
        hop = self._hops.get((edge, state, cut_by))
        if hop is None:
            n = self._neighbourhood
            hop = self._hops[edge, state, cut_by] = Hop(
                n.node(n.sources[edge]),
                n.node(n.targets[edge]),
                n.verbs[edge],
                n.strengths[edge],
                n.evidence[edge],
                n.valid_from[edge],
                n.last_seen_at[edge],
                state,
                tuple(n.node(node) for node in cut_by),
            )
        return hop


def _state(level: int) -> HopState:
    return "down" if level == DOWN else "degraded"
