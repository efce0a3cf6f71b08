"""Neighbours that interfaces hear of: who they may be, and the relationships derived from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import LiteralString

from cmdb.reconcile.causes import Ending
from cmdb.reconcile.edges import Edge
from cmdb.reconcile.links import Neighbour, Port, Wanted, seeing_of
from cmdb.reconcile.revisions import Cause
from cmdb.store.driver import Row, Transaction, rows
from cmdb.store.intervals import begun, over

_MERGE: LiteralString = """
UNWIND $rows AS row
MERGE (n:Neighbour {key: row.key})
SET n += row.set
WITH n, row
UNWIND row.identifiers AS key
MATCH (i:Identifier {key: key})
MERGE (n)-[:AT]->(i)
"""

_SEE: LiteralString = """
UNWIND $rows AS row
MATCH (a:CI {id: row.start}) MATCH (n:Neighbour {key: row.end})
CREATE (a)-[r:SEES]->(n) SET r = row.set
"""

_REFRESH: LiteralString = """
UNWIND $rows AS row
MATCH (a:CI {id: row.start})-[r:SEES {key: row.key}]->(n:Neighbour {key: row.end})
SET r += row.set
"""

_END: LiteralString = """
UNWIND $rows AS row
MATCH (a:CI {id: row.start})-[r:SEES {key: row.key}]->(n:Neighbour {key: row.end})
CREATE (a)-[w:WAS_SEES]->(n) SET w = properties(r), w += row.set
DELETE r
"""

_AT: LiteralString = """
UNWIND $identifiers AS key
MATCH (:Identifier {key: key})<-[:AT]-(n:Neighbour)
RETURN collect(DISTINCT n.key) AS keys
"""

_BESIDE: LiteralString = """
UNWIND $interfaces AS id
MATCH (i:CI {id: id})
CALL (i) {
  MATCH (i)-[r:SEES]->(n:Neighbour) WHERE r.key STARTS WITH 'fdb|' RETURN n
  UNION
  MATCH (i)-[:PART_OF]->()<-[:IS]-(:Sighting)-[:HAS]->(k:Identifier)<-[:AT]-(n:Neighbour)
  WHERE n.chassis_id = i.mac_address RETURN n
}
RETURN collect(DISTINCT n.key) AS keys
"""

_STATES: LiteralString = """
UNWIND $keys AS key
MATCH (n:Neighbour {key: key})
CALL (n) {
  MATCH (i:NetworkInterface)-[r:SEES]->(n)
  MATCH (i)-[:PART_OF]->(m:CI)
  RETURN collect([i.id, m.id, r.key, EXISTS { (i)-[:LINKED_TO]-() }, r.valid_from, r.scope, r.last_seen_at, r.samples,
                  r.began_after]) AS seen
}
CALL (n) {
  MATCH (n)-[:AT]->(k:Identifier)<-[:HAS]-(g:Sighting)-[:IS]->(m:CI) WHERE NOT g.gone
  RETURN collect(DISTINCT [m.id, k.key]) AS holders
}
CALL (n) {
  MATCH (i:NetworkInterface)-[:SEES|WAS_SEES]->(n)
  MATCH (i)-[l:LINKED_TO|ATTACHED_TO]-(:CI) WHERE n.key IN l.keys
  RETURN collect(DISTINCT [type(l), startNode(l).id, endNode(l).id]) AS derived
}
RETURN n.key AS key, n.subtype AS subtype, n.chassis_id AS chassis_id, seen, holders, derived
"""

_PORTS: LiteralString = """
UNWIND $rows AS row
MATCH (m:CI {id: row.machine})<-[:PART_OF]-(i:NetworkInterface)
WHERE i.mac_address IN row.texts OR i.name IN row.texts OR i.description IN row.texts OR i.alias IN row.texts
   OR toString(i.if_index) IN row.texts
RETURN row.machine AS machine,
       collect([i.id, i.name, i.description, i.alias, toString(i.if_index), i.mac_address]) AS ports,
       collect(CASE WHEN EXISTS { (i)-[:LINKED_TO]-() } THEN i.id END) AS linked
"""

_SUPPORT: LiteralString = """
UNWIND $rows AS row
MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end})
CALL (a, b, row) {
  OPTIONAL MATCH (a)-[l:LINKED_TO|ATTACHED_TO]-(b) WHERE type(l) = row.verb
  WITH a, b, row, l WHERE l IS NULL
  CREATE (a)-[n:$(row.verb)]->(b)
  SET n.valid_from = row.since, n.scope = row.scope, n.keys = [], n.discovered_by = [], n += row.begun
}
MATCH (a)-[l:LINKED_TO|ATTACHED_TO]-(b) WHERE type(l) = row.verb
WITH a, b, row, l, CASE WHEN l.valid_from > row.since THEN row.since ELSE l.valid_from END AS since
SET l.valid_from = since,
    l.began_after = reduce(latest = null, x IN [l.began_after, row.after] |
                           CASE WHEN x < since AND coalesce(latest < x, true) THEN x ELSE latest END),
    l.scope = CASE WHEN l.scope > row.scope THEN row.scope ELSE l.scope END,
    l.keys = COLLECT { UNWIND [x IN l.keys WHERE x <> row.key] + row.key AS x RETURN x ORDER BY x },
    l.discovered_by = COLLECT { UNWIND [x IN l.discovered_by WHERE x <> row.by] + row.by AS x RETURN x ORDER BY x }
