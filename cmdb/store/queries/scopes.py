"""Scopes: what each source reads, its last content, and which documents it has already sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, LiteralString

from cmdb.identify.epochs import Epoch
from cmdb.identify.sighting import Sighting
from cmdb.model.sections import OPTIONAL
from cmdb.observation.claims import Claims
from cmdb.observation.relations import Connection, Sight
from cmdb.reconcile.content import Content
from cmdb.reconcile.sampled import DAY_MS, day_of
from cmdb.store.content_json import decode, encode, pack
from cmdb.store.driver import Graph, Transaction, row, rows
from cmdb.store.queries.sightings import epoch_of, sighting_of

SLOTS = tuple(f"documents_{number}" for number in range(8))
"""Seven days and today: each day's document numbers in a list of its own, so that one more rewrites a day only."""

# Only what looks unchanged is locked, so that nothing is written for the rest. What is read by its name before the lock
# would be remembered behind it.
_UNCHANGED: LiteralString = """
MATCH (s:Scope {key: $key}) WHERE s[$digest_name] = $content_hash
SET s.lock = $document_id
WITH s
WHERE s.content_hash = $content_hash AND s.boot_id = $boot_id AND s.effective_at < $effective_at
  AND s.connections_day = $day AND all(c IN $connections WHERE c IN s.connections)
  AND NOT any(slot IN $slots WHERE $document IN coalesce(s[slot], []))
  AND coalesce($received_at < s.manual_until, true) AND s.silent_since IS NULL
MATCH (s)-[:SAW]->(g:Sighting)
OPTIONAL MATCH (g)-[:IS]->(c:CI)
WITH s, collect(g) AS sightings, collect(CASE WHEN g.gone THEN null ELSE [g.item, c.id] END) AS cis
WHERE all(g IN sightings WHERE NOT g.superseded AND NOT g.held)
SET s.effective_at = $effective_at, s.received_at = $received_at, s.document_id = $document_id,
    s.volatile = $volatile, s.unchanged_count = s.unchanged_count + 1, s.clock_skew_ms = $clock_skew_ms
SET s[$slot] = coalesce(s[$slot], []) + $document
FOREACH (g IN [g IN sightings WHERE NOT g.gone] | SET g.last_seen_at = $effective_at)
RETURN cis
"""

_LOCK: LiteralString = """
MERGE (s:Scope {key: $key})
ON CREATE SET s.unchanged_count = 0, s.late_count = 0, s.created_at = $now
SET s.lock = $document_id
RETURN properties(s) AS scope, any(slot IN $slots WHERE $document IN coalesce(s[slot], [])) AS known,
       COLLECT { MATCH (s)-[:SAW]->(g:Sighting) RETURN properties(g) } AS sightings,
       COLLECT { MATCH (:Scope {base: $base})-[:SAW]->(g:Sighting {item: $root}) RETURN properties(g) } AS epochs,
       EXISTS { MATCH (:Birth {scope: $base}) } AS is_remembered
"""

_LATE: LiteralString = """
MATCH (s:Scope {key: $key})
SET s.late_count = s.late_count + 1, s[$slot] = coalesce(s[$slot], []) + $document
"""

_UNPLACED: LiteralString = """
MATCH (s:Scope {key: $key})
SET s.refusals = $refusals, s.received_at = $received_at, s.unplaced_count = coalesce(s.unplaced_count, 0) + 1
"""

_UNREAD: LiteralString = """
OPTIONAL MATCH (known:Scope {base: $base})
WITH known ORDER BY known.epoch DESC LIMIT 1
WITH coalesce(known.key, $base) AS key
MERGE (s:Scope {key: key})
ON CREATE SET s.unchanged_count = 0, s.late_count = 0, s.created_at = $received_at, s += $source
WITH s WHERE s.effective_at IS NULL OR s.effective_at < $effective_at
SET s.problems = $problems, s.sections = $sections, s.received_at = $received_at, s.content_hash = ''
"""

