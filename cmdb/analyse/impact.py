"""What fails when these CIs fail: a state, a distance and a reason for everything reached, and why not for the rest."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from cmdb.analyse.answer import STATES, Effect, GroupState, Hop, Reached, Reason, Spared
from cmdb.analyse.explanation import Explainer
from cmdb.analyse.margin import AtRisk, find_at_risk
from cmdb.analyse.neighbourhood import DEGRADED, DOWN, UP, Neighbourhood, Node
from cmdb.analyse.spared import Examination
from cmdb.analyse.wave import Before, Wave

LEVELS: Mapping[Effect, int] = {"degraded": DEGRADED, "down": DOWN}


@dataclass(frozen=True)
class Impact:
    """The answer. Tuples are sorted by id, `reached` by distance first.

    `truncated` are the CIs that were not examined because of the depth limit: neither reached nor spared.
    `unread` are CIs that were reached and whose dependents the store did not read.
    """

    reached: tuple[Reached, ...]
    spared: tuple[Spared, ...]
    excluded: tuple[Spared, ...]
    truncated: tuple[Node, ...]
    unread: tuple[Node, ...]
    groups: tuple[GroupState, ...]
    depth: int | None
    _trace: "_Trace" = field(repr=False)

    def reason(self, ci_id: str) -> Reason:
        """Why this CI or group is in the state that is reported, or at risk where it is still up.

        Raises ValueError when the answer does not hold it.
        """
        node = self._trace.neighbourhood.index_of(ci_id)
        level = self._trace.level_by_others(node)
        if level is not None:
            return self._trace.explainer.of_state(node, level)
        if node in self._trace.starts:
            return self._trace.explainer.of_start(node, self._trace.starts[node])
        return self.risk_reason(ci_id)

    def risk_reason(self, ci_id: str) -> Reason:
        """What redundancy this CI or group has lost; ValueError when it is not at risk."""
        node = self._trace.neighbourhood.index_of(ci_id)
        if node not in self._trace.at_risk.distance:
            raise ValueError(f"{ci_id!r} is not reached")
        return self._trace.explainer.of_risk(node)

    def first_hops(self, ci_id: str) -> tuple[Hop, ...]:
        """The relations of a CI or group that its reason begins with: none for a start, several for a group."""
        node, explainer = self._trace.neighbourhood.index_of(ci_id), self._trace.explainer
        level = self._trace.level_by_others(node)
        if level is not None:
            state = "down" if level == DOWN else "degraded"
            return tuple(explainer.hop(edge, state) for edge in explainer.first_edges(node, level))
        if node not in self._trace.starts and node in self._trace.at_risk.distance:
            return tuple(explainer.hop(edge, "at_risk") for edge in explainer.first_edges_of_risk(node))
        return ()

    def why_not(self, ci_id: str) -> tuple[str, ...]:
        """Sentences that say why a CI is not affected; none for one that is."""
        for spared in (*self.excluded, *self.spared):
            if spared.ci.id == ci_id:
                return spared.why
        if any(node.id == ci_id for node in self.truncated):
            return (f"Not examined: it lies further than {self.depth} hops away.",)
        trace = self._trace
        if ci_id in trace.neighbourhood:
            node = trace.neighbourhood.index_of(ci_id)
            if trace.examination.is_reached(node):
                return ()
            if against := tuple(trace.examination.sentences_against(node)):
                return against
        if self.truncated or self.unread:
            return ("Nothing that it needs is affected, as far as was examined.",)
        return ("Nothing that it needs is affected.",)


@dataclass(frozen=True)
class _Trace:
    """How the answer came about: what the reasons are told from, when somebody asks for them."""

    neighbourhood: Neighbourhood
    wave: Wave
    before: Before
    at_risk: AtRisk
    starts: Mapping[int, int]
    explainer: Explainer
    examination: Examination

    def level_by_others(self, node: int) -> int | None:
        """The level that the wave raised this node to; None where it did not, or only to what is stated."""
        level = self.wave.state[node]
        return level if level > max(self.before.state[node], self.starts.get(node, UP)) else None


def impact(
    neighbourhood: Neighbourhood,
    failed: Mapping[str, Effect],
    depth: int | None = None,
    excluded: Set[str] = frozenset(),
    context: Mapping[str, str] | None = None,
) -> Impact:
    """What these failures do beyond what already follows from the context.

    `failed` gives each CI's stated effect. `depth` limits the hops from them; None is no limit. `excluded`
    are CIs that a person marked as not affected: they stop the wave, unless they are stated to have failed.
    `context` names, for each CI that other open tickets state to be down, the ticket.

    Raises ValueError for ids outside the neighbourhood, unknown effects and a negative depth.
    """
    if depth is not None and depth < 0:
        raise ValueError(f"the depth must not be negative, as {depth} is")
    if unknown := set(failed.values()).difference(LEVELS):
        raise ValueError(f"unknown effect: {sorted(unknown)}; known are {list(LEVELS)}")
    n = neighbourhood
    tickets = {n.index_of(ci_id): ticket for ci_id, ticket in (context or {}).items()}
    starts = {n.index_of(ci_id): LEVELS[effect] for ci_id, effect in failed.items()}
    wave = Wave(n, {n.index_of(ci_id) for ci_id in excluded if ci_id in n})
    wave.spread(dict.fromkeys(tickets, DOWN))
    before = wave.snapshot()
    wave.spread(starts, depth)
    at_risk = find_at_risk(n, wave, before.lost, depth)
    examination = Examination(n, wave, before, at_risk, depth)
    verdicts = examination.judge(starts.keys())
    ours = {node: ticket for node, ticket in tickets.items() if node not in starts}
    return Impact(
        reached=_reached(n, wave, before, at_risk, starts.keys()),
        spared=verdicts.as_answer(n),
        excluded=examination.excluded(),
        truncated=tuple(n.node(node) for node in sorted(verdicts.truncated)),
        unread=tuple(n.node(node) for node in sorted(n.frontier) if examination.is_reached(node)),
        groups=_groups(n, wave, before, at_risk),
        depth=depth,
        _trace=_Trace(n, wave, before, at_risk, starts, Explainer(n, wave, at_risk, ours), examination),
    )


def _reached(n: Neighbourhood, wave: Wave, before: Before, at_risk: AtRisk, starts: Set[int]) -> tuple[Reached, ...]:
    found: list[tuple[int, int]] = []
    for node in wave.arrivals[DEGRADED].distance.keys() | at_risk.distance.keys():
        level = wave.state[node]
        if node in n.groups:
            continue
        if level > before.state[node]:
            found.append((wave.arrivals[level].distance[node], node))
        elif node in starts:
            found.append((0, node))
        elif node in at_risk.distance:
            found.append((at_risk.distance[node], node))
    found.sort()
    return tuple(
        Reached(
            n.node(node),
            STATES[wave.state[node]],
            node in at_risk.distance,
            distance,
            STATES[before.state[node]],
        )
        for distance, node in found
    )


def _groups(n: Neighbourhood, wave: Wave, before: Before, at_risk: AtRisk) -> tuple[GroupState, ...]:
    """The groups that lost something, by this or before."""
    touched = {group for group, count in wave.touched.items() if count}
    touched |= {group for group in n.groups if wave.state[group] != UP}
    return tuple(
        GroupState(
            group=n.node(index),
            state=STATES[wave.state[index]],
            at_risk=index in at_risk.distance,
            k=n.groups[index].k,
            size=len(n.groups[index].members),
            lost=wave.lost.get(index, 0),
            weakened=wave.touched.get(index, 0) - wave.lost.get(index, 0),
            mode=n.groups[index].mode,
        )
        for index in sorted(touched)
    )
