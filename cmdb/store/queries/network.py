"""The network as the graph has it: machines with links, where CIs stand, and from where collectors look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import LiteralString

from cmdb.model.types.machine_evidence import MACHINES
from cmdb.store.driver import Row, Transaction, row
from cmdb.store.held import HELD, NOW, as_of, as_of_with_values

MAX_LINKS = 200_000
MAX_COLLECTORS = 200
_WEIGHED = ("forwards", "is_network_root")
"""Values of machines that count in the network, and that may have been otherwise."""

_HAS_LINKS: LiteralString = """
UNWIND $ids AS id
MATCH (x:CI {id: id})
OPTIONAL MATCH (x)-[:PART_OF]->(m:CI)
WITH coalesce(m, x) AS m, x
WHERE EXISTS { (x)-[:LINKED_TO|ATTACHED_TO]-() } OR EXISTS { (x)<-[:PART_OF]-()-[:LINKED_TO|ATTACHED_TO]-() }
WITH m WHERE coalesce(m.forwards, m.type = 'NetworkDevice') OR NOT m.id IN $ids
RETURN count(m) AS number
"""
_HAD_LINKS: LiteralString = as_of(_HAS_LINKS)

# A list of a record has no place for null, so '' stands for a port that is not known, and for an end on no machine.
_LINKS: LiteralString = """
CALL () {
  MATCH (a:CI)-[l:LINKED_TO|ATTACHED_TO]->(b:CI)
  WITH a, b LIMIT $max_links
  WITH a, b,
       CASE WHEN a.type = 'NetworkInterface' THEN head([(a)-[:PART_OF]->(m:CI) | m]) ELSE a END AS m,
       CASE WHEN b.type = 'NetworkInterface' THEN head([(b)-[:PART_OF]->(n:CI) | n]) ELSE b END AS n
  WITH a, b, m, n, coalesce(m.type IN $machines AND n.type IN $machines, false) AS is_between
  RETURN collect(CASE WHEN is_between THEN m.id ELSE '' END) AS link_from,
         collect(CASE WHEN a = m THEN '' ELSE a.id END) AS ports_from,
         collect(CASE WHEN is_between THEN n.id ELSE '' END) AS link_to,
         collect(CASE WHEN b = n THEN '' ELSE b.id END) AS ports_to,
         collect(CASE WHEN is_between THEN m END) + collect(CASE WHEN is_between THEN n END) AS ends
}
CALL (ends) {
  UNWIND ends AS m
  RETURN collect(DISTINCT m) AS nodes
}
CALL (nodes) {
  UNWIND nodes AS m
  RETURN collect(m.id) AS ids, collect(m.type) AS types, collect(coalesce(m.title, m.id)) AS titles,
         collect(coalesce(m.forwards, m.type = 'NetworkDevice')) AS forwards,
         collect(coalesce(m.is_network_root, false)) AS declared
}
CALL () {
  MATCH (m:CI) WHERE m.type IN $machines AND m.state = 'active'
  RETURN count(m) AS machine_count
}
"""
_RETURN: LiteralString = """
RETURN link_from, ports_from, link_to, ports_to, ids, types, titles, forwards, declared, machine_count"""
_NETWORK: LiteralString = _LINKS + _RETURN
_NETWORK_THEN: LiteralString = as_of_with_values(_LINKS) + _RETURN + ", were"

_COLLECTORS: LiteralString = """
MATCH (s:Scope) WHERE s.observed_from_address IS NOT NULL OR s.observed_from_mac IS NOT NULL
WITH DISTINCT s.domain AS domain, s.observed_from_address AS address, s.observed_from_mac AS mac
ORDER BY domain, address, mac LIMIT $most
CALL (domain, address, mac) {
  MATCH (k:Identifier) WHERE k.key IN ['address:' + domain + '|' + address, 'mac:' + domain + '|' + mac]
  MATCH (k)<-[:HAS]-(g:Sighting)-[:IS]->(m:CI) WHERE NOT g.gone
  RETURN collect(DISTINCT [m.id, k.key STARTS WITH 'address:']) AS holders
}
CALL (domain, mac) {
  MATCH (n:Neighbour {key: domain + '|macAddress|' + mac})<-[r:SEES]-(i:NetworkInterface)-[:PART_OF]->(m:CI)
  RETURN collect(DISTINCT [m.id, i.id, split(r.key, '|')[0]]) AS seen
}
RETURN collect([holders, seen]) AS places
"""
_COLLECTORS_THEN: LiteralString = as_of(_COLLECTORS)

# What runs on something stands there, whatever it stores its data on; what has ended stands where it did.
_PLACES: LiteralString = f"""
UNWIND $ids AS id
MATCH (x:CI {{id: id}})
CALL (x) {{
  MATCH p = (x)-[:RUNS_ON|PART_OF|STORED_ON|WAS_RUNS_ON|WAS_PART_OF*0..6]->(m:CI) WHERE m.type IN $machines
  WITH m, min(reduce(far = 0, r IN relationships(p) |
                     far + CASE WHEN NOT ({HELD.format("r")}) THEN 100
                                WHEN type(r) ENDS WITH 'STORED_ON' THEN 10 ELSE 1 END)) AS far
  ORDER BY far, m.id
  RETURN collect(m.id) AS machines
}}
RETURN collect([id, machines]) AS places
"""


@dataclass(frozen=True, slots=True)
class StoredMachine:
    """A machine with links; `is_root`: a person declared that one looks from here."""

    id: str
    type: str
    title: str
    forwards: bool
    is_root: bool


@dataclass(frozen=True, slots=True)
class StoredLink:
    """A cable or attachment, by the ids of the machines and of the ports; None for a port that is not known."""

    start: str
    start_port: str | None
    end: str
    end_port: str | None


@dataclass(frozen=True, slots=True)
class StoredNetwork:
    """Everything that is linked. `machine_count` counts all active machines, linked or not."""

    machines: tuple[StoredMachine, ...]
    links: tuple[StoredLink, ...]
    machine_count: int
    is_complete: bool


@dataclass(frozen=True, slots=True)
class CollectorPlace:
    """Where a collector is: machines that hold its address, or its MAC; ports that learnt the MAC, with how.

    `seen` holds (machine, port, "fdb" or "arp" or another way of hearing).
    """

    by_address: frozenset[str]
    by_mac: frozenset[str]
    seen: tuple[tuple[str, str, str], ...]


def has_links(tx: Transaction, ids: Iterable[str], at: int | None = None) -> bool:
    """Whether one of these CIs is a machine that forwards and has links, or a linked port of one that still stands.

    Here and below, with `at` (epoch ms): by the links of that instant.
    """
    return _ask(tx, _HAS_LINKS, _HAD_LINKS, at, ids=sorted(set(ids)))["number"] > 0


def read_network(tx: Transaction, max_links: int = MAX_LINKS, *, at: int | None = None) -> StoredNetwork:
    """All links between machines, up to `max_links`."""
    found = _ask(
        tx, _NETWORK, _NETWORK_THEN, at, machines=list(MACHINES), max_links=max_links, weighed=_WEIGHED
    )  # fmt: skip
    links = {
        StoredLink(start, port or None, end, far_port or None)
        for start, port, end, far_port in zip(
            found["link_from"], found["ports_from"], found["link_to"], found["ports_to"], strict=True
        )
        if start and end
    }
    were = {(machine, attribute): value for machine, attribute, value in found.get("were", ())}
    columns = (found[name] for name in ("ids", "types", "titles", "forwards", "declared"))
    return StoredNetwork(
        tuple(
            StoredMachine(machine, kind, title, *(
                value if (was := were.get((machine, name))) is None else bool(was)
                for name, value in zip(_WEIGHED, (forwards, declared), strict=True)
            ))
            for machine, kind, title, forwards, declared in zip(*columns, strict=True)
        ),
        tuple(sorted(links, key=lambda one: (one.start, one.end, one.start_port or "", one.end_port or ""))),
        found["machine_count"],
        len(found["link_from"]) < max_links,
    )  # fmt: skip


def collector_places(tx: Transaction, at: int | None = None) -> list[CollectorPlace]:
    """Where each collector, by what it says today of its own address, may be."""
    return [
        CollectorPlace(
            frozenset(machine for machine, by_address in holders if by_address),
            frozenset(machine for machine, by_address in holders if not by_address),
            tuple((machine, port, by) for machine, port, by in sorted(seen)),
        )
        for holders, seen in _ask(tx, _COLLECTORS, _COLLECTORS_THEN, at, most=MAX_COLLECTORS)["places"]
    ]


def machines_of(tx: Transaction, ids: Iterable[str], at: int | None = None) -> Mapping[str, tuple[str, ...]]:
    """The machines that each of these CIs is on, the nearest first; none for what is on no machine."""
    found = row(tx, _PLACES, ids=sorted(set(ids)), machines=list(MACHINES), at=NOW if at is None else at)["places"]
    return {ci: tuple(machines) for ci, machines in found}


def _ask(tx: Transaction, now: LiteralString, then: LiteralString, at: int | None, **parameters: object) -> Row:
    return row(tx, now, **parameters) if at is None else row(tx, then, at=at, **parameters)