SET l.is_mutual = all(end IN [a, b] WHERE EXISTS { MATCH (end)-[:SEES]->(n:Neighbour) WHERE n.key IN l.keys })
"""

_WITHDRAW: LiteralString = """
UNWIND $rows AS row
MATCH (a:CI {id: row.start})-[l:LINKED_TO|ATTACHED_TO]->(b:CI {id: row.end}) WHERE type(l) = row.verb
SET l.keys = [k IN l.keys WHERE k <> row.key]
SET l.is_mutual = false
WITH a, l, b, row WHERE size(l.keys) = 0
CREATE (a)-[w:$('WAS_' + row.verb)]->(b)
SET w = properties(l), w += row.set
DELETE l
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """A neighbour with what was derived from it so far, as (verb, start, end).

    `linked`: those of its ports that something is cabled to.
    """

    neighbour: Neighbour
    derived: tuple[tuple[str, str, str], ...]
    linked: frozenset[str]


@dataclass(frozen=True, slots=True)
class Settling:
    """When and why relationships that follow from what interfaces hear of change (epoch ms): `cause` of new ones."""

    ending: Ending
    cause: Cause
    at: int
    recorded_at: int


def merge_neighbours(tx: Transaction, data: list[Row]) -> None:
    """Rows {key, set, identifiers}, whose identifier nodes are locked."""
    if data:
        rows(tx, _MERGE, rows=data)


def see(tx: Transaction, data: list[Row]) -> None:
    """Rows {start, end, set}."""
    rows(tx, _SEE, rows=data)


def refresh_sights(tx: Transaction, data: list[Row]) -> None:
    """Rows {start, end, key, set}."""
    rows(tx, _REFRESH, rows=data)


def end_sights(tx: Transaction, data: list[Row]) -> None:
    """Rows {start, end, key, set}: `set` says until when, and why."""
    rows(tx, _END, rows=data)


def neighbours_at(tx: Transaction, identifiers: Iterable[str]) -> set[str]:
    """The neighbours that the holders of these identifier nodes may be."""
    ordered = sorted(identifiers)
    return set(rows(tx, _AT, identifiers=ordered)[0]["keys"]) if ordered else set()


def learnt_beside(tx: Transaction, interfaces: Iterable[str]) -> set[str]:
    """The neighbours whose place depends on what is cabled to these interfaces."""
    ordered = sorted(interfaces)
    return set(rows(tx, _BESIDE, interfaces=ordered)[0]["keys"]) if ordered else set()


def neighbours(tx: Transaction, keys: Iterable[str]) -> list[Standing]:
    """Everything that decides what these neighbours are."""
    found = rows(tx, _STATES, keys=sorted(keys))
    texts: defaultdict[str, set[str]] = defaultdict(set)
    for row in found:
        said = {row["chassis_id"]} | {part for one in row["seen"] for part in one[2].split("|")[2:] if part}
        for machine, _ in row["holders"]:
            texts[machine] |= said
    wanted = [{"machine": machine, "texts": sorted(said)} for machine, said in sorted(texts.items())]
    ports = {row["machine"]: row for row in rows(tx, _PORTS, rows=wanted)} if wanted else {}
    return [_standing(row, ports) for row in found]


def _standing(row: Row, ports: dict[str, Row]) -> Standing:
    known = [ports[machine] for machine in sorted({machine for machine, _ in row["holders"]} & ports.keys())]
    return Standing(
        Neighbour(
            key=row["key"],
            subtype=row["subtype"],
            chassis_id=row["chassis_id"],
            seen=tuple(
                seeing_of(interface, machine, key, Edge(*edge), is_linked=linked)
                for interface, machine, key, linked, *edge in sorted(row["seen"], key=lambda one: one[:3])
            ),
            by_mac=frozenset(machine for machine, key in row["holders"] if key.startswith("mac:")),
            by_address=frozenset(machine for machine, key in row["holders"] if key.startswith("address:")),
            ports=tuple(
                Port(port[0], one["machine"], *(text or "" for text in port[1:]))
                for one in known
                for port in one["ports"]
            ),
        ),
        tuple((verb, start, end) for verb, start, end in row["derived"]),
        frozenset(interface for one in known for interface in one["linked"]),
    )


def support(tx: Transaction, key: str, wanted: Iterable[Wanted], change: Settling) -> None:
    """Create relationships, or add to them that they follow from this neighbour too."""
    data = [
        {
            "key": key, "verb": one.verb, "start": one.start, "end": one.end, "by": one.by,
            "since": one.edge.valid_from, "after": one.edge.began_after, "scope": one.edge.scope,
            "begun": begun(one.edge.valid_from, change.recorded_at, change.cause),
        }
        for one in wanted
    ]  # fmt: skip
    if data:
        rows(tx, _SUPPORT, rows=data)


def withdraw(tx: Transaction, key: str, derived: list[tuple[str, str, str]], change: Settling) -> None:
    """What a neighbour no longer stands for; a relationship that nothing stands for any more has ended."""
    ended = over(change.ending, change.at, change.recorded_at)
    data = [
        {"key": key, "verb": verb, "start": start, "end": end, "set": ended} for verb, start, end in sorted(derived)
    ]
    if data:
        rows(tx, _WITHDRAW, rows=data)
