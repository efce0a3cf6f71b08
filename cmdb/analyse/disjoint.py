"""Who still has two ways to the roots with nothing in common: dominators of the network as it is seen from them.

A machine has two such ways exactly when no single machine or link lies on all of them (Menger), that is, when
nothing dominates it but what stands at the roots. Method: Cooper, Harvey and Kennedy, "A Simple, Fast Dominance
Algorithm".
"""

from collections.abc import Iterable, Iterator

from cmdb.analyse.pieces import Losses
from cmdb.analyse.topology import Network

ROOT = -1  # what stands before all roots


def with_two_paths(network: Network, losses: Losses) -> frozenset[int]:
    """The devices that no single other machine or link could cut off from the machines around the roots."""
    nearest = dominators(network, losses)
    allowed = {ROOT, *vantage(network, losses)}
    return frozenset(device for device in range(network.machine_count) if nearest.get(device) in allowed)


def dominators(network: Network, losses: Losses) -> dict[int, int]:
    """The nearest thing that lies on every way from the roots to each device or link, ROOT where nothing does.

    Devices by their index, links by theirs behind the devices. Nothing is said of what no root reaches. The
    roots are looked past, to the machines around them: a single cable there is not what others are judged by.
    """
    order, comes_from = _walk(network, losses)
    place = {element: number for number, element in enumerate(reversed(order))}  # later in reverse: further out
    nearest: dict[int, int] = {ROOT: ROOT}
    changed = True
    while changed:
        changed = False
        for element in reversed(order):
            if element == ROOT:
                continue
            known = [one for one in comes_from[element] if one in nearest]
            found = known[0]
            for other in known[1:]:
                found = _meet(found, other, nearest, place)
            if nearest.get(element) != found:
                nearest[element] = found
                changed = True
    del nearest[ROOT]
    return nearest


def vantage(network: Network, losses: Losses) -> list[int]:
    """The forwarding machines around the roots."""
    around = (
        network.links[link].other(root)
        for root in network.roots
        for link in network.links_of[root]
        if link not in losses.links
    )
    return list(dict.fromkeys(device for device in around if network.forwards[device]))


def _walk(network: Network, losses: Losses) -> tuple[list[int], dict[int, list[int]]]:
    """Everything the roots reach in postorder, and what leads to each of it directly."""
    first_link = len(network.machines)
    comes_from: dict[int, list[int]] = {ROOT: []}
    order: list[int] = []
    waiting: list[tuple[int, Iterator[int]]] = [(ROOT, iter(vantage(network, losses)))]
    while waiting:
        element, onward = waiting[-1]
        after = next(onward, None)
        if after is None:
            order.append(element)
            waiting.pop()
        elif after in comes_from:
            comes_from[after].append(element)
        else:
            comes_from[after] = [element]
            waiting.append((after, iter(_onward(network, losses, after, first_link))))
    return order, comes_from


def _onward(network: Network, losses: Losses, element: int, first_link: int) -> Iterable[int]:
    if element >= first_link:
        return network.links[element - first_link].ends
    if not network.forwards[element]:
        return ()
    return [first_link + link for link in network.links_of[element] if link not in losses.links]


def _meet(one: int, other: int, nearest: dict[int, int], place: dict[int, int]) -> int:
    while one != other:
        while place[one] > place[other]:
            one = nearest[one]
        while place[other] > place[one]:
            other = nearest[other]
    return one
