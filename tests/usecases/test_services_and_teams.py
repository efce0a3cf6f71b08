"""Business services, teams and responsibilities, on the real engine."""

from __future__ import annotations

import pytest

from cmdb.errors import Conflict, Invalid, NotFound
from cmdb.store.driver import Graph
from cmdb.usecases.declaring import Stale
from cmdb.usecases.impact import assess
from cmdb.usecases.resolve import Ambiguous
from cmdb.usecases.services import change_service, declare_service, list_services, read_service, retire_service
from cmdb.usecases.teams import change_team, create_team, list_teams, read_team, retire_team, set_responsible
from tests.support.hosts import START
from tests.support.shop import APP, MINUTE, report

pytestmark = pytest.mark.neo4j


def test_a_service_is_declared_by_entry_points_in_any_words(shop: Graph):
    service = declare_service(
        shop,
        {
            "name": " Reports ",
            "entry_points": ["web-3:9000", "10.0.0.1"],
            "description": "Figures",
            "support": ["Sales"],
        },
        "ann",
        START,
    )
    assert (service.name, service.description, service.criticality, service.revision) == ("Reports", "Figures", None, 1)
    assert {(one.type, one.title) for one in service.entry_points} == {
        ("ServiceInstance", "batch"),
        ("Server", "web-1"),
    }
    assert [one.title for one in service.support] == ["Sales"]
    assert read_service(shop, service.id) == service


def test_an_entry_point_that_could_be_several_things_is_refused_with_the_candidates(shop: Graph):
    report(shop, 4, services=APP)
    with pytest.raises(Ambiguous) as caught:
        declare_service(shop, {"name": "Other", "entry_points": ["batch", "app"]}, "ann", START)
    assert caught.value.field == "entry_points[1]"
    assert {one.label for one in caught.value.candidates} == {"app on web-2", "app on web-4"}
    assert [one.name for one in list_services(shop)] == ["Shop"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "Other"}, "entry_points"),
        ({"name": " ", "entry_points": ["app"]}, "name"),
        ({"name": "Other", "entry_points": ["Shop"]}, "entry_points[0]"),
        ({"name": "Other", "entry_points": ["app"], "criticality": "huge"}, "criticality"),
        ({"name": "Other", "entry_points": ["app"], "owners": ["Nobody"]}, "owners[0]"),
    ],
)
def test_a_declaration_that_cannot_be_names_its_field_and_makes_nothing(shop: Graph, said, field: str):
    with pytest.raises(Invalid) as caught:
        declare_service(shop, said, "ann", START)
    assert caught.value.field == field
    assert [one.name for one in list_services(shop)] == ["Shop"]


def test_two_current_services_do_not_share_a_name(shop: Graph):
    (service,) = list_services(shop)
    with pytest.raises(Conflict, match="already"):
        declare_service(shop, {"name": "Shop", "entry_points": ["batch"]}, "ann", START)
    retire_service(shop, service.id, None, "ann", START + MINUTE)
    again = declare_service(shop, {"name": "Shop", "entry_points": ["batch"]}, "ann", START + MINUTE)
    assert again.id != service.id


def test_what_a_service_was_stays_in_its_past(shop: Graph):
    (service,) = list_services(shop)
    later = START + MINUTE
    changed = change_service(
        shop,
        service.id,
        {"criticality": "critical", "entry_points": ["batch"], "owners": [], "name": "Store"},
        service.revision,
        "ben",
        later,
    )
    assert (changed.name, changed.criticality, changed.owners, changed.revision) == ("Store", "critical", (), 2)
    assert {one.ci.name for one in assess(shop, {"app": "down"}, later).reached} == {"app on web-2"}
    past = shop.ask(
        "MATCH (:CI {id: $id})-[r:WAS_PROVIDED_BY|WAS_OWNED_BY]->(x) "
        "RETURN type(r) AS verb, x.title AS to, r.valid_from AS since, r.valid_to AS until ORDER BY verb",
        id=service.id,
    )
    assert past == [
        {"verb": "WAS_OWNED_BY", "to": "Sales", "since": START, "until": later},
        {"verb": "WAS_PROVIDED_BY", "to": "app", "since": START, "until": later},
    ]
    claims = shop.ask(
        "MATCH (:CI {id: $id})-[:HAD]->(c:Claim) RETURN c.attribute AS a, c.value AS v, c.valid_from AS f, "
        "c.valid_to AS t, c.cause AS cause, c.by AS by ORDER BY a",
        id=service.id,
    )
    person = {"f": START, "t": later, "cause": "person", "by": "ben"}
    assert claims == [{"a": "criticality", "v": "high", **person}, {"a": "name", "v": "Shop", **person}]


