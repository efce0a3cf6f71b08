"""What happened around a CI, on one time line."""

from __future__ import annotations

import pytest

from cmdb.errors import Invalid, NotFound
from cmdb.store.driver import Graph
from cmdb.usecases.incidents import open_incident
from cmdb.usecases.timeline import Around, Happened, timeline_of
from tests.support.estate import send
from tests.support.hosts import START, host
from tests.support.shop import APP, BATCH, MINUTE, POSTGRES, report

pytestmark = pytest.mark.neo4j

NOW = START + 60 * MINUTE


def shop_id(graph: Graph) -> str:
    return graph.ask("MATCH (n:CI {title: 'Shop'}) RETURN n.id AS id")[0]["id"]


def told(graph: Graph, ci: str, start: int, around: Around = "needs", depth: int | None = None) -> list[str]:
    found = timeline_of(graph, ci, start, NOW, NOW, around=around, depth=depth, limit=100)
    assert [one.entry.at for one in found.happened] == sorted((one.entry.at for one in found.happened), reverse=True)
    return [said(one) for one in found.happened]


def said(one: Happened) -> str:
    return f"{one.entry.title}: {one.text}"


def change_much(graph: Graph) -> None:
    """An upgrade below the shop, a new service beside it, and a change on a machine that it does not need."""
    document = host(1, at=START + 2 * MINUTE, services=POSTGRES, packages=7)
    document["items"][0]["attributes"]["memory_bytes"] = 2 << 30
    send(graph, document)
    report(graph, 2, at=START + 4 * MINUTE, services=APP + BATCH, calls=(("app", "10.0.0.1", 5432),))
    document = host(3, at=START + 6 * MINUTE, services=BATCH)
    document["items"][0]["attributes"]["memory_bytes"] = 2 << 30
    send(graph, document)


def test_what_happened_below_a_service_is_on_its_time_line_and_nothing_else(shop: Graph) -> None:
    change_much(shop)
    incident = open_incident(shop, {"title": "Slow", "cis": {"postgres@web-1": "degraded"}}, "ann", START + 8 * MINUTE)
    assert told(shop, shop_id(shop), START) == [
        f"postgres: {incident.id} Slow: started",
        "web-2: batch came",
        "web-1: has installed p5 1, p6 1",
        f"web-1: memory_bytes: {1 << 30} → {2 << 30}",
    ]


def test_the_depth_bounds_how_far_one_looks_and_the_ci_itself_is_always_there(shop: Graph) -> None:
    change_much(shop)
    assert told(shop, shop_id(shop), START, depth=1) == []
    assert told(shop, shop_id(shop), START, depth=2) == ["web-2: batch came"]
    assert told(shop, shop_id(shop), START - 1, "itself")[-1].startswith("Shop: ")
    with pytest.raises(Invalid, match="depth"):
        told(shop, shop_id(shop), START, depth=-1)


def test_looked_at_from_below_what_happened_to_the_dependents_is_told(shop: Graph) -> None:
    report(shop, 2, at=START + 2 * MINUTE, services=BATCH)
    found = told(shop, postgres(shop), START, "dependents")
    assert "app: ended" in found
    assert "web-2: batch came" not in found


def postgres(graph: Graph) -> str:
    return graph.ask("MATCH (n:ServiceInstance {title: 'postgres'}) RETURN n.id AS id")[0]["id"]


def test_a_time_line_is_read_page_by_page_without_a_gap(shop: Graph) -> None:
    change_much(shop)
    every = told(shop, shop_id(shop), START - MINUTE)
    paged: list[str] = []
    after = None
    while True:
        found = timeline_of(shop, shop_id(shop), START - MINUTE, NOW, NOW, limit=2, after=after).happened
        if not found:
            break
        paged += map(said, found)
        after = found[-1].entry.at, found[-1].entry.tie
    assert paged == every
    assert len(every) > 4


def test_what_was_needed_at_the_start_only_is_looked_at_too(shop: Graph) -> None:
    change_much(shop)
    report(shop, 2, at=START + 10 * MINUTE, services=())
    found = told(shop, shop_id(shop), START + MINUTE)
    assert "web-1: has installed p5 1, p6 1" in found
    assert "app: ended" in found


def test_a_value_that_came_where_there_was_none_is_told_so(shop: Graph) -> None:
    document = host(1, at=START + 2 * MINUTE, services=POSTGRES)
    document["items"][0]["attributes"]["vendor"] = "ACME"
    send(shop, document)
    assert told(shop, shop_id(shop), START) == ["web-1: vendor: nothing → ACME"]


def test_who_is_not_there_and_instants_the_wrong_way_round_are_refused(shop: Graph) -> None:
    with pytest.raises(NotFound):
        timeline_of(shop, "ci_nobody", START, NOW, NOW, limit=1)
    with pytest.raises(Invalid, match="after the second"):
        timeline_of(shop, shop_id(shop), NOW, START, NOW, limit=1)
