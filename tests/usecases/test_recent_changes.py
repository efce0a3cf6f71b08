"""What changed lately beneath an incident, on the real engine."""

from __future__ import annotations

import pytest

from cmdb.errors import Invalid
from cmdb.store.driver import Graph
from cmdb.usecases.change_steps import complete_change, decide_change, submit_change
from cmdb.usecases.changes import draft_change
from cmdb.usecases.incidents import open_incident
from cmdb.usecases.recent_changes import recent_changes
from tests.support.hosts import START, host
from tests.support.shop import APP, MINUTE, POSTGRES, report, take

pytestmark = pytest.mark.neo4j
HOUR = 60 * MINUTE
NOW = START + 3 * HOUR


def said(graph: Graph, hours: int = 24, cis: str = "app") -> list[tuple[str, str, str]]:
    incident = open_incident(graph, {"cis": {cis: "down"}}, "ann", NOW)
    found = recent_changes(graph, incident.id, hours, NOW)
    return [(one.ci_name, one.kind, one.text) for one in found.happenings]


def with_package(number: int, at: int, version: str, **parts) -> dict:
    document = host(number, at=at, **parts)
    for item in document["items"]:
        if item["key"] == "pkg:p0":
            item["attributes"]["version"] = version
    return document


def test_an_upgraded_package_and_a_new_version_of_a_dependency_are_listed_newest_first(shop: Graph):
    take(shop, with_package(1, START + HOUR, "2", services=POSTGRES), START + HOUR)
    newer = with_package(1, START + 2 * HOUR, "2", services=POSTGRES)
    for item in newer["items"]:
        if item["type"] == "ServiceInstance":
            item["attributes"]["version"] = "17.2"
    take(shop, newer, START + 2 * HOUR)
    newest = with_package(1, START + 2 * HOUR + MINUTE, "2", services=POSTGRES)
    for item in newest["items"]:
        if item["type"] == "ServiceInstance":
            item["attributes"]["version"] = "17.3"
    take(shop, newest, START + 2 * HOUR + MINUTE)
    take(shop, with_package(3, START + HOUR, "2", services=(("batch", "tcp 0.0.0.0:9000"),)), START + HOUR)
    found = said(shop)
    assert found[:3] == [
        ("postgres on web-1", "value", "version: 17.2 → 17.3"),
        ("postgres on web-1", "value", "version: nothing → 17.2"),
        ("web-1", "upgraded", "p0 1 → 2"),
    ]
    assert {kind for _, kind, _ in found[3:]} == {"began"}


def test_nothing_is_said_to_have_changed_when_hosts_were_only_seen_for_the_first_time(shop: Graph):
    assert sorted(said(shop)) == [(name, "began", "was first seen") for name in ("Shop", "web-1", "web-2")]


def test_a_service_that_ended_and_one_that_came_are_told_by_their_machine(shop: Graph):
    report(shop, 1, at=NOW - MINUTE, services=(("mysql", "tcp 0.0.0.0:3306"),))
    found = said(shop, hours=1, cis="10.0.0.1:5432")
    assert ("web-1", "ended", "ServiceInstance postgres is gone") in found
    assert ("web-1", "began", "ServiceInstance mysql appeared") in found
    assert len(found) == 2


def test_what_happened_long_before_or_after_the_start_is_left_out(shop: Graph):
    take(shop, with_package(1, START + HOUR - 2 * MINUTE, "1", services=POSTGRES), START + HOUR - 2 * MINUTE)
    take(shop, with_package(1, START + HOUR, "2", services=POSTGRES), START + HOUR)
    assert said(shop, hours=1) == []
    incident = open_incident(shop, {"cis": {"app": "down"}, "started_at": START + HOUR - 15 * MINUTE}, "ann", NOW)
    found = recent_changes(shop, incident.id, 24, NOW)
    assert not [one for one in found.happenings if one.kind == "upgraded"]
    noticed = open_incident(shop, {"cis": {"app": "down"}, "started_at": START + HOUR - MINUTE}, "ann", NOW)
    found = recent_changes(shop, noticed.id, 24, NOW)
    assert [one.text for one in found.happenings if one.kind == "upgraded"] == ["p0 1 → 2"]


def test_what_a_later_reading_shows_may_have_happened_before_the_start(shop: Graph):
    take(shop, with_package(1, START + 2 * HOUR, "2", services=POSTGRES), START + 2 * HOUR)
    incident = open_incident(shop, {"cis": {"app": "down"}, "started_at": START + HOUR}, "ann", NOW)
    (found,) = [one for one in recent_changes(shop, incident.id, 24, NOW).happenings if one.kind == "upgraded"]
    assert (found.not_before_at, found.at) == (START, START + 2 * HOUR)


def test_what_a_new_version_of_the_agent_finds_has_not_changed(shop: Graph):
    document = with_package(1, START + 2 * HOUR, "2", services=POSTGRES)
    document["source"]["version"] = "0.2.0"
    take(shop, document, START + 2 * HOUR)
    assert not [one for one in said(shop) if one[1] == "upgraded"]


def test_a_new_call_a_new_address_and_a_part_that_changed_are_listed(shop: Graph):
    document = host(2, at=START + HOUR, services=APP, calls=(("app", "10.0.0.1", 5432), ("app", "10.0.0.3", 9000)))
    for item in document["items"]:
        if item["key"] == "if:eth0":
            item["attributes"]["mtu"] = 9000
    take(shop, document, START + HOUR)
    document["items"].append(
        {"key": "addr:new", "type": "IPAddress", "in": "if:eth0", "attributes": {"address": "10.0.0.22"}}
    )
    document["document_id"] = "the-next-document"
    for item in document["items"]:
        if item["key"] == "if:eth0":
            item["attributes"]["mtu"] = 1400
    take(shop, document, START + HOUR + MINUTE)
    found = said(shop)
    assert ("app on web-2", "related", "calls ServiceInstance batch") in found
    assert ("eth0 on web-2", "value", "mtu: 9000 → 1400") in found
    assert ("eth0 on web-2", "related", "has address IPAddress 10.0.0.22") in found


def test_a_change_that_people_completed_on_a_dependency_is_listed_with_its_outcome(shop: Graph):
    change = draft_change(
        shop,
        {
            "title": "Tune the database", "cis": {"postgres": "none"}, "planned_start_at": NOW, "backout_plan": "undo",
            "planned_end_at": NOW + HOUR,
        },
        "ann",
        START,
    )  # fmt: skip
    submit_change(shop, change.id, None, "ann", START)
    decide_change(shop, change.id, approve=True, by="ben", now=START)
    complete_change(shop, change.id, "failed", None, "ann", NOW - MINUTE)
    incident = open_incident(shop, {"cis": {"app": "down"}}, "ann", NOW)
    newest = recent_changes(shop, incident.id, 24, NOW).happenings[0]
    assert (newest.kind, newest.ticket, newest.distance) == ("change", change.id, 1)
    assert newest.text == "CHG-000001 Tune the database (failed)"


@pytest.mark.parametrize("hours", [0, -1, 24 * 91])
def test_hours_out_of_bounds_are_refused(shop: Graph, hours: int):
    incident = open_incident(shop, {"cis": {"app": "down"}}, "ann", NOW)
    with pytest.raises(Invalid, match="hours"):
        recent_changes(shop, incident.id, hours, NOW)
