"""One CI with its provenance: what is told beside a value is why that value stands."""

from __future__ import annotations

from typing import Any

import pytest

from cmdb.model.sources import MINUTE_MS
from cmdb.observation.document import decode
from cmdb.store.driver import Graph
from cmdb.usecases.inventory import Wanted, find_cis
from cmdb.usecases.observe import observe
from cmdb.usecases.show import show_ci
from tests.support.hosts import START, encoded, host

pytestmark = pytest.mark.neo4j


def by_ssh(document: dict[str, Any]) -> dict[str, Any]:
    """The same machine read over SSH: other values, one more service, no packages."""
    document["source"] = {"kind": "ssh", "name": "cmdb-collect", "version": "1", "instance": "site-a"}
    document["scope"]["key"] = "10.0.0.1:22"
    document["document_id"] = "ssh-" + document["document_id"]
    document["items"][0]["identifiers"].pop("agent_id")
    document["items"][0]["attributes"] |= {"memory_bytes": 7, "vendor": "ACME"}
    document["items"] = [item for item in document["items"] if item["type"] != "SoftwareRelease"]
    document["sections"]["packages"] = "not_read"
    return document


def tell(graph: Graph, document: dict[str, Any], at: int) -> None:
    observe(graph, decode(encoded(document)), at)


@pytest.mark.parametrize("silent_for", [0, 100 * MINUTE_MS])
def test_every_value_that_is_shown_is_the_one_that_stands(graph: Graph, silent_for: int) -> None:
    tell(graph, host(1, services=(("nginx", "tcp 0.0.0.0:80"),)), START)
    later = START + MINUTE_MS + silent_for  # in one case the agent has long been silent when SSH reads the host
    services = (("nginx", "tcp 0.0.0.0:80"), ("redis", "tcp 0.0.0.0:6379"))
    tell(graph, by_ssh(host(1, at=later, services=services)), later)
    shown = 0
    for found in find_cis(graph, Wanted(), 500, later):
        told = show_ci(graph, found.ci.id, later)
        assert {one.name: one.value for one in told.values if not one.is_volatile} == dict(found.ci.values)
        for one in told.values:
            if one.source is not None and not one.is_volatile:
                assert one.source.value == one.value
                assert one.source.scope not in {other.scope for other in one.others}
                shown += 1
    assert shown > 10


def test_a_silent_agent_gives_way_to_ssh_and_is_told_as_stale(graph: Graph) -> None:
    tell(graph, host(1), START)
    later = START + 100 * MINUTE_MS
    tell(graph, by_ssh(host(1, at=later)), later)
    server = find_cis(graph, Wanted(type="Server"), 2, later)[0].ci
    memory = next(one for one in show_ci(graph, server.id, later).values if one.name == "memory_bytes")
    assert memory.source is not None
    assert (memory.value, memory.source.source_kind) == (7, "ssh")
    assert [(one.value, one.source_kind, one.is_stale) for one in memory.others] == [(1 << 30, "agent", True)]


def test_an_agent_that_falls_silent_gives_way_though_nothing_new_is_told(graph: Graph) -> None:
    tell(graph, by_ssh(host(1)), START)
    tell(graph, host(1, at=START + 1), START + 1)
    server = find_cis(graph, Wanted(type="Server"), 2, START + 1)[0].ci

    def memory(now: int) -> tuple[object, str | None]:
        found = next(one for one in show_ci(graph, server.id, now).values if one.name == "memory_bytes")
        return found.value, found.why

    assert memory(START + 1) == (1 << 30, "agent is believed before ssh for memory_bytes")
    assert memory(START + 16 * MINUTE_MS) == (7, "agent has been silent for too long")
    assert memory(START + 900 * MINUTE_MS) == (7, "agent has been silent for too long")


def test_what_a_section_no_longer_read_said_is_not_seen_anew(graph: Graph) -> None:
    tell(graph, host(1), START)
    later = START + 60 * MINUTE_MS
    tell(graph, host(1, at=later, sections={"services": "not_read"}), later)
    nginx = find_cis(graph, Wanted(type="ServiceInstance", attributes={"name": "nginx"}), 2, later)[0].ci
    told = show_ci(graph, nginx.id, later)
    assert (told.last_seen_at, [one.is_stale for one in told.sightings]) == (START, [True])
