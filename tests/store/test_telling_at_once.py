"""A statement that commits by itself, on the real engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cmdb.store.driver import Graph

pytestmark = pytest.mark.neo4j


def test_it_is_there_for_everybody_when_its_answer_is(graph: Graph) -> None:
    assert graph.tell_at_once("CREATE (a:Alias {id: $id}) RETURN a.id AS id", id="one") == [{"id": "one"}]
    assert graph.ask("MATCH (a:Alias) RETURN a.id AS id") == [{"id": "one"}]


def test_it_is_not_done_while_the_graph_is_away(graph: Graph, engine: Any, tmp_path: Path) -> None:
    paused = tmp_path / "paused"
    paused.touch()
    with Graph(engine.uri, *engine.auth, paused_file=paused) as away:
        assert away.tell_at_once("CREATE (:Alias {id: 'two'})") is None
        paused.unlink()
        assert away.tell_at_once("CREATE (:Alias {id: 'two'})") == []
    assert graph.ask("MATCH (a:Alias) RETURN count(a) AS count") == [{"count": 1}]
