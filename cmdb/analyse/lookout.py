"""What becomes of machines as they are seen from the roots: cut off from all of them, or with one way left of two."""

from collections.abc import Mapping, Set
from typing import Literal

from cmdb.analyse.answer import Hop, Reason
from cmdb.analyse.connectivity import Connectivity
from cmdb.analyse.disjoint import ROOT, dominators, vantage
from cmdb.analyse.explanation import Explainer
from cmdb.analyse.neighbourhood import Node
from cmdb.analyse.separation import Detours, detours, lost_on, separators

CONNECTED_TO = "CONNECTED_TO"
"""What stands instead of a verb where a machine is connected to a root: by links, whatever lies between."""

Fate = Literal["isolated", "at_risk"]


class Lookout:
    """Machines by id that are isolated or at risk now and were not before, with their distances.

    `stopped` are those that a person marked as not affected, `beyond` those further away than was asked for.
    """

    def __init__(self, connectivity: Connectivity | None, excluded: Set[str], depth: int | None) -> None:
        """What the network has come to; nothing without one."""
        self._connectivity = connectivity
        self.isolated: dict[str, int] = {}
        self.at_risk: dict[str, int] = {}
        self.stopped: dict[str, Fate] = {}
        self.beyond: set[str] = set()
        self._nearest: dict[int, dict[int, int]] = {}  # dominators by step, for reasons
        self._ways: dict[tuple[int, int], Detours] = {}
        if connectivity is not None:
            self._watch(connectivity.isolated, connectivity.isolated_before, "isolated", excluded, depth)
            self._watch(connectivity.at_risk, frozenset(), "at_risk", excluded, depth)

    def fates(self) -> set[str]:
        """The ids of all that are isolated or at risk."""
        return self.isolated.keys() | self.at_risk.keys()

    def distance(self, ci_id: str) -> int:
        """The hops to what befell this machine first."""
        return min(fate[ci_id] for fate in (self.isolated, self.at_risk) if ci_id in fate)

    def node(self, ci_id: str) -> Node:
        """The machine with this id."""
        network = self._here().network
        return network.machines[network.index[ci_id]]

    def name_of(self, device: int) -> str:
        """The name of a machine by its index in the network."""
        return self._here().network.machines[device].name

    def is_isolated(self, node: int) -> bool:
        """Whether the place of this node is cut off from every root, by this or before."""
        connectivity = self._connectivity
        if connectivity is None or node in connectivity.neighbourhood.groups:
            return False
        places = connectivity.surviving(node)
        return bool(places) and places <= connectivity.isolated.keys()

    def reason(self, ci_id: str, explainer: Explainer) -> Reason:
        """Why this machine is isolated, or else at risk: the lost elements, and how they were lost."""
        hop = self.hop(ci_id)
        connectivity = self._here()
        because = explainer.of_elements(connectivity.neighbourhood.index_of(node.id) for node in hop.cut_by)
        return Reason((hop, *because.hops), because.causes)

    def hop(self, ci_id: str) -> Hop:
        """The connection that is lost, or has lost its second way."""
        connectivity = self._here()
        network, device = connectivity.network, connectivity.network.index[ci_id]
        roots, step = frozenset(network.roots), connectivity.noticed[device]
        if ci_id in self.isolated:
            elements = separators(network, connectivity.elements_at(step), roots, frozenset((device,)))
        else:
            elements = lost_on(self._detours(step, device), device)
        here = connectivity.intact.of(device)
        root = next(root for root in sorted(roots) if not here.isdisjoint(connectivity.intact.of(root)))
        return Hop(
            source=network.machines[device],
            target=network.machines[root],
            verb=CONNECTED_TO,
            strength="none",
            evidence="structure",
            since=None,
            last_seen_at=None,
            state="isolated" if ci_id in self.isolated else "at_risk",
            cut_by=tuple(map(connectivity.neighbourhood.node, connectivity.nodes_of(elements))),
        )

    def _detours(self, step: int, device: int) -> Detours:
        """The ways past the first thing that everything to this device passed after this step."""
        connectivity = self._here()
        network, now = connectivity.network, connectivity.losses_at(step)
        if step not in self._nearest:
            self._nearest[step] = dominators(network, now)
        nearest, allowed = self._nearest[step], {ROOT, *vantage(network, now)}
        single = nearest[device]
        while nearest[single] not in allowed:
            single = nearest[single]
        if (step, single) not in self._ways:
            self._ways[step, single] = detours(network, now, connectivity.settled, single)
        return self._ways[step, single]

    def _here(self) -> Connectivity:
        if self._connectivity is None:
            raise ValueError("no network was looked at")
        return self._connectivity

    def _watch(
        self, befell: Mapping[int, int], before: Set[int], fate: Fate, excluded: Set[str], depth: int | None
    ) -> None:
        connectivity = self._here()
        for device in connectivity.losses.survivors(befell):
            if device in before:
                continue
            ci_id, distance = connectivity.network.machines[device].id, befell[device] + 1
            if ci_id in excluded:
                self.stopped.setdefault(ci_id, fate)
            elif depth is not None and distance > depth:
                self.beyond.add(ci_id)
            else:
                (self.isolated if fate == "isolated" else self.at_risk)[ci_id] = distance
