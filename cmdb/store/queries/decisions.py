"""What people decided about sightings: kept for ever, in force until it is undone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import LiteralString

from cmdb.identify.sighting import Identifier, Pair, SightingKey
from cmdb.store.driver import Row, Transaction, rows
from cmdb.store.identity_text import identifier_of, key_of
from cmdb.store.queries.counters import next_number

_IN_FORCE: LiteralString = "MATCH (d:Decision {is_active: true}) RETURN properties(d) AS decision"

_CREATE: LiteralString = """
CREATE (d:Decision {id: $id}) SET d += $values
WITH d
UNWIND $about AS key
MATCH (g:Sighting {key: key})
MERGE (d)-[:ABOUT]->(g)
"""

_UNDO: LiteralString = """
MATCH (d:Decision {id: $id, is_active: true})
SET d.is_active = false, d.undone_at = $at, d.undone_by = $by
"""

_READ: LiteralString = "MATCH (d:Decision {id: $id}) RETURN properties(d) AS decision"

_PAGE: LiteralString = """
MATCH (d:Decision) WHERE d.number < $before AND ($is_active IS NULL OR d.is_active = $is_active)
RETURN properties(d) AS decision ORDER BY d.number DESC LIMIT $limit
"""

_ABOUT: LiteralString = """
UNWIND $keys AS key
MATCH (:Sighting {key: key})<-[:ABOUT]-(d:Decision)
WITH DISTINCT d
RETURN properties(d) AS decision ORDER BY d.number
"""

_IN_FORCE_ABOUT: LiteralString = """
UNWIND $keys AS key
MATCH (g:Sighting {key: key})<-[:ABOUT]-(d:Decision {is_active: true}) USING INDEX SEEK g:Sighting(key)
WITH DISTINCT d
RETURN properties(d) AS decision
"""

_NEWEST = 2**62  # more decisions than there will be: the index then gives the newest first


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's word about sightings. Instants are epoch ms; `undone_at` None: it is in force.

    `kind`: join (they are one thing) or separate (`sightings` are not what `apart_from` are). `pairs`: what follows
    for every two of them. `disavowed`: claims of single sightings that count for nothing since.
    """

    id: str
    number: int
    kind: str
    sightings: tuple[SightingKey, ...]
    apart_from: tuple[SightingKey, ...]
    pairs: frozenset[Pair]
    disavowed: frozenset[tuple[SightingKey, Identifier]]
    reason: str
    made_by: str
    made_at: int
    undone_by: str | None = None
    undone_at: int | None = None


def in_force(tx: Transaction) -> list[Decision]:
    """Every decision that holds. Read it behind the locks of what it may bear on."""
    return [_decision(found["decision"]) for found in rows(tx, _IN_FORCE)]


def in_force_about(tx: Transaction, keys: Iterable[SightingKey]) -> list[Decision]:
    """Every decision that holds and names one of these sightings. Read it behind the locks of what it may bear on."""
    ordered = sorted(key.text for key in keys)
    return [_decision(found["decision"]) for found in rows(tx, _IN_FORCE_ABOUT, keys=ordered)]


def next_decision(tx: Transaction) -> tuple[str, int]:
    """The id and the number of the next decision; whoever else asks waits until this transaction has ended."""
    number = next_number(tx, "decision")
    return f"DEC-{number:06d}", number


def save(tx: Transaction, one: Decision) -> None:
    """Keep a new decision."""
    values: Row = {
        "number": one.number, "kind": one.kind, "is_active": True, "reason": one.reason, "made_by": one.made_by,
        "made_at": one.made_at, "sightings": [key.text for key in one.sightings],
        "apart_from": [key.text for key in one.apart_from],
        "pairs": json.dumps([[a.text, b.text] for a, b in sorted(one.pairs)]),
        "disavowed": json.dumps([[key.text, identifier.key] for key, identifier in sorted(one.disavowed)]),
    }  # fmt: skip
    about = [key.text for key in (*one.sightings, *one.apart_from)]
    rows(tx, _CREATE, id=one.id, values=values, about=about)


def undo(tx: Transaction, decision_id: str, by: str, at: int) -> None:
    """The decision holds no more; it stays listed."""
    rows(tx, _UNDO, id=decision_id, by=by, at=at)


def read(tx: Transaction, decision_id: str) -> Decision | None:
    """The decision; None where there is none."""
    found = rows(tx, _READ, id=decision_id)
    return _decision(found[0]["decision"]) if found else None


def page(tx: Transaction, is_active: bool | None, before: int | None, limit: int) -> list[Decision]:
    """Decisions, newest first, from below the number `before`; `is_active` None: also those that were undone."""
    before = _NEWEST if before is None else before
    return [_decision(found["decision"]) for found in rows(tx, _PAGE, is_active=is_active, before=before, limit=limit)]


def about(tx: Transaction, keys: Iterable[SightingKey]) -> list[Decision]:
    """The decisions that name any of these sightings, the undone ones too, oldest first."""
    return [_decision(found["decision"]) for found in rows(tx, _ABOUT, keys=sorted(key.text for key in keys))]


def _decision(found: Row) -> Decision:
    return Decision(
        id=found["id"],
        number=found["number"],
        kind=found["kind"],
        sightings=tuple(map(key_of, found["sightings"])),
        apart_from=tuple(map(key_of, found["apart_from"])),
        pairs=frozenset((key_of(a), key_of(b)) for a, b in json.loads(found["pairs"])),
        disavowed=frozenset((key_of(a), identifier_of(b)) for a, b in json.loads(found["disavowed"])),
        reason=found["reason"],
        made_by=found["made_by"],
        made_at=found["made_at"],
        undone_by=found.get("undone_by"),
        undone_at=found.get("undone_at"),
    )
