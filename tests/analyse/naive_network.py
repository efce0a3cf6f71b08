"""Connectivity by the book: a networkx graph made anew for every question, every rule spelled out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

import networkx

from cmdb.analyse.neighbourhood import Node
from cmdb.analyse.topology import Network

OVER_THE_NETWORK = {"CALLS", "DEPENDS_ON", "PROVIDED_BY", "NEEDS", "ANY_OF", "STORED_ON"}


@dataclass
class Net:
    """Machines that forward or not, cables between ports, who looks, and which machine a CI is on."""

    forwards: dict[str, bool]
    cables: list[tuple[str, str | None, str, str | None]]
    observers: list[tuple[str, str | None]] = field(default_factory=list)
    places: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.devices = dict(self.forwards)
        self.all_cables = list(self.cables)
        self.looking = []
        for number, (machine, port) in enumerate(self.observers):
            self.devices[f"~observer{number}"] = False
            self.looking.append(f"~observer{number}")
            if self.forwards[machine]:
                self.all_cables.append((f"~observer{number}", None, machine, port))
            for a, a_port, b, b_port in self.cables:
                if machine in (a, b) and a != b and not self.forwards[machine]:
                    beyond = (b, b_port) if a == machine else (a, a_port)
                    self.all_cables.append((f"~observer{number}", None, *beyond))

    def network(self) -> Network:
        return Network.from_columns(
            machines=[Node(name, "NetworkDevice", name) for name in self.forwards],
            forwards=list(self.forwards.values()),
            link_from=[cable[0] for cable in self.cables],
            ports_from=[cable[1] for cable in self.cables],
            link_to=[cable[2] for cable in self.cables],
            ports_to=[cable[3] for cable in self.cables],
            observers=self.observers,
            places=self.places,
        )

    def ports(self) -> set[str]:
        return {port for cable in self.cables for port in (cable[1], cable[3]) if port}

    def left(self, down: set[str]) -> list[tuple[int, str, str]]:
        """The cables that stand: both machines and both ports do."""
        return [
            (number, one, other)
            for number, (one, port, other, far_port) in enumerate(self.all_cables)
            if one != other and not {one, port, other, far_port} & down
        ]

    def connected(self, some: Iterable[str], others: Iterable[str], down: set[str]) -> bool:
        """Whether a way leads from one of these to one of those, with nothing between them that does not forward."""
        some, others, left = set(some), set(others), self.left(down)
        if some & others:
            return True
        for start in some:
            for end in others:
                passing = {name for name, forwards in self.devices.items() if forwards and name not in down}
                graph = networkx.Graph()
                graph.add_nodes_from([start, end])
                graph.add_edges_from((a, b) for _, a, b in left if {a, b} <= passing | {start, end})
                if networkx.has_path(graph, start, end):
                    return True
        return False

    def safe(self, down: set[str]) -> set[str]:
        """Machines that stay within sight whichever single other machine or cable one takes away."""
        left = self.left(down)
        from_here = set()
        for root in self.looking:
            around = {b if a == root else a for _, a, b in left if root in (a, b)}
            from_here |= {name for name in around if self.devices[name]}
        graph = networkx.DiGraph()
        graph.add_node("root")
        graph.add_edges_from(("root", name) for name in from_here)
        for number, a, b in left:
            for one, other in ((a, b), (b, a)):
                graph.add_edge(number, other)
                if self.devices[one]:
                    graph.add_edge(one, number)
        seen = networkx.descendants(graph, "root")
        found = seen & self.forwards.keys()
        for element in seen - from_here:
            without = graph.copy()
            without.remove_node(element)
            found &= networkx.descendants(without, "root") | {element}
        return found

    def cut_off(self, down: set[str]) -> set[str]:
        """Machines apart from the main piece of what they were part of; pieces are sets of forwarding machines."""
        found: set[str] = set()
        order = [*sorted(self.forwards), *sorted(self.devices.keys() - self.forwards.keys())]
        now = [self.hanging(piece, down) for piece in self.pieces(down)]
        for whole in self.pieces(set()):
            members = [name for name in order if name in self.hanging(whole, set()) - down]
            looking = [name for name in members if name in self.looking]
            left = [[name for name in members if name in piece] for piece in now]
            left = [names for names in left if names and (not looking or set(looking) & set(names))]
            main = max(left, key=lambda names: (len(names), -order.index(names[0])), default=[])
            found |= {name for name in members if name not in main}
        return found & self.forwards.keys()

    def pieces(self, down: set[str]) -> list[frozenset[object]]:
        """Components of forwarding machines and of cables, as sets of both."""
        graph = networkx.Graph()
        graph.add_nodes_from(name for name, forwards in self.devices.items() if forwards and name not in down)
        for number, a, b in self.left(down):
            graph.add_node(number)
            graph.add_edges_from((number, name) for name in (a, b) if self.devices[name])
        return [frozenset(piece) for piece in networkx.connected_components(graph)]

    def hanging(self, piece: frozenset[object], down: set[str]) -> set[str]:
        """The machines in a piece and the ends on its cables."""
        on = {name for number, a, b in self.left(down) if number in piece for name in (a, b)}
        return on | {name for name in piece if isinstance(name, str)}


def random_net(random: Random, cis: list[str]) -> Net:
    """A network among some of these CIs: the first are machines, the next ports, others stand on machines."""
    shuffled = random.sample(cis, len(cis))
    count = random.randint(2, max(2, len(cis) // 2))
    machines, rest = shuffled[:count], shuffled[count:]
    hidden = [f"switch{i}" for i in range(random.choice([0, 0, 1, 2, 3]))]  # known to the network alone
    names = machines + hidden
    ports = [(port, random.choice(machines)) for port in rest[: random.randint(0, 3)]]
    cables: list[tuple[str, str | None, str, str | None]] = []
    for _ in range(random.randint(1, 2 * len(names))):
        one, other = random.choice(names), random.choice(names)
        port = random.choice([p for p, m in ports if m == one] or [None])
        far_port = random.choice([p for p, m in ports if m == other] or [None])
        cables.append((one, random.choice([None, port]), other, random.choice([None, far_port])))
    linked = {name for a, _, b, _ in cables for name in (a, b)}
    places = {
        ci: random.choice([*names, *machines, None, "elsewhere"]) for ci in rest if random.random() < 0.8
    }  # fmt: skip
    places |= dict(ports)
    return Net(
        {name: random.random() < 0.7 for name in sorted(linked)},
        cables,
        sorted({(random.choice(sorted(linked)), None) for _ in range(random.choice([0, 1, 1, 2]))}),
        places,
    )
