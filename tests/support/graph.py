"""An empty, migrated graph for a test that needs one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cmdb.store.driver import Graph
from cmdb.store.migrations import migrate


@pytest.fixture(scope="session")
def shared_graph(engine: Any) -> Iterator[Graph]:
    with Graph(engine.uri, engine.user, engine.password_file.read_text().strip()) as graph:
        migrate(graph, 0)
        yield graph


@pytest.fixture
def graph(shared_graph: Graph) -> Graph:
    """The real engine's database with the schema and nothing else in it."""
    shared_graph.tell("MATCH (n) WHERE NOT n:Migration DETACH DELETE n")
    return shared_graph
