"""The network as columns: which machines pass frames on, the links between them, what stands where, who looks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from cmdb.analyse.neighbourhood import Node


@dataclass(frozen=True, slots=True)
class Link:
    """A cable, by device index and by the CI id of the port at each end; None where the port is not known."""

    ends: tuple[int, int]
    ports: tuple[str | None, str | None]

    def other(self, device: int) -> int:
        """The end that this device is not."""
        return self.ends[1] if self.ends[0] == device else self.ends[0]

    def port_beyond(self, device: int) -> str | None:
        """The port at the end that this device is not."""
        return self.ports[1] if self.ends[0] == device else self.ports[0]


@dataclass(frozen=True)
class Network:
    """Machines with links, sorted by id, and behind them one device for each observer.

    A device that does not forward is an end: it is reached, and nothing is reached through it. `roots` are the
    observers, from which one looks: isolated is what is cut off from all of them. `places` gives the device that a
    CI is on, None where that machine has no known link; a CI that it does not name, and that is no machine here,
    has no place and stands at the roots.
    """

    machines: tuple[Node, ...]
    machine_count: int
    forwards: tuple[bool, ...]
    links: tuple[Link, ...]
    roots: tuple[int, ...]
    places: Mapping[str, int | None]

    @classmethod
    def from_columns(
        cls,
        *,
        machines: Sequence[Node],
        forwards: Sequence[bool],
        link_from: Sequence[str] = (),
        link_to: Sequence[str] = (),
        ports_from: Sequence[str | None] = (),
        ports_to: Sequence[str | None] = (),
        observers: Sequence[tuple[str, str | None]] = (),
        places: Mapping[str, str | None] | None = None,
    ) -> Self:
        """The network in these columns, whatever order they came in; ends are ids of machines.

        An observer stands beside a machine that forwards, on the port with that id (None: unknown), and sees nothing
        when that is lost; or in the place of an end, and sees on when the end is lost. A place that is none of the
        machines has no known links. Raises ValueError for unequal lengths, repeated and unknown machines.
        """
        if len(machines) != len(forwards):
            raise ValueError("machine columns differ in length")
        if len({len(link_from), len(link_to), len(ports_from), len(ports_to)}) != 1:
            raise ValueError("link columns differ in length")
        order = sorted(range(len(machines)), key=lambda old: machines[old].id)
        index = {machines[old].id: new for new, old in enumerate(order)}
        if len(index) != len(machines):
            raise ValueError("a machine occurs twice")
        try:
            links = [
                Link((index[start], index[end]), (port, far_port))
                for start, end, port, far_port in zip(link_from, link_to, ports_from, ports_to, strict=True)
                if start != end
            ]
            beside = [(index[machine], port) for machine, port in dict.fromkeys(observers)]
        except KeyError as missing:
            raise ValueError(f"{missing.args[0]!r} is not among the machines") from None
        nodes = [machines[old] for old in order]
        passing = [forwards[old] for old in order]
        cables = list(links)
        for machine, port in beside:
            observer = len(nodes)
            nodes.append(nodes[machine])
            passing.append(False)
            if passing[machine]:
                links.append(Link((observer, machine), (None, port)))
            else:
                links.extend(Link((observer, cable.other(machine)), (None, cable.port_beyond(machine)))
                             for cable in cables if machine in cable.ends)  # fmt: skip
        return cls(
            machines=tuple(nodes),
            machine_count=len(machines),
            forwards=tuple(passing),
            links=tuple(links),
            roots=tuple(range(len(machines), len(nodes))),
            places={ci: index.get(machine or "") for ci, machine in (places or {}).items()},
        )

    @cached_property
    def index(self) -> dict[str, int]:
        """Device index by machine id; observers have none."""
        return {self.machines[device].id: device for device in range(self.machine_count)}

    @cached_property
    def links_of(self) -> list[list[int]]:
        """Links by device."""
        found: list[list[int]] = [[] for _ in self.machines]
        for number, link in enumerate(self.links):
            for end in link.ends:
                found[end].append(number)
        return found

    @cached_property
    def links_at(self) -> dict[str, list[int]]:
        """Links by the CI id of a port."""
        found: dict[str, list[int]] = {}
        for number, link in enumerate(self.links):
            for port in link.ports:
                if port is not None:
                    found.setdefault(port, []).append(number)
        return found

    @cached_property
    def owner(self) -> dict[str, int]:
        """The device of each port with a link, by the port's CI id."""
        return {
            port: end
            for link in self.links
            for port, end in zip(link.ports, link.ends, strict=True)
            if port is not None
        }

    def places_of(self, ci_id: str) -> tuple[int, ...]:
        """Where a CI stands: its machine, the roots for one without a place, nothing for a machine without links."""
        device = self.index.get(ci_id)
        if device is None and ci_id in self.places:
            device = self.places[ci_id]
            return () if device is None else (device,)
        return self.roots if device is None else (device,)
