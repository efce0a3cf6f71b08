"""Which lost elements keep two ends apart, and over what they still reach each other: for reasons."""

from collections import deque
from collections.abc import Iterator, Sequence, Set

from cmdb.analyse.disjoint import vantage
from cmdb.analyse.pieces import Element, Losses
from cmdb.analyse.topology import Network

PRUNE_LIMIT = 40  # elements; pruning walks the network once for each of them


def separators(network: Network, lost: Sequence[Element], one: Set[int], other: Set[int]) -> list[Element]:
    """Lost elements that alone keep these devices from those, none of which could be left out.

    `lost` comes in the order of loss, and the first that suffice are taken: what was lost by the loss of another
    is no reason beside it. Of more than PRUNE_LIMIT around a piece, all are named.
    """
    found = list(lost)
    if len(found) > PRUNE_LIMIT:
        losses = Losses.of(network, found)
        around = min((_border(network, losses, end) for end in (one, other)), key=len)
        found = [element for element in lost if element in around]
    if len(found) <= PRUNE_LIMIT:
        for element in reversed(list(found)):
            rest = [kept for kept in found if kept != element]
            if way(network, Losses.of(network, rest), one, other) is None:
                found = rest
    return found


def way(network: Network, losses: Losses, one: Set[int], other: Set[int]) -> list[int] | None:
    """The devices between these and those on a shortest way, None where there is none."""
    came_from: dict[int, int | None] = dict.fromkeys(sorted(one))
    waiting = deque(came_from)
    while waiting:
        device = waiting.popleft()
        if device in other:
            between: list[int] = []
            at = came_from[device]
            while at is not None and at not in one:
                between.append(at)
                at = came_from[at]
            return between[::-1]
        for number, far in _links_from(network, device, one):
            if far not in came_from and number not in losses.links:
                came_from[far] = device
                waiting.append(far)
    return None


Detours = dict[int, tuple[int | None, list[Element]]]  # by device: where it was reached from, and what of it is lost


def detours(network: Network, now: Losses, before: Losses, single: int) -> Detours:
    """How devices were reached from the roots past `single`, by ways with the fewest elements that are lost now.

    `before` is what was lost already then; `single` is a device, or a link behind the devices, as `dominators`
    numbers them.
    """
    avoided = single - len(network.machines)  # of links, none where a device is to be avoided
    found: Detours = {}
    waiting: deque[tuple[int, int | None, list[Element]]] = deque(
        (root, None, _lost_at(network, now, root)) for root in vantage(network, before)
    )
    while waiting:
        at, parent, lost = waiting.popleft()
        if at in found or at == single:
            continue
        found[at] = (parent, lost)
        for number, far in _links_from(network, at, frozenset()):
            if number == avoided or far in found or _blocked_by(network, before, at, far, number) is not None:
                continue
            blocked = _blocked_by(network, now, at, far, number)
            if blocked is None or blocked == at:
                waiting.appendleft((far, at, []))
            else:
                waiting.append((far, at, [blocked]))
    return found


def lost_on(ways: Detours, device: int) -> list[Element]:
    """The lost elements on the detour to this device, devices first."""
    found: dict[Element, None] = {}
    at: int | None = device if device in ways else None
    while at is not None:
        at, lost = ways[at]
        found.update(dict.fromkeys(lost))
    return sorted(found, key=lambda element: (isinstance(element, str), element))


def _lost_at(network: Network, losses: Losses, device: int) -> list[Element]:
    return [device] if device in losses.devices else []


def _border(network: Network, losses: Losses, start: Set[int]) -> set[Element]:
    """The lost elements around everything that these devices reach."""
    found: set[Element] = set()
    seen = set(start)
    waiting = list(start)
    while waiting:
        device = waiting.pop()
        for number, far in _links_from(network, device, start):
            blocked = _blocked_by(network, losses, device, far, number)
            if blocked is not None:
                if not isinstance(blocked, int) or network.forwards[blocked]:  # nothing goes through a lost end
                    found.add(blocked)
            elif far not in seen:
                seen.add(far)
                waiting.append(far)
    return found


def _links_from(network: Network, device: int, start: Set[int]) -> Iterator[tuple[int, int]]:
    """The links onward with their far ends; none behind an end that is not where one started."""
    if network.forwards[device] or device in start:
        for number in network.links_of[device]:
            yield number, network.links[number].other(device)


def _blocked_by(network: Network, losses: Losses, device: int, far: int, number: int) -> Element | None:
    """The lost element that keeps one from going this link: the far machine before a port, None if it is open."""
    if number not in losses.links:
        return None
    if far in losses.devices:
        return far
    if device in losses.devices:
        return device
    return next(port for port in network.links[number].ports if port is not None and port in losses.ports)
