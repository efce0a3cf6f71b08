"""What differs between two instants in everything that a service needs."""

from __future__ import annotations

from typing import Any

import pytest

from cmdb.model.sources import MINUTE_MS
from cmdb.store.driver import Graph
from cmdb.usecases.inventory import Wanted, find_cis
from cmdb.usecases.needs_difference import ChangedNeed, needs_difference
from tests.support.estate import send
from tests.support.hosts import START, host

pytestmark = pytest.mark.neo4j

WEB = (("nginx", "tcp 0.0.0.0:80"),)
LATER = START + 2 * MINUTE_MS


def database(number: int, at: int, **attributes: Any) -> dict[str, Any]:
    found = host(number, at=at, services=(("postgres", "tcp 0.0.0.0:5432"),))
    found["items"][0]["attributes"] |= attributes
    return found


def differs(graph: Graph, start: int, end: int) -> dict[str, ChangedNeed]:
    nginx = find_cis(graph, Wanted("ServiceInstance", words="nginx"), 2, end)[0].ci
    found = needs_difference(graph, nginx.id, start, end, end)
    assert not found.is_cut
    assert found.looked_at >= len(found.cis)
    return {f"{one.title} on {one.place}" if one.place else one.title: one for one in found.cis}


def test_a_value_of_what_it_calls_is_told_and_one_of_a_bystander_is_not(graph: Graph) -> None:
    send(graph, database(2, START))
    send(graph, database(3, START))
    send(graph, host(1, at=START, services=WEB, calls=(("nginx", "10.0.0.2", 5432),)))
    send(graph, database(2, LATER, vendor="ACME"))
    send(graph, database(3, LATER, vendor="ACME"))
    found = differs(graph, START, LATER)
    assert set(found) == {"web-2"}
    assert [(one.name, one.old, one.new) for one in found["web-2"].values] == [("vendor", None, "ACME")]
    assert differs(graph, START, LATER - 1) == {}


def test_what_it_needs_since_and_needs_no_more_is_told(graph: Graph) -> None:
    send(graph, database(2, START))
    send(graph, database(3, START))
    send(graph, host(1, at=START, services=WEB))
    send(graph, host(1, at=LATER, services=WEB, calls=(("nginx", "10.0.0.2", 5432),)))
    found = differs(graph, START, LATER)
    assert {title: (one.was_needed, one.is_needed) for title, one in found.items()} == {
        "nginx on web-1": (True, True), "postgres on web-2": (False, True), "web-2": (False, True)
    }  # fmt: skip
    calls = [one for one in found["nginx on web-1"].relations if one.verb == "CALLS"]
    assert [(one.began, one.other_title) for one in calls] == [(True, "postgres")]


def test_a_service_that_went_is_told_though_its_caller_still_counts_on_it(graph: Graph) -> None:
    send(graph, database(2, START))
    send(graph, host(1, at=START, services=WEB, calls=(("nginx", "10.0.0.2", 5432),)))
    send(graph, host(2, at=LATER, services=()))
    found = differs(graph, START, LATER)
    gone, machine = found["postgres on web-2"], found["web-2"]
    assert (gone.was_needed, gone.is_needed, gone.state_before, gone.state_after) == (True, True, "active", "retired")
    assert (machine.was_needed, machine.is_needed) == (True, False)
    assert [(one.began, one.verb) for one in gone.relations] == [(False, "RUNS_ON")]
