"""How much of what there is, and which scopes want somebody's attention."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import LiteralString

from cmdb.store.driver import Graph

_COUNTS: LiteralString = """
MATCH (n:CI) WHERE n.state = 'active'
RETURN n.type AS type, count(*) AS count
"""

# A scope's lists are JSON text: an empty one is written as two brackets.
_TROUBLED: LiteralString = """
MATCH (s:Scope)
WITH s,
     $at - coalesce(s.effective_at, s.created_at, 0)
       > $silent_periods * coalesce(s.interval_ms, $periods[s.source_kind], $period) AS is_silent,
     coalesce(s.held_count, 0) AS held,
     coalesce(s.sections, '') CONTAINS 'not_read' OR coalesce(s.refusals, '[]') <> '[]' AS is_incomplete
WHERE is_silent OR held > 0 OR is_incomplete
WITH s.key AS key, is_silent, held, is_incomplete ORDER BY held > 0 DESC, is_silent DESC, key
RETURN count(*) AS count, collect([key, is_silent, held, is_incomplete])[..$limit] AS scopes
"""


@dataclass(frozen=True, slots=True)
class Troubled:
    """A scope that is silent, holds `held` things that vanished, or whose last document was not read as a whole."""

    key: str
    is_silent: bool
    held: int
    is_incomplete: bool


def count_cis(graph: Graph) -> dict[str, int]:
    """Current CIs by type."""
    return {one["type"]: one["count"] for one in graph.ask(_COUNTS)}


def troubled_scopes(
    graph: Graph, at: int, periods: Mapping[str, int], period: int, silent_periods: int, limit: int
) -> tuple[int, list[Troubled]]:
    """How many scopes are in trouble at `at`, and `limit` of them, what somebody must decide first.

    `periods`: how often each kind of source reports where it does not say; `period`: any other kind. In ms.
    """
    found = graph.ask(
        _TROUBLED, at=at, periods=dict(periods), period=period, silent_periods=silent_periods, limit=limit
    )[0]  # fmt: skip
    return found["count"], [Troubled(*one) for one in found["scopes"]]
