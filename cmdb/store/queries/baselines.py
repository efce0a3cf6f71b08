"""Baselines: instants that people gave a name to, of the estate or of one CI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, LiteralString

from cmdb.store.driver import Graph, Transaction, rows

_CREATE: LiteralString = """
CREATE (b:Baseline {id: $id, name: $name, at: $at, is_of_ci: $ci IS NOT NULL, made_by: $by, made_at: $now})
WITH b
OPTIONAL MATCH (n:CI {id: $ci})
FOREACH (ci IN CASE WHEN n IS NULL THEN [] ELSE [n] END | CREATE (b)-[:OF]->(ci))
"""

_NAMESAKE: LiteralString = "MATCH (b:Baseline {name: $name}) RETURN b.id AS id LIMIT 1"

_LIST: LiteralString = """
MATCH (b:Baseline)
WHERE coalesce(b.id = $id, true) AND (b.at < $before_at OR (b.at = $before_at AND b.id > $after_id))
OPTIONAL MATCH (b)-[:OF]->(n:CI)
WITH b, n ORDER BY b.at DESC, b.id LIMIT $limit
RETURN collect([b.id, b.name, b.at, b.is_of_ci, n.id, n.type, n.title, n.state, b.made_by, b.made_at]) AS baselines
"""

_DELETE: LiteralString = "MATCH (b:Baseline {id: $id}) DETACH DELETE b RETURN count(*) AS number"


@dataclass(frozen=True, slots=True)
class StoredBaseline:
    """An instant with a name. `ci`: id, type, title and state; None of the estate, and of a CI that is gone."""

    id: str
    name: str
    at: int
    is_of_ci: bool
    ci: tuple[str, str, str, str] | None
    made_by: str
    made_at: int


def create(tx: Transaction, baseline_id: str, name: str, at: int, ci: str | None, by: str, now: int) -> None:
    """Name the instant `at` (epoch ms), for the CI with this id or the estate."""
    rows(tx, _CREATE, id=baseline_id, name=name, at=at, ci=ci, by=by, now=now)


def is_taken(tx: Transaction, name: str) -> bool:
    """Whether there is a baseline of this name."""
    return bool(rows(tx, _NAMESAKE, name=name))


def page(
    graph: Graph, limit: int, before: tuple[int, str] | None, baseline_id: str | None = None
) -> list[StoredBaseline]:
    """Baselines, the latest instant first, behind the instant and id of `before`; or the one with this id."""
    before_at, after_id = before or (2**62, "")
    found = graph.ask(_LIST, id=baseline_id, limit=limit, before_at=before_at, after_id=after_id)
    return [_baseline(one) for one in found[0]["baselines"]]


def delete(tx: Transaction, baseline_id: str) -> bool:
    """Forget the name; False where there is none."""
    return rows(tx, _DELETE, id=baseline_id)[0]["number"] > 0


def _baseline(found: list[Any]) -> StoredBaseline:
    baseline_id, name, at, is_of_ci, ci, kind, title, state, by, made_at = found
    of = (ci, kind, title, state) if ci is not None else None
    return StoredBaseline(baseline_id, name, at, is_of_ci, of, by, made_at)
