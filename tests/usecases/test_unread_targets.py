"""A target that cannot be read ends nothing and looks no fresher: it shows why, on its source and on its CI."""

from __future__ import annotations

from typing import Any

import pytest

from cmdb.store.driver import Graph
from cmdb.usecases.show import show_ci
from cmdb.usecases.sources import list_sources
from tests.support import estate
from tests.support.devices import switch
from tests.support.hosts import START

pytestmark = pytest.mark.neo4j

HOUR = 3_600_000


def failed(at: int) -> dict[str, Any]:
    """What a collector sends for the switch sw-1 when its host key has changed."""
    document = switch(1, at=at)
    problem = {"section": "identity", "kind": "host_key_changed", "message": "the host key is another one"}
    return document | {
        "items": [], "relations": [], "problems": [problem], "sections": dict.fromkeys(document["sections"], "not_read")
    }  # fmt: skip


def test_a_target_that_fails_keeps_what_was_known_and_shows_the_problem_on_its_ci(graph: Graph) -> None:
    ci = estate.ci_of(estate.send(graph, switch(1)), "device")
    assert ci is not None
    before = estate.picture(graph)
    receipt = estate.send(graph, failed(START + HOUR))
    assert (receipt.status, receipt.items) == ("accepted", ())
    assert estate.picture(graph) == before
    (seen,) = show_ci(graph, ci, START + HOUR).sightings
    assert [one.kind for one in seen.problems] == ["host_key_changed"]
    assert seen.last_seen_at == START
    estate.send(graph, switch(1, at=START + 2 * HOUR))
    (seen,) = show_ci(graph, ci, START + 2 * HOUR).sightings
    assert (seen.problems, seen.last_seen_at) == ((), START + 2 * HOUR)


def test_a_target_that_never_answered_is_a_source_with_its_problem_and_no_ci(graph: Graph) -> None:
    estate.send(graph, failed(START))
    (source,) = list_sources(graph, START, 10)
    assert [one.kind for one in source.problems] == ["host_key_changed"]
    assert source.last_seen_at is None
    assert estate.titles(graph, "NetworkDevice") == []
    estate.send(graph, switch(1, at=START + HOUR))
    assert estate.titles(graph, "NetworkDevice") == ["sw-1"]


def test_a_failure_that_comes_late_says_nothing_about_the_present(graph: Graph) -> None:
    ci = estate.ci_of(estate.send(graph, switch(1, at=START + HOUR)), "device")
    assert ci is not None
    estate.send(graph, failed(START))
    assert show_ci(graph, ci, START + HOUR).sightings[0].problems == ()
