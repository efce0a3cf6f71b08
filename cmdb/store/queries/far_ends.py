"""Far ends of connections as a person asks for them: who uses each, and who answers there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString

from cmdb.store.driver import Graph

_FAR_ENDS: LiteralString = """
MATCH (e:Endpoint) WHERE e.key > $after AND EXISTS { ()-[:USES]->(e) }
CALL (e) {
  OPTIONAL MATCH ()-[r:CALLS|NEEDS {key: e.key}]->(b:CI)
  RETURN collect(DISTINCT b {.id, .type, .title})[..$most] AS answering
}
WITH e, answering WHERE $resolved IS NULL OR $resolved = (size(answering) > 0)
WITH e, answering ORDER BY e.key LIMIT $limit
CALL (e) {
  MATCH (a:CI)-[r:USES]->(e)
  WITH a, r ORDER BY a.title, a.id
  RETURN collect(a {.id, .type, .title})[..$most] AS users, count(a) AS user_count,
         min(r.valid_from) AS first_seen_at, max(r.last_seen_at) AS last_seen_at
}
RETURN e {.key, .domain, .protocol, .address, .port} AS far_end, answering, users, user_count,
       first_seen_at, last_seen_at
"""

_COUNT: LiteralString = """
MATCH (e:Endpoint) WHERE EXISTS { ()-[:USES]->(e) }
WITH e, EXISTS { ()-[:CALLS|NEEDS {key: e.key}]->() } AS is_resolved
RETURN count(*) AS total, count(CASE WHEN is_resolved THEN null ELSE 1 END) AS unresolved
"""

MOST = 20
"""Users and answering CIs that one far end lists."""


@dataclass(frozen=True, slots=True)
class Named:
    """A CI at one side of a connection."""

    id: str
    type: str
    title: str


@dataclass(frozen=True, slots=True)
class FarEnd:
    """An address and port that something connects to. `answering` is empty while nobody known listens there."""

    key: str
    domain: str
    protocol: str
    address: str
    port: int
    users: tuple[Named, ...]
    user_count: int
    answering: tuple[Named, ...]
    first_seen_at: int
    last_seen_at: int


def list_far_ends(graph: Graph, limit: int, after: str, resolved: bool | None) -> list[FarEnd]:
    """Far ends in use by key, after this key; `resolved` None: all, False: those where nobody known answers."""
    return [
        FarEnd(
            **found["far_end"],
            users=tuple(Named(**one) for one in found["users"]),
            user_count=found["user_count"],
            answering=tuple(Named(**one) for one in found["answering"]),
            first_seen_at=found["first_seen_at"],
            last_seen_at=found["last_seen_at"],
        )
        for found in graph.ask(_FAR_ENDS, limit=limit, after=after, resolved=resolved, most=MOST)
    ]


def count_far_ends(graph: Graph) -> tuple[int, int]:
    """How many far ends are in use, and at how many of them nobody known answers."""
    found = graph.ask(_COUNT)[0]
    return found["total"], found["unresolved"]
