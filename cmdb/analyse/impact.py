"""What fails when these CIs fail: a state, a distance and a reason for everything reached, and why not for the rest."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from cmdb.analyse.answer import STATES, Effect, GroupState, Hop, Reached, Reason, Spared
from cmdb.analyse.connectivity import Connectivity
from cmdb.analyse.explanation import Explainer
from cmdb.analyse.lookout import Lookout
from cmdb.analyse.margin import AtRisk, find_at_risk
from cmdb.analyse.neighbourhood import DEGRADED, DOWN, UP, Neighbourhood, Node
from cmdb.analyse.rings import held_by_rings
from cmdb.analyse.spared import Examination
from cmdb.analyse.topology import Network
from cmdb.analyse.wave import Before, Wave

LEVELS: Mapping[Effect, int] = {"degraded": DEGRADED, "down": DOWN}


@dataclass(frozen=True)
class Impact:
    """The answer. Tuples are sorted by id, `reached` by distance first.

    `truncated` are the CIs that were not examined because of the depth limit: neither reached nor spared.
    `unread` are CIs that were reached and whose dependents the store did not read. `cut_off` are the machines, by
    id, that no longer hang together with the main piece of the network: what depends on something over there, or
    from there, is what the answer must have seen. `assumed` are groups that nobody accepted yet and that have a member
    among what was reached: until somebody does, what they would cover stays hard.
    """

    reached: tuple[Reached, ...]
    spared: tuple[Spared, ...]
    excluded: tuple[Spared, ...]
    truncated: tuple[Node, ...]
    unread: tuple[Node, ...]
    groups: tuple[GroupState, ...]
    depth: int | None
    cut_off: frozenset[str]
    assumed: tuple[Node, ...]
    _trace: "_Trace" = field(repr=False)

    @property
    def down(self) -> tuple[Node, ...]:
        """Everything that is down, by these failures or by the context, groups left out."""
        n, state = self._trace.neighbourhood, self._trace.wave.state
        return tuple(n.node(node) for node in range(len(n.ids)) if state[node] == DOWN and node not in n.groups)

    def ringed(self) -> tuple[Node, ...]:
        """CIs left up although, since these failures, they stand on nothing but a ring that holds itself up.

        None are looked for with a depth limit.
        """
        n, trace = self._trace.neighbourhood, self._trace
        return tuple(map(n.node, held_by_rings(n, trace.wave, trace.before) if self.depth is None else ()))

    def reason(self, ci_id: str) -> Reason:
        """Why this CI or group is in the state that is reported, or at risk where it is still up.

        Raises ValueError when the answer does not hold it.
        """
        trace = self._trace
        if ci_id in trace.neighbourhood:
            node = trace.neighbourhood.index_of(ci_id)
            level = trace.level_by_others(node)
            if level is not None:
                return trace.explainer.of_state(node, level)
            if node in trace.starts:
                return trace.explainer.of_start(node, trace.starts[node])
        if ci_id in trace.lookout.isolated:
            return trace.lookout.reason(ci_id, trace.explainer)
        return self.risk_reason(ci_id)

    def risk_reason(self, ci_id: str) -> Reason:
        """What redundancy this CI or group has lost; ValueError when it is not at risk."""
        trace = self._trace
        if ci_id in trace.lookout.at_risk and not trace.is_at_risk(ci_id):
            return trace.lookout.reason(ci_id, trace.explainer)
        node = trace.neighbourhood.index_of(ci_id)
        if node not in trace.at_risk.distance:
            raise ValueError(f"{ci_id!r} is not reached")
        return trace.explainer.of_risk(node)

    def first_hops(self, ci_id: str) -> tuple[Hop, ...]:
        """The relations of a CI or group that its reason begins with: none for a start, several for a group."""
        trace = self._trace
        if ci_id in trace.neighbourhood:
            node = trace.neighbourhood.index_of(ci_id)
            level = trace.level_by_others(node)
            if level is not None:
                return trace.explainer.first_hops(node, level)
            if node in trace.starts:
                return ()
        if ci_id in trace.lookout.isolated or (ci_id in trace.lookout.at_risk and not trace.is_at_risk(ci_id)):
            return (trace.lookout.hop(ci_id),)
        if trace.is_at_risk(ci_id):
            return trace.explainer.first_hops_of_risk(trace.neighbourhood.index_of(ci_id))
        return ()

    def why_not(self, ci_id: str) -> tuple[str, ...]:
        """Sentences that say why a CI is not affected; none for one that is."""
        for spared in (*self.excluded, *self.spared):
            if spared.ci.id == ci_id:
                return spared.why
        if any(node.id == ci_id for node in self.truncated):
            return (f"Not examined: it lies further than {self.depth} hops away.",)
        trace = self._trace
        if ci_id in trace.lookout.fates():
            return ()
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
    lookout: Lookout

    def is_at_risk(self, ci_id: str) -> bool:
        """Whether redundancy was lost in what this CI or group depends on."""
        return ci_id in self.neighbourhood and self.neighbourhood.index_of(ci_id) in self.at_risk.distance

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
    network: Network | None = None,
) -> Impact:
    """What these failures do beyond what already follows from the context.

    `failed` gives each CI's stated effect. `depth` limits the hops from them; None is no limit. `excluded`
    are CIs that a person marked as not affected: they stop the wave, unless they are stated to have failed.
    `context` names, for each CI that other open tickets state to be down, the ticket. With a `network`, what no
    longer reaches each other through it counts as lost, and what no root reaches any more is isolated.

    Raises ValueError for ids outside the neighbourhood, unknown effects and a negative depth.
    """
    if depth is not None and depth < 0:
        raise ValueError(f"the depth must not be negative, as {depth} is")
    if unknown := set(failed.values()).difference(LEVELS):
        raise ValueError(f"unknown effect: {sorted(unknown)}; known are {list(LEVELS)}")
    n = neighbourhood
    tickets = {n.index_of(ci_id): ticket for ci_id, ticket in (context or {}).items()}
    starts = {n.index_of(ci_id): LEVELS[effect] for ci_id, effect in failed.items()}
    connectivity = Connectivity(network, n) if network is not None else None
    wave = Wave(n, {n.index_of(ci_id) for ci_id in excluded if ci_id in n}, connectivity)
    wave.spread(dict.fromkeys(tickets, DOWN))
    before = wave.snapshot()
    if connectivity is not None:
        connectivity.settle()
    wave.spread(starts, depth)
    at_risk = find_at_risk(n, wave, before.lost, depth)
    lookout = Lookout(connectivity, excluded, depth)
    examination = Examination(n, wave, before, at_risk, depth, lookout)
    verdicts = examination.judge(starts.keys())
    ours = {node: ticket for node, ticket in tickets.items() if node not in starts}
    return Impact(
        reached=_reached(n, wave, before, at_risk, starts.keys(), lookout),
        spared=verdicts.as_answer(n),
        excluded=examination.excluded(),
        truncated=_truncated(n, verdicts.truncated, lookout),
        unread=tuple(n.node(node) for node in sorted(n.frontier) if examination.is_reached(node)),
        groups=_groups(n, wave, before, at_risk),
        depth=depth,
        cut_off=connectivity.cut_off_ids() if connectivity else frozenset(),
        assumed=tuple(
            n.node(group) for group in sorted(n.assumed) if any(map(wave.state.__getitem__, n.assumed[group]))
        ),
        _trace=_Trace(n, wave, before, at_risk, starts, Explainer(n, wave, at_risk, ours), examination, lookout),
    )


def _reached(
    n: Neighbourhood, wave: Wave, before: Before, at_risk: AtRisk, starts: Set[int], lookout: Lookout
) -> tuple[Reached, ...]:
    found: list[Reached] = []
    fates = lookout.fates()
    known = {n.index_of(ci_id) for ci_id in fates if ci_id in n}
    for node in wave.arrivals[DEGRADED].distance.keys() | at_risk.distance.keys() | known:
        level, ci_id = wave.state[node], n.ids[node]
        if node in n.groups:
            continue
        if level > before.state[node]:
            distance = wave.arrivals[level].distance[node]
        elif node in starts:
            distance = 0
        elif node in at_risk.distance or node in known:
            distances = [at_risk.distance[node]] if node in at_risk.distance else []
            distance = min([*distances, lookout.distance(ci_id)] if node in known else distances)
        else:
            continue
        risky = node in at_risk.distance or ci_id in lookout.at_risk
        states = STATES[level], risky, distance, STATES[before.state[node]]
        found.append(Reached(n.node(node), *states, lookout.is_isolated(node)))
    for ci_id in fates:
        if ci_id not in n:
            risky, isolated = ci_id in lookout.at_risk, ci_id in lookout.isolated
            found.append(Reached(lookout.node(ci_id), "up", risky, lookout.distance(ci_id), "up", isolated))
    return tuple(sorted(found, key=lambda one: (one.distance, one.ci.id)))


def _truncated(n: Neighbourhood, nodes: Set[int], lookout: Lookout) -> tuple[Node, ...]:
    found = {n.ids[node]: n.node(node) for node in nodes}
    found |= {ci_id: lookout.node(ci_id) for ci_id in lookout.beyond - lookout.fates() if ci_id not in n}
    return tuple(found[ci_id] for ci_id in sorted(found))


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
