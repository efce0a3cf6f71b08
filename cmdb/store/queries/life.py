"""Who is silent: marked on sources and on the CIs that they see, and taken away when they are heard again.

What lives in a machine is as stale as the machine, by derivation: it carries no mark of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import LiteralString, NamedTuple

from cmdb.store.driver import Graph, Transaction, row, rows

IS_STALE: LiteralString = """
(n.stale_since IS NOT NULL OR EXISTS {
  MATCH (n)-[:RUNS_ON|PART_OF]->(m:CI) WHERE m.stale_since IS NOT NULL AND NOT EXISTS { (n)<-[:IS]-() }
})
"""
"""Whether a CI `n` that has not ended is stale."""

_WATCH: LiteralString = """
MERGE (c:Counter {name: 'life'})
SET c.watching_since = CASE WHEN c.watched_at >= $now - $gap_ms THEN c.watching_since ELSE $now END,
    c.watched_at = $now
RETURN c.watching_since AS since
"""

_PATIENCE: LiteralString = "$periods_of_silence * coalesce(s.interval_ms, $periods[s.source_kind], $period)"
_LAST: LiteralString = "coalesce(s.effective_at, s.created_at, 0)"
# While nobody was there to hear it, a source was not silent.
_IS_SILENT: LiteralString = (
    "s.silent_since IS NULL AND CASE WHEN "
    + _LAST + " > $watching_since THEN " + _LAST + " ELSE $watching_since END + " + _PATIENCE + " < $now"
)  # fmt: skip
_OF_SOURCE: LiteralString = (
    "s.key AS key, [(s)-[:SAW]->(g:Sighting)-[:IS]->(c:CI) WHERE g.family = 'machine' OR g.in_container | c.title] "
    "AS names"
)
_SILENT: LiteralString = (
    "MATCH (s:Scope) WHERE " + _IS_SILENT + " WITH s LIMIT $limit SET s.lock = $now WITH s WHERE " + _IS_SILENT
    + " SET s.silent_since = " + _LAST + " + " + _PATIENCE + " RETURN " + _OF_SOURCE
)  # fmt: skip

_UNHEARD: LiteralString = """
MATCH (s:Scope) WHERE s.silent_since IS NOT NULL
MATCH (s)-[:SAW]->(g:Sighting)-[:IS]->(c:CI) WHERE NOT g.gone AND c.state = 'active' AND c.stale_since IS NULL
WITH DISTINCT c WHERE NOT EXISTS {
  MATCH (c)<-[:IS]-(h:Sighting)<-[:SAW]-(t:Scope) WHERE NOT h.gone AND t.silent_since IS NULL
}
RETURN c.id AS id LIMIT $limit
"""
# Behind the locks of all its sources, which a document takes first.
_STALE: LiteralString = """
UNWIND $ids AS id
MATCH (c:CI {id: id})<-[:IS]-(g:Sighting)<-[:SAW]-(s:Scope) WHERE NOT g.gone
SET s.lock = $now
WITH c, collect(s.silent_since) AS silent, count(*) AS sources
WHERE size(silent) = sources AND c.state = 'active' AND c.stale_since IS NULL
SET c.stale_since = reduce(latest = 0, at IN silent | CASE WHEN at > latest THEN at ELSE latest END)
RETURN c.id AS id, c.type AS type, c.title AS title
"""

# Another source speaks of it since people, or evidence, joined what had been two.
_HEARD_BY_OTHERS: LiteralString = """
MATCH (c:CI) WHERE c.stale_since IS NOT NULL AND EXISTS {
  MATCH (c)<-[:IS]-(h:Sighting)<-[:SAW]-(t:Scope) WHERE NOT h.gone AND t.silent_since IS NULL
}
WITH c LIMIT $limit
REMOVE c.stale_since
RETURN c.id AS id, c.type AS type, c.title AS title
"""

# What this scope sees first, and which of it is stale then: all that is stale may look like little.
_HEAR: LiteralString = """
MATCH (s:Scope {key: $key})
WITH s, s.silent_since AS silent_since, COLLECT {
  MATCH (s)-[:SAW]->(g:Sighting)-[:IS]->(c:CI) WHERE NOT g.gone
  WITH DISTINCT c WHERE c.stale_since IS NOT NULL
  RETURN c
} AS stale
REMOVE s.silent_since, s.withdrawn_at
FOREACH (c IN stale | REMOVE c.stale_since)
RETURN silent_since, [c IN stale WHERE c.state = 'active' | [c.id, c.type, c.title]] AS woken,
       [(s)-[:SAW]->(g:Sighting)-[:IS]->(c:CI) WHERE g.family = 'machine' OR g.in_container | c.title] AS names
