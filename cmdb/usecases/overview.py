"""What there is at a glance, and what wants attention."""

from __future__ import annotations

from dataclasses import dataclass

from cmdb.model.sources import SOURCE_KINDS, STALE_PERIODS
from cmdb.model.types import CI_TYPES
from cmdb.store.driver import Graph
from cmdb.store.queries import overview as queries
from cmdb.store.queries.overview import Troubled
from cmdb.usecases.evidence import period_of

__all__ = ["Overview", "Troubled", "overview"]

MAX_TROUBLED = 8


@dataclass(frozen=True, slots=True)
class Overview:
    """Current CIs by type in the model's order, and the sources in trouble: how many, and the first few of them."""

    counts: dict[str, int]
    troubled_count: int
    troubled: tuple[Troubled, ...]


def overview(graph: Graph, now: int) -> Overview:
    """What there is now."""
    counts = queries.count_cis(graph)
    periods = {name: kind.period_ms for name, kind in SOURCE_KINDS.items()}
    count, troubled = queries.troubled_scopes(
        graph, now, periods, period_of("", None), STALE_PERIODS, MAX_TROUBLED
    )  # fmt: skip
    return Overview(
        {one.label: counts[one.label] for one in CI_TYPES if counts.get(one.label)}, count, tuple(troubled)
    )  # fmt: skip
