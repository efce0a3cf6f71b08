"""Which migrations a database has had."""

from __future__ import annotations

from typing import LiteralString

from cmdb.store.driver import Graph

_APPLIED: LiteralString = "MATCH (m:Migration) RETURN collect(m.number) AS numbers"


def applied_migrations(graph: Graph) -> frozenset[int]:
    """Their numbers."""
    return frozenset(graph.ask(_APPLIED)[0]["numbers"])
