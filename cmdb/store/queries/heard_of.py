"""Neighbours as a person asks for them: who hears of each, and which machine it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString

from cmdb.store.driver import Graph

_LIST: LiteralString = """
MATCH (n:Neighbour) WHERE n.key > $after
CALL (n) {
  MATCH (i:NetworkInterface)-[r:SEES]->(n)
  MATCH (i)-[:PART_OF]->(m:CI)
  WITH i, r, m ORDER BY m.title, i.title
  RETURN collect({
           interface: i {.id, .type, .title}, machine: m {.id, .type, .title}, discovered_by: split(r.key, '|')[0],
           port_id: split(r.key, '|')[2]
         })[..$most] AS seen_by, count(*) AS seen_count, min(r.valid_from) AS first_seen_at,
         max(r.last_seen_at) AS last_seen_at, collect(r.key) AS sights
}
WITH * WHERE seen_count > 0 AND (NOT $announced OR any(s IN sights WHERE s STARTS WITH 'lldp' OR s STARTS WITH 'cdp'))
CALL (n) {
  OPTIONAL MATCH (n)-[:AT]->(:Identifier)<-[:HAS]-(g:Sighting)-[:IS]->(m:CI) WHERE NOT g.gone
  RETURN collect(DISTINCT m {.id, .type, .title})[..$most] AS machines
}
WITH * WHERE $resolved IS NULL OR $resolved = (size(machines) > 0)
RETURN n {.key, .domain, .subtype, .chassis_id, .address, .name, .description} AS neighbour, machines, seen_by,
       seen_count, first_seen_at, last_seen_at
ORDER BY n.key LIMIT $limit
"""

MOST = 20
"""Interfaces that one neighbour lists."""


@dataclass(frozen=True, slots=True)
class Named:
    """A CI beside a neighbour."""

    id: str
    type: str
    title: str


@dataclass(frozen=True, slots=True)
class SeenBy:
    """An interface that hears of a neighbour: through lldp, cdp, fdb or arp, and from which of its ports."""

    interface: Named
    machine: Named
    discovered_by: str
    port_id: str


@dataclass(frozen=True, slots=True)
class HeardOf:
    """A neighbour as a person asks for it. `machines` is empty while nobody known holds its id. Instants: epoch ms."""

    key: str
    domain: str
    subtype: str
    chassis_id: str
    address: str | None
    name: str | None
    description: str | None
    machines: tuple[Named, ...]
    seen_by: tuple[SeenBy, ...]
    seen_count: int
    first_seen_at: int
    last_seen_at: int


def list_neighbours(graph: Graph, limit: int, after: str, resolved: bool | None, announced: bool) -> list[HeardOf]:
    """Neighbours by key, after this key. `announced`: only those that LLDP or CDP tell of."""
    return [
        HeardOf(
            **found["neighbour"],
            machines=tuple(Named(**one) for one in found["machines"]),
            seen_by=tuple(
                SeenBy(Named(**one["interface"]), Named(**one["machine"]), one["discovered_by"], one["port_id"])
                for one in found["seen_by"]
            ),
            seen_count=found["seen_count"],
            first_seen_at=found["first_seen_at"],
            last_seen_at=found["last_seen_at"],
        )
        for found in graph.ask(_LIST, limit=limit, after=after, resolved=resolved, announced=announced, most=MOST)
    ]
