"""Whether this program can work: the graph answers and has this version's shape."""

from __future__ import annotations

from dataclasses import dataclass

from cmdb.errors import Unavailable
from cmdb.store.driver import Graph
from cmdb.store.migrations import MIGRATIONS
from cmdb.store.queries.applied import applied_migrations


@dataclass(frozen=True, slots=True)
class Readiness:
    """`why` says what is missing; None where all is there."""

    graph_is_up: bool
    why: str | None

    @property
    def is_ready(self) -> bool:
        """Whether requests can be answered."""
        return self.why is None


def readiness(graph: Graph) -> Readiness:
    """How things stand right now."""
    try:
        done = applied_migrations(graph)
    except Unavailable as error:
        return Readiness(graph_is_up=False, why=str(error))
    missing = [str(one.number) for one in MIGRATIONS if one.number not in done]
    why = f"the migrations {', '.join(missing)} have not run: run `cmdb migrate`" if missing else None
    return Readiness(graph_is_up=True, why=why)
