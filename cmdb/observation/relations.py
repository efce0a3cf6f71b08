"""Relations out of a document: links between its items, connections to far ends, and the neighbours interfaces hear."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from cmdb.model import normal, verbs
from cmdb.model.types import BY_LABEL
from cmdb.model.vocabulary import Verb
from cmdb.observation.document import Document, FarEnd, Relation


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something in the document that was not taken; `where` is a JSON path."""

    where: str
    kind: str
    message: str


class Connection(NamedTuple):
    """An item's connection to a far end, whose address is normalised."""

    start: str
    protocol: str
    address: str
    port: int


class Sight(NamedTuple):
    """A neighbour that an interface hears of. `by` is lldp, cdp, both with a comma, fdb or arp.

    Ids are spelled canonically where their subtype is an address; texts are empty where nothing was said.
    """

    start: str
    by: str
    chassis_subtype: str
    chassis_id: str
    port_subtype: str = ""
    port_id: str = ""
    port_description: str = ""
    address: str = ""
    name: str = ""
    description: str = ""

    @property
    def is_sampled(self) -> bool:
        """Learnt from traffic: absence proves nothing. (LLDP and CDP say who is there now.)"""
        return self.by in ("fdb", "arp")


class Link(NamedTuple):
    """A relation between two items of the document."""

    verb: str
    start: str
    end: str


@dataclass(slots=True)
class Relations:
    """What a document says of things beside each other, and of far ends. Each count is that of `Claims`."""

    connections: dict[Connection, int] = field(default_factory=dict[Connection, int])
    sights: dict[Sight, int] = field(default_factory=dict[Sight, int])
    links: set[Link] = field(default_factory=set[Link])


def relations_of(document: Document, types: Mapping[str, str], refusals: list[Refusal]) -> Relations:
    """The relations of a document whose items (key → type) were taken; what is wrong goes to `refusals`."""
    found = Relations()
    for index, relation in enumerate(document.relations):
        where = f"relations[{index}]"
        verb = verbs.BY_NAME.get(relation.verb)
        start = types.get(relation.start)
        if verb is None:
            refusals.append(Refusal(f"{where}.verb", "unknown_verb", f"no verb is called {relation.verb!r}"))
        elif start is None:
            refusals.append(Refusal(f"{where}.from", "unknown_item", f"{relation.start!r} was not taken"))
        elif isinstance(relation.end, FarEnd):
            reason = _take_far_end(found, relation, relation.end, verb, start)
            if reason:
                refusals.append(Refusal(f"{where}.to", "bad_far_end", reason))
        elif relation.end not in types:
            refusals.append(Refusal(f"{where}.to", "unknown_item", f"{relation.end!r} was not taken"))
        elif (verb, types[relation.end]) not in BY_LABEL[start].relationships:
            message = f"a {start} does not stand in {verb.name} to a {types[relation.end]}"
            refusals.append(Refusal(where, "unknown_relation", message))
        else:
            found.links.add(Link(verb.name, relation.start, relation.end))
    return found


def _take_far_end(found: Relations, relation: Relation, end: FarEnd, verb: Verb, start_type: str) -> str | None:
    """Take a connection or a neighbour in; the reason where it is neither."""
    if verb in (verbs.CALLS, verbs.USES):
        connection = _connection(relation.start, end)
        if connection is None:
            return f"{verb.name} to a far end needs an address, a port and a protocol"
        samples = relation.attributes.get("samples")
        found.connections[connection] = samples if isinstance(samples, int) and samples > 0 else 1
        return None
    if verb not in (verbs.LINKED_TO, verbs.ATTACHED_TO) or start_type != "NetworkInterface":
        return f"a {start_type} does not stand in {verb.name} to a far end"
    sight = _sight(relation.start, end)
    if sight is None:
        return f"{verb.name} to a neighbour needs a chassis id, its subtype, and what discovered it"
    macs = relation.attributes.get("macs_on_port")
    found.sights[sight] = macs if isinstance(macs, int) and macs > 0 else 1
    return None


def _connection(start: str, end: FarEnd) -> Connection | None:
    address = normal.ip_address(end.address or "")
    if address is None or end.port is None or ipaddress.ip_address(address).is_unspecified:
        return None
    return Connection(start, end.protocol or "tcp", address, end.port)


def _sight(start: str, end: FarEnd) -> Sight | None:
    """None where the far end names no neighbour that could ever be found."""
    chassis = _neighbour_id(end.chassis_id_subtype, end.chassis_id)
    if chassis is None or end.discovered_by is None:
        return None
    port = _neighbour_id(end.port_id_subtype, end.port_id) or ("", "")
    return Sight(
        start, end.discovered_by, *chassis, *port,
        port_description=(end.port_description or "").strip(),
        address=normal.ip_address(end.address or "") or "",
        name=(end.sys_name or "").strip(),
        description=(end.sys_descr or "").strip(),
    )  # fmt: skip


def _neighbour_id(subtype: str | None, text: str | None) -> tuple[str, str] | None:
    """Subtype and id as they are compared; None without an id, or where it is a placeholder."""
    spelled = (text or "").strip()
    match subtype:
        case "macAddress":
            spelled = normal.mac_address(spelled) or ""
        case "networkAddress":
            spelled = normal.ip_address(spelled) or ""
        case _:
            spelled = spelled.replace("|", "/")
    return (subtype, spelled) if subtype and spelled else None
