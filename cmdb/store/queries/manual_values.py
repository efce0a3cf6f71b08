"""Values that people set, on the scopes of the CI that each is about; those that ended are kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, LiteralString

from cmdb.model.vocabulary import Value
from cmdb.reconcile.manual import ManualValue
from cmdb.store.driver import Graph, Row, Transaction, rows

_STANDING: LiteralString = """
UNWIND $scopes AS key
MATCH (:Scope {key: key})-[:CORRECTED_BY]->(m:ManualValue) WHERE m.scope = key AND m.ended_at IS NULL
RETURN m {.*} AS value ORDER BY m.set_at, m.id
"""

_ALL: LiteralString = """
UNWIND $scopes AS key
MATCH (:Scope {key: key})-[:CORRECTED_BY]->(m:ManualValue)
WITH DISTINCT m
RETURN m {.*} AS value ORDER BY m.set_at, m.id
"""

_SAVE: LiteralString = """
CREATE (m:ManualValue) SET m = $set
WITH m
UNWIND $scopes AS key
MATCH (s:Scope {key: key})
CREATE (s)-[:CORRECTED_BY]->(m)
"""

_END: LiteralString = """
UNWIND $rows AS row
MATCH (m:ManualValue {id: row.id})
SET m.ended_at = row.ended_at, m.ended_by = row.ended_by, m.ended_as = row.ended_as
"""

# Past that instant the next document of the scope is looked at, though it says nothing new.
_UNTIL: LiteralString = """
UNWIND $scopes AS key
MATCH (s:Scope {key: key})
SET s.manual_until = reduce(least = null, at IN [(s)-[:CORRECTED_BY]->(m:ManualValue)
    WHERE m.scope = key AND m.ended_at IS NULL AND m.expires_at IS NOT NULL | m.expires_at] |
    CASE WHEN least <= at THEN least ELSE at END)
"""

_EXPIRED: LiteralString = """
MATCH (s:Scope) WHERE s.manual_until <= $now
WITH s ORDER BY s.key LIMIT $limit
MATCH (s)-[:SAW]->(:Sighting)-[:IS]->(c:CI)
RETURN collect(DISTINCT c.id) AS ids
"""

# A value of the CI that ceased to stand; what followed it is another one's claim, and is told here.
_CHANGED: LiteralString = """
UNWIND $rows AS row
MATCH (n:CI {id: row.ci})
CREATE (n)-[:HAD]->(c:Claim) SET c = row.set
"""

_SINCE: LiteralString = """
MATCH (n:CI {id: $id})
OPTIONAL MATCH (n)-[:HAD]->(c:Claim {attribute: $attribute})
WITH n, max(c.valid_to) AS since
RETURN coalesce(since, n.valid_from) AS since
"""


def standing(tx: Transaction, scopes: Iterable[str]) -> list[ManualValue]:
    """The values that have not ended and whose anchors these scopes (by node) have, as they were set."""
    return [_value(one["value"]) for one in rows(tx, _STANDING, scopes=sorted(scopes))]


def every(tx: Transaction, scopes: Iterable[str]) -> list[ManualValue]:
    """The values of CIs that these scopes have or had a part in, those that ended too, as they were set."""
    return [_value(one["value"]) for one in rows(tx, _ALL, scopes=sorted(scopes))]


def save(tx: Transaction, value: ManualValue, scopes: Iterable[str]) -> None:
    """Keep a new value of a CI that these scopes see."""
    said = {name: kept for name, kept in asdict(value).items() if kept is not None}
    rows(tx, _SAVE, scopes=sorted(scopes), set={**said, "births": list(value.births)})
    rows(tx, _UNTIL, scopes=[value.scope])


def end(tx: Transaction, ended: Iterable[ManualValue]) -> None:
    """Keep that, how and by whom these have ended."""
    data = [
        {"id": one.id, "ended_at": one.ended_at, "ended_by": one.ended_by, "ended_as": one.ended_as} for one in ended
    ]  # fmt: skip
    if data:
        rows(tx, _END, rows=data)
        rows(tx, _UNTIL, scopes=sorted({one.scope for one in ended}))


def with_expired(graph: Graph, now: int, limit: int) -> list[str]:
    """Ids of the machines of so many scopes that have a value which stands and has expired by `now` (epoch ms)."""
    return graph.ask(_EXPIRED, now=now, limit=limit)[0]["ids"]


def note_change(
    tx: Transaction, ci_id: str, one: ManualValue, old: Value, new: Value | None, since: int, at: int, by: str
) -> None:
    """Let the CI's history tell that a person's word began or ceased to stand for one of its values. Epoch ms."""
    data: list[Row] = [{
        "ci": ci_id,
        "set": {
            "sighting": f"person|{one.anchor}", "attribute": one.attribute, "value": old, "followed_by": new,
            "valid_from": since, "changed_after": at, "valid_to": at, "recorded_at": at, "cause": "person", "by": by,
        },
    }]  # fmt: skip
    rows(tx, _CHANGED, rows=data)


def stood_since(tx: Transaction, ci_id: str, attribute: str) -> int:
    """Since when the CI's present value of the attribute stands, as far as is known: epoch ms."""
    return rows(tx, _SINCE, id=ci_id, attribute=attribute)[0]["since"] or 0


def _value(found: Row) -> ManualValue:
    said: dict[str, Any] = {**found, "births": tuple(found["births"])}
    return ManualValue(**said)