def test_an_outdated_version_of_a_service_or_team_is_refused(shop: Graph):
    (service,) = list_services(shop)
    change_service(shop, service.id, {"description": "a"}, 1, "ann", START)
    with pytest.raises(Stale):
        change_service(shop, service.id, {"description": "b"}, 1, "ben", START)
    assert read_service(shop, service.id).description == "a"
    team = list_teams(shop)[0]
    change_team(shop, team.id, {"members": "Ann, Ben"}, 1, "ann", START)
    with pytest.raises(Stale):
        change_team(shop, team.id, {"members": "Cat"}, 1, "ann", START)
    assert read_team(shop, team.id).members == "Ann, Ben"


def test_a_retired_service_is_reached_by_nothing_and_cannot_be_changed(shop: Graph):
    (service,) = list_services(shop)
    retired = retire_service(shop, service.id, None, "ann", START + MINUTE)
    assert (retired.state, retired.valid_to, retired.entry_points) == ("retired", START + MINUTE, ())
    assert list_services(shop) == []
    assert list_services(shop, retired=True) == [retired]
    assert {one.ci.name for one in assess(shop, {"app": "down"}, START + MINUTE).reached} == {"app on web-2"}
    with pytest.raises(Conflict, match="retired"):
        change_service(shop, service.id, {"description": "x"}, None, "ann", START)
    with pytest.raises(NotFound):
        read_service(shop, "ci_nobody")


def test_services_are_listed_by_name_page_by_page(shop: Graph):
    for name in ("Mail", "Billing"):
        declare_service(shop, {"name": name, "entry_points": ["batch"]}, "ann", START)
    first = list_services(shop, limit=2)
    assert [one.name for one in first] == ["Billing", "Mail"]
    rest = list_services(shop, after=(first[-1].name, first[-1].id), limit=2)
    assert [one.name for one in rest] == ["Shop"]
    assert [one.name for one in list_services(shop, name="AI")] == ["Mail"]


def test_teams_are_made_renamed_and_retired(graph: Graph):
    team = create_team(graph, "Network", "ann", START, contact="#network", members="Ann")
    with pytest.raises(Conflict):
        create_team(graph, "Network", "ann", START)
    renamed = change_team(graph, team.id, {"name": "Networks", "contact": None}, 1, "ann", START)
    assert (renamed.name, renamed.contact, renamed.members) == ("Networks", None, "Ann")
    assert [one.name for one in list_teams(graph)] == ["Networks"]
    assert retire_team(graph, team.id, None, "ann", START).state == "retired"
    assert list_teams(graph) == []


def test_a_team_that_supports_a_machine_answers_for_what_runs_on_it(shop: Graph):
    found = assess(shop, {"postgres": "down"}, START)
    assert ("Databases", ["postgres on web-1"]) in [(one.name, [ci.name for ci in one.cis]) for one in found.teams]
    set_responsible(shop, "web-1", "support", ["Sales"], "ann", START + MINUTE)
    found = assess(shop, {"postgres": "down"}, START)
    assert {one.name for one in found.teams} == {"Sales"}
    with pytest.raises(Invalid, match="team"):
        set_responsible(shop, list_teams(shop)[0].id, "owner", ["Sales"], "ann", START)
