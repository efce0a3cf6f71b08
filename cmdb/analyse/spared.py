"""What was looked at and not reached, and why not; what was not looked at because of the depth limit."""

from collections.abc import Iterator, Set
from dataclasses import dataclass, field

from cmdb.analyse.answer import STATES, HopState, Spared, SparedBecause
from cmdb.analyse.lookout import Lookout
from cmdb.analyse.margin import AtRisk
from cmdb.analyse.neighbourhood import DEGRADED, DOWN, UP, Neighbourhood, Node
from cmdb.analyse.separation import way
from cmdb.analyse.wave import CUT, Before, Wave
from cmdb.model.verbs import PART_OF

KINDS: tuple[SparedBecause, ...] = ("quorum", "soft", "connected", "already", "no_dependency", "direction")
NAMED_ON_THE_WAY = 3
WAYS_TOLD = 50  # each is a walk through the network; of more it is only said that they are there


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Sentences by the node index of each CI that was spared, and the CIs that nobody looked at."""

    spared: dict[int, dict[str, SparedBecause]] = field(default_factory=dict[int, dict[str, SparedBecause]])
    truncated: set[int] = field(default_factory=set[int])

    def as_answer(self, neighbourhood: Neighbourhood) -> tuple[Spared, ...]:
        """By id, the sentences by kind and alphabet."""
        answer: list[Spared] = []
        for node, whys in sorted(self.spared.items()):
            kinds = sorted((KINDS.index(because), why) for why, because in whys.items())
            answer.append(Spared(neighbourhood.node(node), KINDS[kinds[0][0]], tuple(why for _, why in kinds)))
        return tuple(answer)


class Examination:
    """Looks once more at every edge the wave touched, and says what it did not pass on."""

    def __init__(
        self,
        neighbourhood: Neighbourhood,
        wave: Wave,
        before: Before,
        at_risk: AtRisk,
        depth: int | None,
        lookout: Lookout,
    ) -> None:
        """`before` is what other tickets alone explain."""
        self._neighbourhood = neighbourhood
        self._wave = wave
        self._before = before.state
        self._stopped_before = before.stopped
        self._at_risk = at_risk
        self._depth = depth
        self._fates = lookout.fates()
        self._lookout = lookout

    def judge(self, starts: Set[int]) -> Verdicts:
        """Every CI beside the wave. Of what the wave's CIs need themselves, only the needs of the starts."""
        verdicts = Verdicts()
        for target in self._raised():
            if self._is_unexamined(target):
                verdicts.truncated.update(self._candidates(target))
                continue
            for node, why, because in self._spared_by(target):
                verdicts.spared.setdefault(node, {})[why] = because
        self._judge_cuts(verdicts)
        verdicts.truncated.update(self._beyond_risk(), self._beyond_sight())
        for node in verdicts.truncated:
            verdicts.spared.pop(node, None)
        looked_at = verdicts.truncated | verdicts.spared.keys()
        for start in starts:
            for node, why in self.against_the_arrow(start):
                if node not in looked_at:
                    verdicts.spared.setdefault(node, {})[why] = "direction"
        return verdicts

    def _judge_cuts(self, verdicts: Verdicts) -> None:
        """What was cut and raised nobody, and what was examined and is still connected."""
        n, connectivity = self._neighbourhood, self._wave.connectivity
        if connectivity is None:
            return
        for edge, cut in connectivity.cut.items():
            if cut.step <= connectivity.settled_step:
                continue
            for node, why, because in self._spared_by_cut(edge):
                if cut.distance == self._depth:
                    verdicts.truncated.add(node)
                else:
                    verdicts.spared.setdefault(node, {})[why] = because
        examined = [
            edge for edge in connectivity.examined()
            if n.sources[edge] not in n.groups and self._is_open(n.sources[edge])
        ]  # fmt: skip
        for number, edge in enumerate(examined):
            why = self._still_connected(edge, by_which_way=number < WAYS_TOLD)
            verdicts.spared.setdefault(n.sources[edge], {})[why] = "connected"

    def _spared_by_cut(self, edge: int) -> Iterator[tuple[int, str, SparedBecause]]:
        n, source = self._neighbourhood, self._neighbourhood.sources[edge]
        if source not in n.groups:
            if self._is_open(source):
                name = n.names[n.targets[edge]]
                yield source, *self._or_already(source, f"Needs {name} only softly.", "soft")
        elif self._wave.state[source] == self._before[source] and source not in self._wave.excluded:
            for holding in n.carrying[source]:
                if self._is_open(n.sources[holding]):
                    node = n.sources[holding]
                    yield node, *self._or_already(node, f"{self._standing(source)}.", "quorum")

    def _still_connected(self, edge: int, *, by_which_way: bool) -> str:
        n, connectivity = self._neighbourhood, self._wave.connectivity
        between: list[int] = []
        if connectivity is not None and by_which_way:
            ends = (connectivity.surviving(end) for end in (n.sources[edge], n.targets[edge]))
            between = way(connectivity.network, connectivity.losses, *ends) or []
        names = [self._lookout.name_of(device) for device in between[:NAMED_ON_THE_WAY]]
        more = f" and {len(between) - NAMED_ON_THE_WAY} more" if len(between) > NAMED_ON_THE_WAY else ""
        via = f" via {', '.join(names)}{more}" if names else ""
        return f"Still connected to {n.names[n.targets[edge]]}{via}."

    def excluded(self) -> tuple[Spared, ...]:
        """What would have been reached, had it not been excluded."""
        would_be: dict[int, tuple[HopState, int]] = {
            node: ("at_risk", parent) for node, parent in self._at_risk.stopped.items()
        }
        for node, (level, parent) in self._wave.stopped.items():
            if level > max(self._before[node], self._stopped_before.get(node, UP)):
                would_be[node] = ("down" if level == DOWN else "degraded", parent)
        n = self._neighbourhood
        found = {
            n.ids[node]: self._marked(n.node(node), state, self._because(parent))
            for node, (state, parent) in would_be.items()
        }
        for ci_id, fate in self._lookout.stopped.items():
            known = found.get(ci_id)
            if known is None or (known.would_be == "at_risk" and fate == "isolated"):
                found[ci_id] = self._marked(self._lookout.node(ci_id), fate, " by the loss of connections")
        return tuple(found[ci_id] for ci_id in sorted(found))

    def _because(self, parent: int) -> str:
        if parent >= 0:
            return f" because of {self._neighbourhood.names[parent]}"
        return " by being cut off from what it needs" if parent == CUT else " by the loss of members"

    def _marked(self, node: Node, state: HopState, because: str) -> Spared:
        why = f"Would be {state.replace('_', ' ')}{because}, but is marked as not affected."
        return Spared(node, "excluded", (why,), state)

    def against_the_arrow(self, source: int) -> Iterator[tuple[int, str]]:
        """What a failed node needs itself, and why that does not suffer."""
        n = self._neighbourhood
        for edge in n.outgoing[source]:
            node = n.targets[edge]
            if n.strengths[edge] != "none" and node not in n.groups and self._is_open(node):
                yield node, self._against(edge)

    def sentences_against(self, node: int) -> Iterator[str]:
        """Why a node does not suffer from what was reached of its dependents."""
        n = self._neighbourhood
        return (self._against(edge) for edge in n.carrying[node] if self.is_reached(n.sources[edge]))

    def _against(self, edge: int) -> str:
        name = self._neighbourhood.names[self._neighbourhood.sources[edge]]
        if self._neighbourhood.verbs[edge] == PART_OF.name:
            return f"{name} is a part of it, and a whole does not suffer from a part."
        return f"{name} needs it, not the other way round."

    def is_reached(self, node: int) -> bool:
        """Whether the wave changed this node, or it is a start."""
        return (
            self._wave.state[node] > self._before[node]
            or node in self._at_risk.distance
            or node in self._wave.starts
            or self._neighbourhood.ids[node] in self._fates
        )

    def _raised(self) -> list[int]:
        state, before = self._wave.state, self._before
        return sorted(n for n in self._wave.arrivals[DEGRADED].distance if state[n] > before[n])

    def _is_unexamined(self, target: int) -> bool:
        """Whether the wave ended here, by the depth limit, before it looked at all that depends on this."""
        return self._depth is not None and any(
            self._wave.arrivals[level].distance[target] == self._depth
            for level in range(self._before[target] + 1, self._wave.state[target] + 1)
        )

    def _is_open(self, node: int) -> bool:
        return node not in self._wave.excluded and not self.is_reached(node)

    def _candidates(self, target: int) -> Iterator[int]:
        """The CIs that the wave would have looked at next."""
        n = self._neighbourhood
        untouched = [
            n.sources[edge]
            for edge in n.into_groups.get(target, ())
            if self._wave.state[n.sources[edge]] == self._before[n.sources[edge]]
            and n.sources[edge] not in self._wave.excluded
        ]
        for end in (target, *untouched):
            yield from (n.sources[edge] for edge in n.carrying[end] if self._is_open(n.sources[edge]))

    def _beyond_risk(self) -> Iterator[int]:
        n = self._neighbourhood
        for target, distance in self._at_risk.distance.items():
            if distance == self._depth:
                for edge in n.carrying[target]:
                    if n.strengths[edge] == "hard" and self._is_open(n.sources[edge]):
                        yield n.sources[edge]

    def _beyond_sight(self) -> Iterator[int]:
        n = self._neighbourhood
        return (node for ci in self._lookout.beyond if ci in n and self._is_open(node := n.index_of(ci)))

    def _spared_by(self, target: int) -> Iterator[tuple[int, str, SparedBecause]]:
        n, name = self._neighbourhood, self._neighbourhood.names[target]
        for edge in n.carrying[target]:
            node = n.sources[edge]
            if self._is_open(node):
                yield (
                    node,
                    *self._or_already(node, f"Needs {name} only softly, and that is degraded, not down.", "soft"),
                )
        for edge in n.silent[target]:
            node = n.sources[edge]
            if self._is_open(node):
                group = n.absorbed.get(edge)
                if group is None:
                    yield node, f"Does not depend on {name}: {n.verbs[edge]} passes nothing on.", "no_dependency"
                else:
                    why = f"{n.verbs[edge]} {name} is covered by a group: {self._standing(group)}."
                    yield node, why, "quorum"
        for edge in n.into_groups.get(target, ()):
            group = n.sources[edge]
            if self._wave.state[group] == self._before[group] and group not in self._wave.excluded:
                for holding in n.carrying[group]:
                    if self._is_open(n.sources[holding]):
                        node = n.sources[holding]
                        yield node, *self._or_already(node, f"{self._standing(group)}.", "quorum")

    def _or_already(self, node: int, why: str, because: SparedBecause) -> tuple[str, SparedBecause]:
        state = STATES[self._wave.state[node]]
        return (why, because) if state == "up" else (f"Already {state} because of another ticket.", "already")

    def _standing(self, index: int) -> str:
        group, lost = self._neighbourhood.groups[index], self._wave.lost.get(index, 0)
        size = len(group.members)
        return f"{self._neighbourhood.names[index]} still has {size - lost} of {size} members and needs {group.k}"
