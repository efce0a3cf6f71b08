"""What is cabled to a machine's ports, or stands behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString

from cmdb.store.driver import Graph, Row

_LINKS: LiteralString = """
MATCH (m:CI {id: $id})
CALL (m) {
  MATCH (m)<-[:PART_OF]-(p:NetworkInterface)-[l:LINKED_TO|ATTACHED_TO]-(o:CI) RETURN p, l, o
  UNION
  MATCH (m)<-[l:LINKED_TO]-(o:NetworkInterface) RETURN null AS p, l, o
}
OPTIONAL MATCH (o)-[:PART_OF]->(n:CI)
WITH p, l, o, n ORDER BY p.title, coalesce(n.title, o.title), o.title LIMIT $limit
RETURN p {.id, .type, .title} AS port, type(l) AS verb, l.discovered_by AS discovered_by,
       coalesce(l.is_mutual, false) AS is_mutual, l.valid_from AS valid_from,
       CASE WHEN n IS NULL THEN null ELSE o {.id, .type, .title} END AS far_port,
       coalesce(n {.id, .type, .title}, o {.id, .type, .title}) AS machine
"""


@dataclass(frozen=True, slots=True)
class End:
    """A port or a machine at a link."""

    id: str
    type: str
    title: str


@dataclass(frozen=True, slots=True)
class MachineLink:
    """A link as one machine sees it. `port`, `far_port` None: which one is not known.

    `verb` is LINKED_TO for a cable, ATTACHED_TO for what a port has learnt. `discovered_by`: lldp, cdp, fdb.
    `is_mutual`: both ends tell of it. `valid_from`: epoch ms.
    """

    port: End | None
    verb: str
    far_port: End | None
    machine: End
    discovered_by: tuple[str, ...]
    is_mutual: bool
    valid_from: int


def links_of(graph: Graph, ci_id: str, limit: int) -> list[MachineLink]:
    """The links of a machine's ports, by port, at most `limit`."""
    return [_link(found) for found in graph.ask(_LINKS, id=ci_id, limit=limit)]


def _link(found: Row) -> MachineLink:
    return MachineLink(
        port=End(**found["port"]) if found["port"] else None,
        verb=found["verb"],
        far_port=End(**found["far_port"]) if found["far_port"] else None,
        machine=End(**found["machine"]),
        discovered_by=tuple(found["discovered_by"] or ()),
        is_mutual=found["is_mutual"],
        valid_from=found["valid_from"],
    )
