from __future__ import annotations

from typing import Any

import pytest

from tests.support.estate import send
from tests.support.hosts import host

pytestmark = pytest.mark.neo4j


def test_a_far_end_where_nobody_answers_is_listed_and_counted_and_no_ci(api: Any, reader: Any) -> None:
    graph = api.core.graph
    send(graph, host(1, calls=(("nginx", "10.0.0.2", 5432), ("nginx", "10.9.9.9", 443))))
    send(graph, host(2))
    answer = reader.get("/api/v1/far-ends", params={"resolved": "false"}).json()
    assert [(one["address"], one["port"]) for one in answer["far_ends"]] == [("10.9.9.9", 443)]
    assert [user["title"] for user in answer["far_ends"][0]["users"]] == ["nginx"]
    assert (answer["total"], answer["unresolved"]) == (2, 1)
    resolved = reader.get("/api/v1/far-ends", params={"resolved": "true"}).json()["far_ends"]
    assert [one["title"] for one in resolved[0]["answering"]] == ["postgres"]
    assert graph.ask("MATCH (n:CI) WHERE n.title CONTAINS '10.9.9.9' RETURN n") == []


def test_far_ends_come_page_by_page(api: Any, reader: Any) -> None:
    send(api.core.graph, host(1, calls=tuple(("nginx", f"10.9.0.{n}", 443) for n in range(5))))
    seen: list[str] = []
    cursor = None
    while True:
        page = reader.get("/api/v1/far-ends", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [one["address"] for one in page["far_ends"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [f"10.9.0.{n}" for n in range(5)]
