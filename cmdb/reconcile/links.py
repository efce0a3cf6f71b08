"""Which port is cabled to which, and which host stands behind which port: sights of neighbours, resolved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from cmdb.model import normal, verbs
from cmdb.reconcile.edges import Edge

CROWD = 100
"""A port behind which more addresses were learnt leads to other switches, whatever stands behind it."""


class Port(NamedTuple):
    """An interface of a machine that the neighbour may be. Empty texts are unknown."""

    id: str
    machine: str
    name: str
    description: str
    alias: str
    if_index: str
    mac: str


class Seeing(NamedTuple):
    """An interface of a machine that hears of the neighbour. `is_linked`: something is known to be cabled to it."""

    interface: str
    machine: str
    by: str
    port_subtype: str
    port_id: str
    port_description: str
    is_linked: bool
    edge: Edge


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One neighbour: who hears of it, the machines that hold its id or address, and their ports that might be meant.

    `by_mac`, `by_address`: machines that hold its id, or its address.
    """

    key: str
    subtype: str
    chassis_id: str
    seen: tuple[Seeing, ...]
    by_mac: frozenset[str]
    by_address: frozenset[str]
    ports: tuple[Port, ...]

    @property
    def machine(self) -> str | None:
        """The one machine it is; None while nobody holds its id, or several do."""
        holders = self.by_mac or self.by_address
        return next(iter(holders)) if len(holders) == 1 else None


class Wanted(NamedTuple):
    """A relationship that a neighbour stands for."""

    verb: str
    start: str
    end: str
    by: str
    edge: Edge

    @property
    def ends(self) -> frozenset[str]:
        """A cable has no direction."""
        return frozenset((self.start, self.end))


def seeing_of(interface: str, machine: str, key: str, edge: Edge, *, is_linked: bool) -> Seeing:
    """`key`: what `projection.sight_key` made."""
    by, port_subtype, port_id, _, port_description = key.split("|")
    return Seeing(interface, machine, by, port_subtype, port_id, port_description, is_linked, edge)


def cables(neighbour: Neighbour) -> list[Wanted]:
    """The links that LLDP and CDP tell of; one ends at the machine itself while its port is not known."""
    machine = neighbour.machine
    if machine is None:
        return []
    found: list[Wanted] = []
    for seeing in neighbour.seen:
        if seeing.by in ("fdb", "arp"):
            continue
        port = _far_port(neighbour, seeing, machine)
        if port is not None and port != seeing.interface:
            start, end = sorted((seeing.interface, port))
        elif port is None and machine != seeing.machine:
            start, end = seeing.interface, machine
        else:
            continue
        found.append(Wanted(verbs.LINKED_TO.name, start, end, seeing.by, seeing.edge))
    return found


def attachment(neighbour: Neighbour, linked: Iterable[str]) -> Wanted | None:
    """The port that a host is reached through: of those that have learnt its address, that with the fewest others.

    None where it is cabled to a known port (`linked` are interfaces that are), or not known.
    """
    machine, known = neighbour.machine, set(linked)
    own = [port for port in neighbour.ports if port.machine == machine and port.mac == neighbour.chassis_id]
    if not own or any(port.id in known for port in own):
        return None
    behind = [
        seeing
        for seeing in neighbour.seen
        if seeing.by == "fdb"
        and not seeing.is_linked
        and seeing.machine != machine
        and (seeing.edge.samples or 1) <= CROWD
    ]
    if not behind:
        return None
    nearest = min(behind, key=lambda seeing: (seeing.edge.samples or 1, seeing.interface))
    host = min(own, key=lambda port: (len(port.if_index), port.if_index, port.id))
    return Wanted(verbs.ATTACHED_TO.name, host.id, nearest.interface, nearest.by, nearest.edge)


def _far_port(neighbour: Neighbour, seeing: Seeing, machine: str) -> str | None:
    """The port a neighbour says it spoke from, by its id, then by its description; None where none or several fit."""
    ports = [port for port in neighbour.ports if port.machine == machine]
    mac = normal.mac_address(seeing.port_id) if seeing.port_subtype == "macAddress" else None
    text = "" if mac else seeing.port_id
    attempts = (
        [port.id for port in ports if mac and port.mac == mac],
        [port.id for port in ports if text and text in (port.name, port.description)],
        [port.id for port in ports if seeing.port_description and seeing.port_description == port.name],
        [port.id for port in ports if text and text in (port.alias, port.if_index)],
        [port.id for port in ports if seeing.port_description and seeing.port_description == port.description],
    )
    return next((fit[0] for fit in attempts if len(fit) == 1), None)