"""

_DUE: LiteralString = (
    "MATCH (s:Scope) WHERE s.silent_since < $silent_before AND s.withdrawn_at IS NULL AND $watching_since + "
    + _PATIENCE
    + " < $now RETURN s.key AS key ORDER BY key LIMIT $limit"
)

_LOCK: LiteralString = """
MATCH (s:Scope {key: $key})
SET s.lock = $now
WITH s WHERE s.silent_since < $silent_before AND s.withdrawn_at IS NULL
RETURN s.base AS base, s.source_instance AS source_instance, s.content IS NOT NULL AS has_spoken
"""

_WITHDRAW: LiteralString = """
MATCH (s:Scope {key: $key})
SET s.content = $content, s.content_hash = '', s.withdrawn_at = $now, s.held_count = 0
REMOVE s.release_holds, s.volatile
WITH s
MATCH (s)-[:SAW]->(g:Sighting)
SET g.gone = true
WITH g
MATCH (g)-[:IS]->(c:CI) WHERE c.state = 'retired'
REMOVE c.stale_since
"""


@dataclass(frozen=True, slots=True)
class Watch:
    """How silence is judged. Instants are epoch ms.

    `watching_since`: since when somebody was there to hear; `periods`: how often kinds of sources report where their
    documents do not say, `period` any other; `periods_of_silence`: how many of these make a source silent.
    """

    now: int
    watching_since: int
    periods: Mapping[str, int]
    period: int
    periods_of_silence: int

    def parameters(self) -> dict[str, object]:
        """As the queries take them."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


class Named(NamedTuple):
    """A CI by its id, type and title."""

    id: str
    type: str
    title: str


class Source(NamedTuple):
    """A source by the key of its scope's node, with the machines that it reads."""

    key: str
    names: tuple[str, ...]


class Heard(NamedTuple):
    """What a document ended: the silence of its source (epoch ms; None: it was not silent), and of these CIs."""

    silent_since: int | None
    source: Source
    woken: list[Named]


class Withdrawn(NamedTuple):
    """A scope that is to be withdrawn: its key, without the number of its epoch, whose it is, and whether it ever
    said anything."""

    base: str
    source_instance: str
    has_spoken: bool


def watch(graph: Graph, now: int, gap_ms: int) -> int:
    """Note that somebody listens; since when that is so without a gap longer than this, epoch ms."""
    return graph.write(lambda tx: row(tx, _WATCH, now=now, gap_ms=gap_ms)["since"])


def mark_silent(tx: Transaction, watching: Watch, limit: int) -> list[Source]:
    """Mark sources that have fallen silent; which."""
    found = rows(tx, _SILENT, limit=limit, **watching.parameters())
    return [Source(one["key"], tuple(sorted(set(one["names"])))) for one in found]


def unheard(graph: Graph, limit: int) -> list[str]:
    """Ids of CIs all of whose sources are silent and that are not marked."""
    return [one["id"] for one in graph.ask(_UNHEARD, limit=limit)]


def mark_stale(tx: Transaction, ids: list[str], now: int) -> list[Named]:
    """Mark those of these CIs that nobody is heard of any more; which."""
    return [Named(**one) for one in rows(tx, _STALE, ids=sorted(ids), now=now)]


def wake_others(tx: Transaction, limit: int) -> list[Named]:
    """Unmark CIs of which somebody is heard though none of their former sources is; which."""
    return [Named(**one) for one in rows(tx, _HEARD_BY_OTHERS, limit=limit)]


def hear(tx: Transaction, key: str) -> Heard:
    """Unmark a scope whose document is being taken, and the CIs that it sees."""
    found = row(tx, _HEAR, key=key)
    source = Source(key, tuple(sorted(set(found["names"]))))
    return Heard(found["silent_since"], source, [Named(*one) for one in found["woken"]])


def long_silent(graph: Graph, watching: Watch, silent_before: int, limit: int) -> list[str]:
    """Keys of scopes that have been silent since before this instant and still have what they said last."""
    found = graph.ask(_DUE, silent_before=silent_before, limit=limit, **watching.parameters())
    return [one["key"] for one in found]


def lock_silent(tx: Transaction, key: str, silent_before: int, now: int) -> Withdrawn | None:
    """The scope, locked; None where it was heard meanwhile."""
    found = rows(tx, _LOCK, key=key, silent_before=silent_before, now=now)
    return Withdrawn(**found[0]) if found else None


def withdraw(tx: Transaction, key: str, content: bytes | None, now: int) -> None:
    """Keep that the scope says nothing any more but what is in this content. Epoch ms.

    To be called last: CIs that have ended are stale no longer.
    """
    rows(tx, _WITHDRAW, key=key, content=content, now=now)
