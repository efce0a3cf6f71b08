"""Networks are connectivity, not dependency: what is lost because its two ends no longer reach each other.

Links carry nothing themselves. A dependency whose ends were connected in the network as it is known, and are not
any more, counts as lost at its own strength. While one of the machines at its ends is lost itself, the dependency is
left to the rule for dependencies.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from cmdb.analyse.disjoint import with_two_paths
from cmdb.analyse.neighbourhood import Neighbourhood
from cmdb.analyse.pieces import Element, Losses, Pieces, connected, cut_off
from cmdb.analyse.topology import Network
from cmdb.model.verbs import OVER_THE_NETWORK

_OVER_THE_NETWORK = frozenset(verb.name for verb in OVER_THE_NETWORK)


@dataclass(frozen=True)
class CutEdge:
    """A dependency that was cut: at which distance, in which step, which counts the losses of network elements.

    `sides` are alike for edges that the same elements keep apart.
    """

    ends: tuple[frozenset[int], frozenset[int]]
    sides: tuple[object, object]
    distance: int
    step: int


@dataclass
class Connectivity:
    """What of a network still hangs together while its elements are lost, one step after the other.

    Devices and their distances: `isolated` are cut off from every root that looks, `at_risk` have one way to the
    roots where they had two with nothing in common, and `noticed` holds the step.
    Element node indexes: `lost_at` with their steps.
    """

    network: Network
    neighbourhood: Neighbourhood
    step: int = 0
    lost_at: dict[int, int] = field(default_factory=dict[int, int])
    cut: dict[int, CutEdge] = field(default_factory=dict[int, CutEdge])
    isolated: dict[int, int] = field(default_factory=dict[int, int])
    at_risk: dict[int, int] = field(default_factory=dict[int, int])
    noticed: dict[int, int] = field(default_factory=dict[int, int])

    def __post_init__(self) -> None:
        """Place the ends of everything that the network could cut."""
        n = self.neighbourhood
        self.losses = self.settled = Losses()
        self.intact = self.now = Pieces(self.network, self.losses)
        self.settled_step = 0
        self.isolated_before: frozenset[int] = frozenset()
        self._safe: frozenset[int] | None = None
        self._places = self._place_all()
        carrying = [edge for edges in (*n.carrying, *n.into_groups.values()) for edge in edges]
        self._uncut = [edge for edge in carrying if self._can_be_cut(edge)]

    def settle(self) -> None:
        """From here on, ask what comes on top of what is lost already."""
        self.settled_step = self.step
        self.isolated_before = frozenset(self.isolated)
        self.at_risk.clear()
        self.settled = self.losses
        self._safe = None

    def lose(self, nodes: Iterable[int], distance: int) -> list[int]:
        """The edges that are cut by the loss of these nodes at this distance, besides what was lost before."""
        if not self._count_lost(nodes):
            return []
        self.step += 1
        self.losses = self.losses_at(self.step)
        self.now = Pieces(self.network, self.losses)
        self._look_from_roots(distance)
        return self._cut_edges(distance)

    def places_of(self, node: int) -> frozenset[int]:
        """The devices where a node stands: the roots for one without a place, a group where its holders stand."""
        return self._places[node]

    def surviving(self, node: int) -> frozenset[int]:
        """The places of a node that are not lost."""
        return frozenset(self.losses.survivors(self._places[node]))

    def cut_off(self) -> frozenset[int]:
        """The machines that no longer hang together with the main piece; none while nothing was lost."""
        return cut_off(self.network, self.losses, self.intact, self.now) if self.step else frozenset()

    def cut_off_ids(self) -> frozenset[str]:
        """The ids of the machines that were cut off."""
        return frozenset(self.network.machines[device].id for device in self.cut_off())

    def examined(self) -> list[int]:
        """The edges with an end in a piece that was cut off, and whose ends still reach each other."""
        off = self.cut_off()
        if not off:
            return []
        found: list[int] = []
        for edge in self._uncut:
            one, other = (self.surviving(end) for end in self._ends(edge))
            if one.isdisjoint(other) and not off.isdisjoint(one | other) and connected(self.now, one, other):
                found.append(edge)
        return sorted(found, key=self._in_order)

    def _ends(self, edge: int) -> tuple[int, int]:
        return self.neighbourhood.sources[edge], self.neighbourhood.targets[edge]

    def _can_be_cut(self, edge: int) -> bool:
        one, other = (self._places[end] for end in self._ends(edge))
        return (
            self.neighbourhood.verbs[edge] in _OVER_THE_NETWORK and one != other and connected(self.intact, one, other)
        )

    def _place_all(self) -> list[frozenset[int]]:
        n = self.neighbourhood
        places = [frozenset() if node in n.groups else frozenset(self.network.places_of(n.ids[node]))
                  for node in range(len(n.ids))]  # fmt: skip
        holders: dict[int, set[int]] = {group: set() for group in n.groups}
        for source, target, strength in zip(n.sources, n.targets, n.strengths, strict=True):
            if target in holders and strength != "none":
                holders[target].add(source)
        for group in n.groups:
            behind: set[int] = set()
            waiting = [group]
            while waiting:
                for holder in holders[waiting.pop()] - behind:
                    behind.add(holder)
                    waiting.extend([holder] if holder in n.groups else [])
            standing = [places[holder] for holder in behind if holder not in n.groups]
            places[group] = frozenset().union(*standing) if standing else frozenset(self.network.roots)
        return places

    def _count_lost(self, nodes: Iterable[int]) -> bool:
        """Remember the network elements among the nodes, a port only while its machine stands; whether any is."""
        ids, network = self.neighbourhood.ids, self.network
        known = [node for node in nodes if node not in self.lost_at]
        machines = {node: network.index[ids[node]] for node in known if ids[node] in network.index}
        gone = self.losses.devices | set(machines.values())
        ports = [node for node in known if ids[node] in network.owner and network.owner[ids[node]] not in gone]
        self.lost_at.update(dict.fromkeys((*machines, *ports), self.step + 1))
        return bool(machines or ports)

    def losses_at(self, step: int) -> Losses:
        """What was lost in this step and before."""
        return Losses.of(self.network, self.elements_at(step))

    def nodes_of(self, elements: Iterable[Element]) -> tuple[int, ...]:
        """The node indexes of these elements of the network."""
        machines, index_of = self.network.machines, self.neighbourhood.index_of
        return tuple(index_of(machines[one].id if isinstance(one, int) else one) for one in elements)

    def elements_at(self, step: int) -> list[Element]:
        """The same as elements in the order of loss, machines before ports."""
        ids, index = self.neighbourhood.ids, self.network.index
        found = sorted((at, ids[node] not in index, node) for node, at in self.lost_at.items() if at <= step)
        return [ids[node] if is_port else index[ids[node]] for _, is_port, node in found]

    def _look_from_roots(self, distance: int) -> None:
        roots = frozenset(self.network.roots)
        if not roots:
            return
        if self._safe is None:
            self._safe = with_two_paths(self.network, self.settled)
        safe_now = with_two_paths(self.network, self.losses)
        for device in self.losses.survivors(range(self.network.machine_count)):
            here = frozenset((device,))
            if device in self.isolated or not connected(self.intact, roots, here):
                continue
            if not connected(self.now, roots, here):
                self.isolated[device] = distance
                self.noticed[device] = self.step
                self.at_risk.pop(device, None)
            elif device in self._safe and device not in safe_now and device not in self.at_risk:
                self.at_risk[device] = distance
                self.noticed[device] = self.step

    def _cut_edges(self, distance: int) -> list[int]:
        found: list[int] = []
        left: list[int] = []
        for edge in self._uncut:
            one, other = (self.surviving(end) for end in self._ends(edge))
            if one and other and connected(self.intact, one, other) and not connected(self.now, one, other):
                self.cut[edge] = CutEdge((one, other), (self._side(one), self._side(other)), distance, self.step)
                found.append(edge)
            else:
                left.append(edge)
        self._uncut = left
        return sorted(found, key=self._in_order)

    def _side(self, devices: frozenset[int]) -> object:
        """What stands for these devices before lost elements: their pieces, unless they lost links of their own."""
        whole = all(
            self.network.forwards[device] or self.losses.links.isdisjoint(self.network.links_of[device])
            for device in devices
        )
        return ("pieces", self.now.of_any(devices)) if whole else ("devices", devices)

    def _in_order(self, edge: int) -> tuple[int, int, str, str]:
        n = self.neighbourhood
        return n.sources[edge], n.targets[edge], n.verbs[edge], n.strengths[edge]
