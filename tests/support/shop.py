"""A small shop: `app` on web-2 calls `postgres` on web-1; the business service Shop enters at `app`."""

from __future__ import annotations

from typing import Any

import pytest

from cmdb.observation.document import decode
from cmdb.store.driver import Graph
from cmdb.usecases.observe import observe
from cmdb.usecases.services import declare_service
from cmdb.usecases.teams import create_team, set_responsible
from tests.support.hosts import START, encoded, host

MINUTE = 60_000
POSTGRES = (("postgres", "tcp 0.0.0.0:5432"),)
APP = (("app", "tcp 0.0.0.0:80"),)
BATCH = (("batch", "tcp 0.0.0.0:9000"),)


def report(graph: Graph, number: int, at: int = START, **parts: Any) -> None:
    """Take in what the agent of host `number` reports; `parts` as `host` takes them."""
    take(graph, host(number, at=at, **parts), at)


def take(graph: Graph, document: dict[str, Any], at: int) -> None:
    """Take in a document that was received at `at`."""
    observe(graph, decode(encoded(document), None), at)


@pytest.fixture
def shop(graph: Graph) -> Graph:
    """The shop, and `batch` on web-3, which has nothing to do with it. Sales own the Shop, Databases support web-1."""
    report(graph, 1, services=POSTGRES)
    report(graph, 2, services=APP, calls=(("app", "10.0.0.1", 5432),))
    report(graph, 3, services=BATCH)
    create_team(graph, "Sales", "ann", START, contact="sales@example.org")
    create_team(graph, "Databases", "ann", START)
    declare_service(
        graph, {"name": "Shop", "entry_points": ["app"], "criticality": "high", "owners": ["Sales"]}, "ann", START
    )
    set_responsible(graph, "web-1", "support", ["Databases"], "ann", START)
    return graph