_SAVE: LiteralString = """
MATCH (s:Scope {key: $key})
SET s += $set
SET s[$slot] = CASE WHEN s.documents_day = $day THEN coalesce(s[$slot], []) ELSE [] END + $document,
    s.documents_day = $day
"""

_CONTENTS: LiteralString = """
UNWIND $keys AS key
MATCH (s:Scope {key: key})
RETURN s.key AS key, s.content AS content, s.domain AS domain, s.source_kind AS source_kind,
       s.interval_ms AS interval_ms, s.effective_at AS effective_at
"""

_RELEASE: LiteralString = """
MATCH (s:Scope {key: $key}) SET s.release_holds = true, s.content_hash = '' RETURN s.key AS key
"""


@dataclass(frozen=True, slots=True)
class StoredScope:
    """A scope as it stands. `effective_at` None: it has had no document yet.

    `sightings`: what it sees. `epochs`: the things that stood under its one root in turn, whichever scope node each
    has. `is_remembered`: sightings of it were removed, and some may be remembered.
    """

    key: str
    effective_at: int | None
    source_version: str | None
    content: Content
    release_holds: bool
    knows_document: bool
    sightings: tuple[Sighting, ...] = ()
    epochs: tuple[tuple[Epoch, Sighting], ...] = ()
    is_remembered: bool = False


@dataclass(frozen=True, slots=True)
class StoredContent:
    """A scope's content and what is needed to weigh it."""

    key: str
    domain: str
    source_kind: str
    interval_ms: int | None
    effective_at: int
    content: Content


