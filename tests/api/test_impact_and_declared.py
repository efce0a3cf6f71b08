"""Impact, services, teams and dependencies over HTTP."""

from __future__ import annotations

import httpx
import pytest

from cmdb.store.driver import Graph
from tests.support.api import Api
from tests.support.hosts import START
from tests.support.shop import APP, MINUTE, report

pytestmark = pytest.mark.neo4j
V1 = "/api/v1"


@pytest.fixture
def api(shop: Graph, api: Api) -> Api:
    """The API on the shop, ten minutes after it was discovered."""
    api.clock.at = START + 10 * MINUTE
    return api


def test_impact_answers_with_path_reason_service_and_team(api: Api, reader: httpx.Client):
    answer = reader.post(f"{V1}/impact", json={"cis": [{"ci": "10.0.0.1:5432"}]})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["made_at"] == "2025-11-24T16:10:00.000Z"
    assert {one["ci"]["name"]: one["state"] for one in body["reached"]} == {
        "postgres on web-1": "down", "app on web-2": "down", "Shop": "down",
    }  # fmt: skip
    (service,) = body["services"]
    assert service["criticality"] == "high"
    assert [hop["verb"] for hop in service["reason"]["hops"]] == ["PROVIDED_BY", "CALLS"]
    assert service["reason"]["hops"][1]["since_at"] == "2025-11-24T16:00:00.000Z"
    assert {one["name"] for one in body["teams"]} == {"Sales", "Databases"}
    assert body["assumptions"]


def test_impact_the_other_way_round_answers_with_what_is_needed(api: Api, reader: httpx.Client):
    body = reader.post(f"{V1}/impact", json={"cis": [{"ci": "Shop"}], "direction": "needs", "depth": 2}).json()
    assert body["direction"] == "needs"
    assert {one["ci"]["name"] for one in body["needed"]} == {"app on web-2", "web-2", "postgres on web-1"}


@pytest.mark.parametrize(
    ("question", "status", "field"),
    [
        ({"cis": []}, 422, "cis"),
        ({"cis": [{"ci": "nothing-there"}]}, 422, "cis[0]"),
        ({"cis": [{"ci": "app"}, {"ci": "ci_nobody"}]}, 404, None),
        ({"cis": [{"ci": "app", "effect": "gone"}]}, 422, "cis[0].effect"),
        ({"cis": [{"ci": "app"}], "depth": 51}, 422, "depth"),
        ({"cis": [{"ci": "app"}], "deep": 1}, 422, "deep"),
    ],
)
def test_a_question_that_cannot_be_is_refused_and_names_the_field(
    api: Api, reader: httpx.Client, question: object, status: int, field: str | None
):
    answer = reader.post(f"{V1}/impact", json=question)
    assert (answer.status_code, answer.json().get("field")) == (status, field)


def test_an_ambiguous_name_is_refused_with_the_candidates_in_the_detail(api: Api, shop: Graph, reader: httpx.Client):
    report(shop, 4, services=APP)
    answer = reader.post(f"{V1}/impact", json={"cis": [{"ci": "app"}]})
    assert answer.status_code == 422
    assert "app on web-2" in answer.json()["detail"]
    assert "app on web-4" in answer.json()["detail"]


def test_a_service_is_declared_changed_with_its_version_and_retired(api: Api, responder: httpx.Client):
    made = responder.post(
        f"{V1}/services", json={"name": "Reports", "entry_points": ["web-3:9000"], "owners": ["Sales"]}
    )
    assert made.status_code == 201, made.text
    assert made.headers["ETag"] == '"1"'
    path = f"{V1}/services/{made.json()['id']}"
    changed = responder.patch(path, json={"criticality": "low"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert changed.json()["owners"][0]["title"] == "Sales"
    stale = responder.patch(path, json={"criticality": "high"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert stale.headers["Content-Type"] == "application/problem+json"
    assert responder.patch(path, json={}, headers={"If-Match": "first"}).status_code == 422
    assert responder.patch(path, json={"name": None}).status_code == 422
    assert responder.delete(path, headers={"If-Match": '"2"'}).json()["state"] == "retired"
    assert responder.patch(path, json={"description": "x"}).status_code == 409
    assert responder.get(f"{V1}/services/ci_nobody").status_code == 404


def test_services_and_teams_come_in_pages_by_name(api: Api, responder: httpx.Client):
    for name in ("Mail", "Billing"):
        assert responder.post(f"{V1}/services", json={"name": name, "entry_points": ["batch"]}).status_code == 201
    first = responder.get(f"{V1}/services", params={"limit": 2}).json()
    assert [one["name"] for one in first["services"]] == ["Billing", "Mail"]
    last = responder.get(f"{V1}/services", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [one["name"] for one in last["services"]] == ["Shop"]
    assert last["next_cursor"] is None
    other = responder.get(f"{V1}/services", params={"name": "x", "cursor": first["next_cursor"]})
    assert other.status_code == 422
    assert [one["name"] for one in responder.get(f"{V1}/teams").json()["teams"]] == ["Databases", "Sales"]


def test_a_team_is_made_changed_made_responsible_and_retired(api: Api, responder: httpx.Client):
    made = responder.post(f"{V1}/teams", json={"name": "Batch", "contact": "#batch"})
    assert made.status_code == 201, made.text
    path = f"{V1}/teams/{made.json()['id']}"
    said = responder.put(f"{V1}/responsibilities", json={"ci": "batch", "duty": "owner", "teams": ["Batch"]})
    assert said.status_code == 204, said.text
    body = responder.post(f"{V1}/impact", json={"cis": [{"ci": "web-3"}]}).json()
    assert [(one["name"], one["contact"]) for one in body["teams"]] == [("Batch", "#batch")]
    assert responder.patch(path, json={"members": "Ann"}, headers={"If-Match": '"1"'}).json()["members"] == "Ann"
    assert responder.patch(path, json={"members": "Ben"}, headers={"If-Match": '"1"'}).status_code == 412
    assert responder.post(f"{V1}/teams", json={"name": "Batch"}).status_code == 409
    assert responder.delete(path).json()["state"] == "retired"


def test_a_dependency_is_declared_and_withdrawn(api: Api, change_manager: httpx.Client):
    said = change_manager.post(f"{V1}/dependencies", json={"source": "batch", "target": "app", "strength": "soft"})
    assert said.status_code == 201, said.text
    assert (said.json()["source"]["title"], said.json()["strength"]) == ("batch", "soft")
    gone = change_manager.delete(f"{V1}/dependencies", params={"source": "batch", "target": "app"})
    assert gone.status_code == 204
    again = change_manager.delete(f"{V1}/dependencies", params={"source": "batch", "target": "app"})
    assert again.status_code == 404


def test_a_reader_declares_nothing(api: Api, reader: httpx.Client):
    assert reader.post(f"{V1}/services", json={"name": "x", "entry_points": ["app"]}).status_code == 403
    assert reader.post(f"{V1}/teams", json={"name": "x"}).status_code == 403
    assert reader.post(f"{V1}/incidents", json={"cis": [{"ci": "app"}]}).status_code == 403
    assert reader.post(f"{V1}/changes", json={"title": "x"}).status_code == 403
