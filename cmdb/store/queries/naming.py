"""Which CIs a person may mean by an id, a name, an address or a far end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import LiteralString

from cmdb.store.driver import Row, Transaction, rows

_SHAPE: LiteralString = """
RETURN n.id AS id, n.type AS type, coalesce(n.title, n.id) AS title, n.state AS state, n.valid_to AS valid_to,
       coalesce(head([(n)-[:RUNS_ON|PART_OF]->(m) | m.title]),
                head([(n)-[:WAS_RUNS_ON|WAS_PART_OF]->(m) | m.title])) AS place,
       n.listens AS listens
"""

_BY_ID: LiteralString = (
    """
UNWIND $ids AS asked
OPTIONAL MATCH (own:CI {id: asked})
OPTIONAL MATCH (:Alias {id: asked})-[:NOW]->(later:CI)
WITH asked, coalesce(own, later) AS n WHERE n IS NOT NULL
"""
    + _SHAPE
    + ", asked"
)

_BY_TITLE: LiteralString = (
    "MATCH (n:CI) WHERE n.title IN $titles AND n.type IN $types WITH n ORDER BY n.state, n.id LIMIT $limit" + _SHAPE
)

_BY_TEXT: LiteralString = (
    """
CALL db.index.fulltext.queryNodes('ci_text', $phrase, {limit: 1000}) YIELD node AS n
WHERE n.type IN $types AND any(name IN $properties WHERE toLower(n[name]) = $text)
WITH n ORDER BY n.state, n.id LIMIT $limit
"""
    + _SHAPE
)

_HOLDERS: LiteralString = (
    """
MATCH (a:CI {title: $address}) WHERE a.type = 'IPAddress'
MATCH (a)<-[:HAS_ADDRESS]-(:CI)-[:PART_OF]->(n:CI)
WITH DISTINCT n ORDER BY n.state, n.id LIMIT $limit
"""
    + _SHAPE
)

_LISTENERS: LiteralString = (
    """
UNWIND $machines AS machine
MATCH (m:CI {id: machine})<-[r:RUNS_ON|WAS_RUNS_ON]-(n:CI)
WHERE n.type = 'ServiceInstance' AND any(one IN n.listens WHERE one ENDS WITH $suffix)
  AND (type(r) = 'RUNS_ON' OR n.state = 'retired')
WITH DISTINCT n
"""
    + _SHAPE
)

_LOCAL_LISTENERS: LiteralString = (
    """
MATCH (n:CI {type: 'ServiceInstance'}) WHERE any(one IN n.listens WHERE one ENDS WITH $suffix)
WITH n LIMIT 1000
"""
    + _SHAPE
)


@dataclass(frozen=True, slots=True)
class Named:
    """A CI as a person would recognise it. `place`: title of what it runs on or is part of, None for neither."""

    id: str
    type: str
    title: str
    state: str
    place: str | None = None
    listens: tuple[str, ...] = ()
    ended_at: int | None = None

    @property
    def label(self) -> str:
        """Title and place, such as `postgres on web-1`."""
        return f"{self.title} on {self.place}" if self.place else self.title


def by_ids(tx: Transaction, ids: Iterable[str]) -> dict[str, Named]:
    """The CIs that have or had these ids; ids that nobody has are left out."""
    found = rows(tx, _BY_ID, ids=sorted(set(ids)))
    return {one["asked"]: _named(one) for one in found}


def by_title(tx: Transaction, titles: Sequence[str], types: Sequence[str], limit: int) -> list[Named]:
    """CIs of these types with one of these titles, at most `limit`, current ones first."""
    return [_named(one) for one in rows(tx, _BY_TITLE, titles=titles, types=types, limit=limit)]


def by_text(tx: Transaction, text: str, types: Sequence[str], properties: Sequence[str], limit: int) -> list[Named]:
    """CIs of these types of which one of these searchable properties equals the text, whatever its case."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    found = rows(tx, _BY_TEXT, phrase=f'"{quoted}"', text=text.lower(), types=types, properties=properties, limit=limit)
    return [_named(one) for one in found]


def holders_of(tx: Transaction, address: str, limit: int) -> list[Named]:
    """The machines and containers that have this address in any domain."""
    return [_named(one) for one in rows(tx, _HOLDERS, address=address, limit=limit)]


def listeners_on(tx: Transaction, machines: Iterable[str], port: int) -> list[Named]:
    """Services that listen at this port on these machines, ended ones that did so included."""
    return [_named(one) for one in rows(tx, _LISTENERS, machines=sorted(machines), suffix=f":{port}")]


def listeners_anywhere(tx: Transaction, port: int) -> list[Named]:
    """Services that listen at this port on any machine, ended ones included; at most 1000."""
    return [_named(one) for one in rows(tx, _LOCAL_LISTENERS, suffix=f":{port}")]


def _named(found: Row) -> Named:
    return Named(
        found["id"], found["type"], found["title"], found["state"], found["place"],
        tuple(found["listens"] or ()), found["valid_to"],
    )  # fmt: skip