def number_of(text: str) -> int:
    """A text as the 63-bit integer that stands for it in lists of the graph."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) >> 1


def volatile_of(claims: Claims) -> bytes:
    """The values that always move, by item key."""
    return pack({key: item.volatile for key, item in claims.items.items() if item.volatile})


def _sampled_numbers(connections: Iterable[Connection], sights: Iterable[Sight]) -> list[int]:
    """What comes and goes with traffic: connections, and addresses that ports have learnt."""
    learnt = (sight for sight in sights if sight.is_sampled)
    return [
        *(number_of(f"{c.start}|{c.protocol}|{c.address}|{c.port}") for c in connections),
        *(number_of("|".join((s.start, s.by, s.chassis_id, s.address))) for s in learnt),
    ]


def _memory(claims: Claims) -> dict[str, Any]:
    day = claims.received_at // DAY_MS
    return {"slot": SLOTS[day % len(SLOTS)], "day": day, "document": number_of(claims.document_id)}


def refresh_unchanged(graph: Graph, claims: Claims, digest: str) -> list[tuple[str, str]] | None:
    """Move the last-seen instants where the document says nothing new: (item, CI id) pairs.

    None where it does, or where others are at the same scope: it has to be looked at as one that does.
    """
    found = graph.tell_at_once(
        _UNCHANGED, key=claims.scope, document_id=claims.document_id, content_hash=digest, digest_name="content_hash",
        boot_id=claims.boot_id or "", effective_at=claims.effective_at, received_at=claims.received_at, slots=SLOTS,
        volatile=volatile_of(claims), clock_skew_ms=claims.clock_skew_ms,
        connections=_sampled_numbers(claims.connections, claims.sights), **_memory(claims),
    )  # fmt: skip
    return [(item, ci) for item, ci in found[0]["cis"]] if found else None


def lock_scope(tx: Transaction, claims: Claims, key: str, root: str | None) -> StoredScope:
    """The scope, locked until the transaction ends, made where it was not there.

    `root`: the key of the one item that the document is about; None where there are several.
    """
    found = row(
        tx, _LOCK, key=key, document_id=claims.document_id, now=claims.received_at, slots=SLOTS,
        document=number_of(claims.document_id), base=claims.scope, root=root,
    )  # fmt: skip
    scope = found["scope"]
    return StoredScope(
        key=key,
        effective_at=scope.get("effective_at"),
        source_version=scope.get("source_version"),
        content=decode(scope.get("content"), scope.get("effective_at")),
        release_holds=bool(scope.get("release_holds")),
        knows_document=found["known"],
        sightings=tuple(map(sighting_of, found["sightings"])),
        epochs=tuple((epoch_of(one), sighting_of(one)) for one in found["epochs"]),
        is_remembered=found["is_remembered"],
    )


def count_late(tx: Transaction, claims: Claims, key: str) -> None:
    """Remember a document that came after a newer one."""
    memory = _memory(claims)
    rows(tx, _LATE, key=key, slot=memory["slot"], document=memory["document"])


def note_unplaced(tx: Transaction, key: str, claims: Claims, why: str) -> None:
    """Show on the source that a document could not be told to belong to any of the things under its key."""
    rows(tx, _UNPLACED, key=key, received_at=claims.received_at, refusals=json.dumps([["items", "unplaced", why]]))


def note_unread(tx: Transaction, claims: Claims) -> None:
    """Show on the source why it could not be read at all. What it said before stands, and grows old."""
    rows(
        tx, _UNREAD, base=claims.scope, source=_source(claims), problems=_problems(claims), sections=_sections(claims),
        received_at=claims.received_at, effective_at=claims.effective_at,
    )  # fmt: skip


def _source(claims: Claims) -> dict[str, Any]:
    return {
        "source_kind": claims.source_kind, "source_instance": claims.source_instance, "base": claims.scope, "epoch": 0,
        "source_version": claims.source_version, "domain": claims.domain, "interval_ms": claims.interval_ms,
    }  # fmt: skip


def _problems(claims: Claims) -> str:
    return json.dumps([{"section": s, "kind": k, "message": m} for s, k, m in claims.problems])


def _sections(claims: Claims) -> str:
    said = {name: state for name, state in claims.sections.items() if state != "not_read" or name not in OPTIONAL}
    return json.dumps(said, sort_keys=True)


def save_scope(tx: Transaction, claims: Claims, key: str, epoch: int, digest: str, content: Content) -> None:
    """Store what the scope says now, and the document as accepted."""
    day = day_of(claims.effective_at)
    fresh = [c for c, seen in content.connections.items() if seen.last_at >= day]
    learnt = [s for s, seen in content.sights.items() if seen.last_at >= day]
    memory = _memory(claims)
    rows(tx, _SAVE, key=key, set={
        **_source(claims), "epoch": epoch,
        "content": encode(content), "content_hash": digest, "volatile": volatile_of(claims),
        "effective_at": claims.effective_at, "received_at": claims.received_at, "document_id": claims.document_id,
        "boot_id": claims.boot_id or "", "booted_at": claims.booted_at,
        "clock_skew_ms": claims.clock_skew_ms, "connections": _sampled_numbers(fresh, learnt),
        "connections_day": memory["day"], "release_holds": None,
        "sections": _sections(claims),
        "read_at": json.dumps(content.read_at, sort_keys=True),
        "problems": _problems(claims),
        "refusals": json.dumps([[r.where, r.kind, r.message] for r in claims.refusals[:100]]),
        "observed_from_address": claims.place[0], "observed_from_mac": claims.place[1],
        "held_count": sum(item.held for item in content.items.values()),
    }, **memory)  # fmt: skip


def contents(tx: Transaction, keys: list[str]) -> dict[str, StoredContent]:
    """The contents of these scopes, by key."""
    if not keys:
        return {}
    return {
        found["key"]: StoredContent(
            found["key"], found["domain"], found["source_kind"], found["interval_ms"], found["effective_at"],
            decode(found["content"], found["effective_at"]),
        )
        for found in rows(tx, _CONTENTS, keys=keys)
    }  # fmt: skip


def release_holds(tx: Transaction, key: str) -> bool:
    """Let the next document of the scope end what a mass ending holds; False where there is no such scope."""
    return bool(rows(tx, _RELEASE, key=key))
