"""Incidents on what agents reported, on the real engine."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from cmdb.errors import Conflict, Invalid, NotFound
from cmdb.store.driver import Graph
from cmdb.store.queries.tickets import Wanted
from cmdb.usecases.declaring import Stale
from cmdb.usecases.incidents import (
    assess_incident,
    change_incident,
    comment_incident,
    list_incidents,
    mark_ci,
    open_incident,
    read_incident,
)
from cmdb.usecases.resolve import Ambiguous, resolve
from cmdb.usecases.services import list_services
from tests.support.hosts import START, host
from tests.support.shop import APP, MINUTE, POSTGRES, report, take

pytestmark = pytest.mark.neo4j
NOW = START + 10 * MINUTE


def reached(incident) -> dict[str, str]:
    return {one.ci.name: one.state for one in incident.assessment.reached}


def test_an_incident_on_a_database_names_its_caller_and_the_service_with_path_and_reason_and_nothing_else(shop: Graph):
    incident = open_incident(shop, {"cis": {"postgres": "down"}}, "ann", NOW)
    assert incident.id == "INC-000001"
    assert incident.title == "postgres on web-1: down"
    assert (incident.state, incident.reported_by, incident.started_at) == ("new", "ann", NOW)
    assert reached(incident) == {"postgres on web-1": "down", "app on web-2": "down", "Shop": "down"}
    (service,) = incident.assessment.services
    assert [(hop.source.name, hop.target.name) for hop in service.reason.hops] == [
        ("Shop", "app on web-2"),
        ("app on web-2", "postgres on web-1"),
    ]
    assert {(one.title, one.role, one.effect, one.origin) for one in incident.links} == {
        ("postgres", "source", "down", "manual"),
        ("app", "affected", "down", "computed"),
        ("Shop", "affected", "down", "computed"),
    }
    assert read_incident(shop, incident.id) == incident


def test_the_same_holds_after_the_database_has_ended(shop: Graph):
    report(shop, 1, at=START + 5 * MINUTE, services=())
    incident = open_incident(shop, {"cis": {"10.0.0.1:5432": "down"}}, "ann", NOW)
    assert reached(incident) == {"postgres on web-1": "down", "app on web-2": "down", "Shop": "down"}
    assert [one.ci_state for one in incident.sources] == ["retired"]


@pytest.mark.parametrize("text", ["10.0.0.1:5432", "web-1:5432", "postgres", "postgres@web-1"])
def test_an_incident_opens_by_host_and_port_or_by_name(shop: Graph, text: str):
    incident = open_incident(shop, {"cis": {text: "down"}}, "ann", NOW)
    assert [(one.title, one.place) for one in incident.sources] == [("postgres", "web-1")]


def test_an_incident_opens_on_a_machine_by_its_address(shop: Graph):
    incident = open_incident(shop, {"cis": {"10.0.0.2": "down"}}, "ann", NOW)
    assert [one.title for one in incident.sources] == ["web-2"]


def test_an_ambiguous_name_opens_nothing_and_lists_the_candidates(shop: Graph):
    report(shop, 4, services=POSTGRES)
    with pytest.raises(Ambiguous) as caught:
        open_incident(shop, {"cis": {"postgres": "down"}}, "ann", NOW)
    assert {one.label for one in caught.value.candidates} == {"postgres on web-1", "postgres on web-4"}
    assert list_incidents(shop, Wanted()) == []


def test_what_the_affected_services_suggest_gives_the_impact_unless_someone_states_one(shop: Graph):
    suggested = open_incident(shop, {"cis": {"app": "down"}, "urgency": "high"}, "ann", NOW)
    assert (suggested.impact, suggested.impact_is_suggested, suggested.priority) == ("high", True, 1)
    degraded = open_incident(shop, {"cis": {"app": "degraded"}}, "ann", NOW)
    assert (degraded.impact, degraded.priority) == ("medium", 3)
    alone = open_incident(shop, {"cis": {"batch": "down"}, "urgency": "low"}, "ann", NOW)
    assert (alone.impact, alone.priority) == ("low", 5)
    stated = change_incident(shop, suggested.id, {"impact": "low"}, None, "ben", NOW)
    assert (stated.impact, stated.impact_is_suggested, stated.priority) == ("low", False, 3)
    assert stated.entries[-1].changes["impact"] == ("high", "low")


def test_the_teams_of_affected_services_and_of_failed_machines_are_named(shop: Graph):
    incident = open_incident(shop, {"cis": {"postgres": "down"}}, "ann", NOW)
    assert {(one.name, one.contact): [ci.name for ci in one.cis] for one in incident.assessment.teams} == {
        ("Databases", None): ["postgres on web-1"],
        ("Sales", "sales@example.org"): ["Shop"],
    }


def test_an_incident_goes_through_its_states_and_every_step_leaves_an_entry(shop: Graph):
    incident = open_incident(shop, {"cis": {"app": "down"}, "description": "no answer"}, "ann", NOW)
    change_incident(shop, incident.id, {"state": "in_progress", "team": "Sales"}, 1, "ben", NOW + 1)
    change_incident(
        shop, incident.id, {"state": "on_hold", "hold_reason": "awaiting_caller", "comment": "Which page?"}, 2, "ben",
        NOW + 2,
    )  # fmt: skip
    comment_incident(shop, incident.id, "The first one.", "ann", NOW + 3)
    change_incident(shop, incident.id, {"state": "in_progress"}, 4, "ben", NOW + 4)
    done = change_incident(shop, incident.id, {"state": "resolved", "resolution": "restarted"}, 5, "ben", NOW + 5)
    assert (done.resolved_at, done.resolution, done.hold_reason, done.team_name) == (
        NOW + 5,
        "restarted",
        None,
        "Sales",
    )
    closed = change_incident(shop, incident.id, {"state": "closed"}, 6, "ann", NOW + 6)
    assert [(one.kind, one.who, one.at, one.text) for one in closed.entries] == [
        ("opened", "ann", NOW, "no answer"),
        ("state", "ben", NOW + 1, None),
        ("state", "ben", NOW + 2, "Which page?"),
        ("comment", "ann", NOW + 3, "The first one."),
        ("state", "ben", NOW + 4, None),
        ("state", "ben", NOW + 5, None),
        ("state", "ann", NOW + 6, None),
    ]
    assert closed.entries[1].changes["state"] == ("new", "in_progress")
    assert [one.id for one in closed.entries][:2] == ["INC-000001/1", "INC-000001/2"]
    assert closed.next_states == ()
    with pytest.raises(Conflict, match="only comments"):
        change_incident(shop, incident.id, {"title": "x"}, None, "ann", NOW + 7)
    assert comment_incident(shop, incident.id, "Thanks.", "ann", NOW + 8).entries[-1].text == "Thanks."


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"state": "closed"}, Conflict, "may become"),
        ({"state": "asleep"}, Invalid, "no state"),
        ({"state": "on_hold"}, Invalid, "waits for"),
        ({"state": "on_hold", "hold_reason": "awaiting_caller"}, Invalid, "caller"),
        ({"state": "resolved"}, Invalid, "resolved"),
        ({"title": "  "}, Invalid, "title"),
        ({"started_at": NOW + 1}, Invalid, "future"),
        ({"urgency": "huge"}, Invalid, "high, medium, low"),
        ({"team": "Nobody"}, Invalid, "no team"),
    ],
)
def test_an_illegal_move_or_value_is_refused_and_changes_nothing(shop: Graph, changes, error, says: str):
    incident = open_incident(shop, {"cis": {"app": "down"}}, "ann", NOW)
    with pytest.raises(error, match=says):
        change_incident(shop, incident.id, changes, None, "ann", NOW)
    assert read_incident(shop, incident.id) == incident


def test_a_change_to_an_outdated_version_is_refused(shop: Graph):
    incident = open_incident(shop, {"cis": {"app": "down"}}, "ann", NOW)
    assert change_incident(shop, incident.id, {"title": "a"}, incident.revision, "ann", NOW).revision == 2
    with pytest.raises(Stale):
        change_incident(shop, incident.id, {"title": "b"}, incident.revision, "ben", NOW)
    assert read_incident(shop, incident.id).title == "a"


def test_a_second_incident_on_the_other_half_of_a_pair_names_the_first_as_its_partner(graph: Graph):
    for number in (1, 2):
        document = host(number, services=POSTGRES)
        document["items"].append(
            {"key": "addr:vip", "type": "IPAddress", "in": "if:eth0", "attributes": {"address": "10.0.0.50"}}
        )
        take(graph, document, START)
    report(graph, 3, services=APP, calls=(("app", "10.0.0.50", 5432),))
    first = open_incident(graph, {"cis": {"web-1": "down"}}, "ann", NOW)
    (app,) = (one for one in first.assessment.reached if one.ci.name == "app on web-3")
    assert (app.state, app.at_risk) == ("up", True)
    second = open_incident(graph, {"cis": {"web-2": "down"}}, "ann", NOW)
    (app,) = (one for one in second.assessment.reached if one.ci.name == "app on web-3")
    assert app.state == "down"
    assert {(cause.ci.name, cause.ticket) for cause in app.reason.causes} == {("web-1", first.id), ("web-2", None)}
    change_incident(graph, first.id, {"state": "resolved", "resolution": "rebooted"}, None, "ann", NOW)
    again = assess_incident(graph, second.id, "ann", NOW + MINUTE)
    (app,) = (one for one in again.assessment.reached if one.ci.name == "app on web-3")
    assert (app.state, app.at_risk) == ("up", True)
    assert again.entries[-1].kind == "assessed"


def test_assessing_again_sees_what_was_learnt_since(shop: Graph):
    incident = open_incident(shop, {"cis": {"postgres": "down"}}, "ann", NOW)
    report(shop, 3, at=NOW + MINUTE, services=(("batch", "tcp 0.0.0.0:9000"),), calls=(("batch", "10.0.0.1", 5432),))
    again = assess_incident(shop, incident.id, "ann", NOW + 2 * MINUTE)
    assert reached(again).keys() - reached(incident).keys() == {"batch on web-3"}
    assert again.assessment.made_at == NOW + 2 * MINUTE
    assert len(again.links) == len(incident.links) + 1


def test_a_ci_that_a_person_marks_as_not_affected_stops_the_wave_and_is_reported(shop: Graph):
    incident = open_incident(shop, {"cis": {"postgres": "down"}}, "ann", NOW)
    marked = mark_ci(shop, incident.id, "app", None, "ben", NOW)
    assert reached(marked) == {"postgres on web-1": "down"}
    assert [(one.ci.name, one.would_be) for one in marked.assessment.excluded] == [("app on web-2", "down")]
    assert ("app", "excluded") in {(one.title, one.origin) for one in marked.links}
    failed = mark_ci(shop, incident.id, "app", "degraded", "ben", NOW)
    assert reached(failed) == {"postgres on web-1": "down", "app on web-2": "down", "Shop": "down"}
    assert {one.title for one in failed.sources} == {"postgres", "app"}
    mark_ci(shop, incident.id, "app", None, "ben", NOW)
    with pytest.raises(Conflict, match="no other CI"):
        mark_ci(shop, incident.id, "postgres", None, "ben", NOW)


def test_incidents_are_listed_newest_first_and_filtered(shop: Graph):
    shop_service = list_services(shop)[0]
    open_incident(shop, {"cis": {"app": "down"}}, "ann", NOW)
    second = open_incident(shop, {"cis": {"batch": "down"}}, "ann", NOW)
    change_incident(shop, second.id, {"state": "cancelled", "team": "Databases"}, None, "ann", NOW)
    open_incident(shop, {"cis": {"web-3": "down"}}, "ann", NOW)

    def listed(before: int | None = None, limit: int = 50, **wanted) -> list[str]:
        return [one.id[-1] for one in list_incidents(shop, Wanted(**wanted), before, limit)]

    assert listed() == ["3", "2", "1"]
    assert listed(limit=2) == ["3", "2"]
    assert listed(before=2) == ["1"]
    assert listed(states=("new",)) == ["3", "1"]
    assert listed(ci=shop_service.id) == ["1"]
    assert listed(ci=resolve(shop, "batch").id) == ["3", "2"]
    assert listed(text="BATCH") == ["2"]
    assert listed(priority=5) == []
    assert listed(team=read_incident(shop, second.id).team_id) == ["2"]


def test_incidents_opened_at_once_get_numbers_of_their_own(shop: Graph):
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: open_incident(shop, {"cis": {"batch": "down"}}, "ann", NOW).id, range(8)))
    assert sorted(opened) == [f"INC-00000{number}" for number in range(1, 9)]


def test_an_incident_that_nobody_opened_is_not_found(graph: Graph):
    for call in (
        lambda: read_incident(graph, "INC-000009"),
        lambda: change_incident(graph, "INC-000009", {"title": "x"}, None, "ann", NOW),
        lambda: comment_incident(graph, "INC-000009", "x", "ann", NOW),
        lambda: assess_incident(graph, "INC-000009", "ann", NOW),
    ):
        with pytest.raises(NotFound):
            call()
    with pytest.raises(Invalid, match="at least one"):
        open_incident(graph, {}, "ann", NOW)
