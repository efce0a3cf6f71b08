"""Neighbours as the graph has them, and the cables and attachments that follow from what they turn out to be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from cmdb.model import verbs
from cmdb.observation.relations import Sight
from cmdb.reconcile.causes import Causes, Ending
from cmdb.reconcile.content import Content
from cmdb.reconcile.difference import Difference
from cmdb.reconcile.edges import EdgeKey
from cmdb.reconcile.keys import is_local
from cmdb.reconcile.links import Wanted, attachment, cables
from cmdb.reconcile.projection import Projection
from cmdb.store.driver import Graph, Row, Transaction
from cmdb.store.queries import heard_of
from cmdb.store.queries import neighbours as queries
from cmdb.store.queries.heard_of import HeardOf
from cmdb.store.queries.relation_places import standing_links
from cmdb.usecases.relation_events import tell_relations


def identifiers_of(domain: str, sight: Sight) -> frozenset[str]:
    """The identifier nodes under which a neighbour may be known to someone else."""
    found = {f"mac:{domain}|{sight.chassis_id}"} if sight.chassis_subtype == "macAddress" else set[str]()
    addresses = (sight.address, sight.chassis_id if sight.chassis_subtype == "networkAddress" else "")
    return frozenset(found | {f"address:{domain}|{one}" for one in addresses if one and not is_local(one)})


def mac_keys(content: Content, owner: str, domain: str) -> frozenset[str]:
    """The identifier nodes of the hardware addresses that an item's interfaces, or its chassis, have."""
    if owner not in content.items:
        return frozenset()
    macs = set(content.items[owner].identifiers.get("base_macs", ()))
    for part in content.items.values():
        if part.type == "NetworkInterface" and part.parent == owner and "mac_address" in part.values:
            macs.add(str(part.values["mac_address"]))
    return frozenset(f"mac:{domain}|{mac}" for mac in macs)


def merge_neighbours(tx: Transaction, diff: Difference, new: Projection) -> None:
    """Make the neighbours that new sights need; their identifier nodes are locked."""
    created = sorted({key.end for key, _ in diff.created_edges if key.verb == verbs.SEES.name})
    queries.merge_neighbours(tx, [_row(key, new.sights[key]) for key in created])


def _row(key: str, sight: Sight) -> Row:
    domain = key.rsplit("|", 2)[0]
    said = {"address": sight.address, "name": sight.name, "description": sight.description}
    return {
        "key": key,
        "set": {"domain": domain, "subtype": sight.chassis_subtype, "chassis_id": sight.chassis_id}
        | {name: text for name, text in said.items() if text},
        "identifiers": sorted(identifiers_of(domain, sight)),
    }


def settle_links(
    tx: Transaction, diff: Difference, why: Causes, identifiers: Iterable[str], at: int, recorded_at: int
) -> None:
    """Derive anew what is cabled to what, where sights changed or someone else may be the neighbour now. Epoch ms.

    `why`: the causes of the difference; `identifiers`: the nodes of addresses whose holders or ports changed. Cables
    first: what is cabled to a known port needs no guess at what stands behind it.
    """
    edges = (*diff.ended_edges, *(key for key, _ in diff.created_edges))
    keys = {key.end for key in edges if key.verb == verbs.SEES.name} | queries.neighbours_at(tx, identifiers)
    if not keys:
        return
    moved = _Moved()
    for standing in queries.neighbours(tx, keys):
        change = queries.Settling(_ending(standing.neighbour.key, why), why.otherwise, at, recorded_at)
        _settle(tx, standing, cables(standing.neighbour), verbs.LINKED_TO.name, change, moved)
    for standing in queries.neighbours(tx, keys | queries.learnt_beside(tx, moved.touched)):
        behind = attachment(standing.neighbour, standing.linked)
        change = queries.Settling(_ending(standing.neighbour.key, why), why.otherwise, at, recorded_at)
        _settle(tx, standing, [behind] if behind else [], verbs.ATTACHED_TO.name, change, moved)
    ended = moved.gone - standing_links(tx, moved.gone)
    began, over = ([EdgeKey(*one) for one in some] for some in (moved.new - moved.gone, ended))
    tell_relations(tx, began, over, at, recorded_at)


def _ending(neighbour: str, why: Causes) -> Ending:
    """How what followed from a neighbour ends: as the interface's hearing of it did, if that is why."""
    heard = [one for key, one in why.ended.items() if key.verb == verbs.SEES.name and key.end == neighbour]
    return heard[0] if heard else Ending(None, why.otherwise)


@dataclass(slots=True)
class _Moved:
    """Relationships, (verb, start, end), that neighbours stand for no more, and those that had not stood before.

    `touched`: the interfaces of which some relationship is supported, or is not any more, by another neighbour.
    """

    gone: set[tuple[str, str, str]] = field(default_factory=set[tuple[str, str, str]])
    new: set[tuple[str, str, str]] = field(default_factory=set[tuple[str, str, str]])
    touched: set[str] = field(default_factory=set[str])


def _settle(
    tx: Transaction,
    standing: queries.Standing,
    wanted: list[Wanted],
    verb: str,
    change: queries.Settling,
    moved: _Moved,
) -> None:
    """Make one neighbour's relationships of one verb what they should be."""
    stands = {frozenset(one[1:]): one for one in standing.derived if one[0] == verb}
    ends = {one.ends for one in wanted}
    gone = [one for pair, one in stands.items() if pair not in ends]
    new = [one for one in wanted if one.ends not in stands]
    added = {(one.verb, one.start, one.end) for one in new}
    moved.new |= added - standing_links(tx, added)
    moved.gone |= set(gone)
    moved.touched |= {end for _, *pair in gone for end in pair}.union(*(one.ends for one in new))
    queries.withdraw(tx, standing.neighbour.key, gone, change)
    queries.support(tx, standing.neighbour.key, new, change)


def list_neighbours(
    graph: Graph, limit: int, after: str = "", resolved: bool | None = None, *, announced: bool = False
) -> list[HeardOf]:
    """Neighbours that interfaces hear of, by key. `resolved` False: devices that nobody reads yet.

    `announced`: only those that LLDP or CDP tell of, without the addresses that ports have merely learnt.
    """
    return heard_of.list_neighbours(graph, limit, after, resolved, announced)
