"""Impact where the network matters: what a lost switch or port cuts is read as far as it was cut off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

from cmdb.analyse.answer import ASSUMPTIONS, Effect
from cmdb.analyse.impact import Impact, impact
from cmdb.analyse.neighbourhood import Node
from cmdb.analyse.topology import Network
from cmdb.model.types.machine_evidence import MACHINES
from cmdb.store.driver import Transaction
from cmdb.store.queries import neighbourhood, network
from cmdb.store.queries.neighbourhood import StoredNeighbourhood
from cmdb.store.queries.network import CollectorPlace, StoredLink, StoredNetwork
from cmdb.usecases.neighbourhoods import weigh

MAX_ROUNDS = 12
"""Readings of what further losses cut; each follows from the one before, so an estate needs two or three."""

FORWARDS = "A network that is connected forwards: no filter, route or VLAN between two of its machines is considered."
NOBODY_LOOKS = (
    "From where to look is not known, so nothing is called isolated: no collector stands at a known link, and no "
    "machine is set to be the network root."
)
NOT_ALL_READ = "Not all links were read: there are more than {count}."

_ELEMENTS = frozenset((*MACHINES, "NetworkInterface"))
_NOTHING = StoredNeighbourhood({}, (), frozenset())


def examine(
    tx: Transaction,
    failed: Mapping[str, Effect],
    at: int,
    depth: int | None,
    excluded: Set[str],
    context: Mapping[str, str],
    as_of: int | None = None,
) -> tuple[Impact, tuple[str, ...]]:
    """What these failures reach, and what the answer assumes; the network is read only where it loses something.

    `as_of` (epoch ms): what they would have reached at that instant; None: now, which is `at`.

    With it are read the dependencies of the machines that are cut off, and the dependents of whatever that takes
    down, until nothing more follows.
    """
    starts = {*failed, *context}
    read, beside = neighbourhood.dependents(tx, starts, depth, at=as_of), _NOTHING

    def ask(linked: Network | None) -> Impact:
        weighed = weigh(neighbourhood.both(read, beside), at if as_of is None else as_of)
        others = {ci: ticket for ci, ticket in context.items() if ci in weighed and ci not in failed}
        return impact(weighed, failed, depth, excluded, others, linked)

    answer = ask(None)
    lost = [node.id for node in answer.down if node.type in _ELEMENTS]
    if not lost or not network.has_links(tx, lost, as_of):
        return answer, ASSUMPTIONS
    stored = network.read_network(tx, at=as_of)
    observers = observers_of(stored, network.collector_places(tx, as_of))
    known: frozenset[str] = frozenset()
    for _ in range(MAX_ROUNDS):
        on = network.machines_of(tx, (*read.nodes, *beside.nodes), as_of)
        answer = ask(network_of(stored, observers, on))
        off = answer.cut_off - known
        unread = {node.id for node in answer.unread if node.id in beside.nodes} - starts
        if not off and not unread:
            break
        known |= off
        starts |= unread
        beside = neighbourhood.both(beside, neighbourhood.touching(tx, off, at=as_of)) if off else beside
        read = neighbourhood.dependents(tx, starts, depth, at=as_of) if unread else read
    return answer, (*ASSUMPTIONS, *_assumed(stored, observers))


def network_of(
    stored: StoredNetwork, observers: Sequence[tuple[str, str | None]], on: Mapping[str, tuple[str, ...]]
) -> Network:
    """The network as impact sees it; `on` gives the machines that each CI is on, the nearest first.

    A CI stands on the nearest of them that has links: a virtual machine without links of its own on its host.
    """
    linked = {machine.id for machine in stored.machines}
    links = _cables(stored.links)
    return Network.from_columns(
        machines=[Node(machine.id, machine.type, machine.title) for machine in stored.machines],
        forwards=[machine.forwards for machine in stored.machines],
        link_from=[link.start for link in links],
        link_to=[link.end for link in links],
        ports_from=[link.start_port for link in links],
        ports_to=[link.end_port for link in links],
        observers=observers,
        places={
            ci: next((machine for machine in machines if machine in linked), machines[0])
            for ci, machines in on.items()
            if machines
        },
    )


def _cables(links: Iterable[StoredLink]) -> list[StoredLink]:
    """Each cable once: what two machines say of one port, or learnt at it under several interfaces, is one."""
    found: list[StoredLink] = []
    taken: set[tuple[frozenset[str], str | None]] = set()
    for link in sorted(links, key=lambda one: (one.start_port is None, one.end_port is None)):
        pair, ports = frozenset((link.start, link.end)), {link.start_port, link.end_port} - {None}
        keys = {(pair, port) for port in ports or {None}}
        if taken.isdisjoint(keys):
            found.append(link)
            taken |= keys
    return found


def observers_of(stored: StoredNetwork, collectors: Iterable[CollectorPlace]) -> list[tuple[str, str | None]]:
    """From where one looks: what a person declared, else the places of the collectors, each where it can be told.

    That is the machine that holds a collector's address, or else its hardware address; or the one port that learnt
    that address, of a machine that forwards where there is one, by its forwarding table rather than by ARP. Ports
    towards another machine that forwards learn what stands behind that one, and tell nothing.
    """
    machines = {machine.id: machine for machine in stored.machines}
    declared = [(machine.id, None) for machine in stored.machines if machine.is_root]
    if declared:
        return sorted(declared)
    forwarding = {machine.id for machine in stored.machines if machine.forwards}
    uplinks = {link.start_port for link in stored.links if link.end in forwarding} | {
        link.end_port for link in stored.links if link.start in forwarding
    }
    found: dict[tuple[str, str | None], None] = {}
    for place in collectors:
        learnt = [
            [(machine, port) for machine, port, by in place.seen if by == how and machine in machines
             and machines[machine].forwards == forwards and (how == "arp" or port not in uplinks)]
            for how in ("fdb", "arp") for forwards in (True, False)
        ]  # fmt: skip
        held = [
            [(machine, None) for machine in several if machine in machines]
            for several in (place.by_address, place.by_mac)
        ]
        sole = next((several[0] for several in (*held, *learnt) if len(several) == 1), None)
        if sole is not None:
            found[sole] = None
    return list(found)


def _assumed(stored: StoredNetwork, observers: Sequence[tuple[str, str | None]]) -> Iterable[str]:
    yield FORWARDS
    names = {machine.id: machine.title for machine in stored.machines}
    looking = sorted({names[machine] for machine, _ in observers})
    yield f"Isolated is what can no longer be reached from {' or '.join(looking)}." if looking else NOBODY_LOOKS
    unlinked = stored.machine_count - len(stored.machines)
    if unlinked > 0:
        yield f"Machines without a known link are not judged: {unlinked}."
    if not stored.is_complete:
        yield NOT_ALL_READ.format(count=network.MAX_LINKS)
