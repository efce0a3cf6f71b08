"""Which pieces a network falls into when machines and links are lost: union-find over what survives."""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field

from cmdb.analyse.topology import Network

Element = int | str  # a lost device, or a lost port by its CI id


@dataclass(frozen=True)
class Losses:
    """What is lost: devices, ports by their CI id, and the links that either takes away."""

    devices: Set[int] = frozenset()
    ports: Set[str] = frozenset()
    links: Set[int] = field(default=frozenset())

    @classmethod
    def of(cls, network: Network, elements: Iterable[Element]) -> "Losses":
        """The losses of these elements."""
        elements = frozenset(elements)
        devices = frozenset(element for element in elements if isinstance(element, int))
        ports = frozenset(element for element in elements if isinstance(element, str))
        links = {link for device in devices for link in network.links_of[device]}
        links.update(link for port in ports for link in network.links_at.get(port, ()))
        return cls(devices, ports, links)

    def survivors(self, devices: Iterable[int]) -> Iterator[int]:
        """Those of these devices that are not lost themselves."""
        return (device for device in devices if device not in self.devices)


class Pieces:
    """Pieces of a network by number: machines that forward and links are in one, an end may hang on several."""

    def __init__(self, network: Network, losses: Losses) -> None:
        """The pieces that are left after these losses."""
        self._network = network
        self._losses = losses
        first_link = len(network.machines)
        self._above = list(range(first_link + len(network.links)))
        for number, link in enumerate(network.links):
            if number not in losses.links:
                for end in link.ends:
                    if network.forwards[end]:
                        self._join(end, first_link + number)
        self._first_link = first_link

    def of(self, device: int) -> frozenset[int]:
        """The pieces that a surviving device is in or hangs on: none for an end without a link."""
        if self._network.forwards[device]:
            return frozenset((self._find(device),))
        return frozenset(
            self._find(self._first_link + link)
            for link in self._network.links_of[device]
            if link not in self._losses.links
        )

    def of_any(self, devices: Iterable[int]) -> frozenset[int]:
        """The pieces that any of these devices is in or hangs on."""
        return frozenset().union(*(self.of(device) for device in devices))

    def _find(self, element: int) -> int:
        above = self._above
        while above[element] != element:
            above[element] = above[above[element]]
            element = above[element]
        return element

    def _join(self, one: int, other: int) -> None:
        one, other = self._find(one), self._find(other)
        # The smaller number wins, so that a piece is called the same in whatever order links came.
        if one < other:
            self._above[other] = one
        else:
            self._above[one] = other


def connected(pieces: Pieces, one: Set[int], other: Set[int]) -> bool:
    """Whether any of these devices reaches any of those; a device reaches itself."""
    return not one.isdisjoint(other) or not pieces.of_any(one).isdisjoint(pieces.of_any(other))


def cut_off(network: Network, losses: Losses, intact: Pieces, now: Pieces) -> frozenset[int]:
    """The surviving machines that no longer hang together with the main piece of what they were part of.

    The main piece is the one that the roots are in, else the one with most machines, ties by the first machine.
    Of two machines that were connected and are not any more, at least one is cut off. Where the roots no longer
    reach anything, every machine around them is cut off.
    """
    members: dict[int, list[int]] = {}
    for device in range(len(network.machines)):
        for piece in intact.of(device):
            members.setdefault(piece, []).append(device)
    roots = set(network.roots)
    found: set[int] = set()
    for devices in members.values():
        hanging = {device: now.of(device) for device in losses.survivors(devices)}
        looking = [device for device in hanging if device in roots]
        counts: dict[int, int] = {}
        for pieces in hanging.values():
            for piece in pieces:
                counts[piece] = counts.get(piece, 0) + 1
        candidates = frozenset().union(*(hanging[device] for device in looking)) if looking else counts.keys()
        main = max(candidates, key=lambda piece: (counts[piece], -_first(hanging, piece)), default=None)
        found.update(device for device, pieces in hanging.items() if main not in pieces)
    return frozenset(device for device in found if device < network.machine_count)


def _first(hanging: dict[int, frozenset[int]], piece: int) -> int:
    return next(device for device, pieces in hanging.items() if piece in pieces)
