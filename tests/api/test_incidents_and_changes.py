"""Incidents and changes over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from cmdb.store.driver import Graph
from tests.support.api import Api
from tests.support.hosts import START
from tests.support.shop import MINUTE, report

pytestmark = pytest.mark.neo4j
V1 = "/api/v1"
DRAFT: dict[str, Any] = {
    "title": "Replace the disk of web-1",
    "cis": [{"ci": "web-1", "effect": "down"}],
    "planned_start_at": "2025-11-25T01:00:00+01:00",
    "planned_end_at": "2025-11-25T02:00:00Z",
    "backout_plan": "put the old disk back",
}


@pytest.fixture
def api(shop: Graph, api: Api) -> Api:
    """The API on the shop, ten minutes after it was discovered."""
    api.clock.at = START + 10 * MINUTE
    return api


def test_an_incident_is_opened_worked_on_and_resolved(api: Api, responder: httpx.Client, reader: httpx.Client):
    opened = responder.post(
        f"{V1}/incidents", json={"cis": [{"ci": "web-1:5432"}], "started_at": "2025-11-24T16:05:00Z"}
    )
    assert opened.status_code == 201, opened.text
    body = opened.json()
    assert (body["id"], body["started_at"], body["reported_by"]) == (
        "INC-000001", "2025-11-24T16:05:00.000Z", "a responder",
    )  # fmt: skip
    assert [one["ci"]["name"] for one in body["assessment"]["services"]] == ["Shop"]
    assert body["sources"][0]["title"] == "postgres"
    path = f"{V1}/incidents/INC-000001"
    done = responder.patch(
        path, json={"state": "resolved", "resolution": "restarted"}, headers={"If-Match": opened.headers["ETag"]}
    )
    assert (done.status_code, done.json()["state"]) == (200, "resolved")
    stale = responder.patch(path, json={"title": "x"}, headers={"If-Match": opened.headers["ETag"]})
    assert stale.status_code == 412
    assert responder.patch(path, json={"state": "on_hold"}).status_code == 409
    assert responder.patch(path, json={"state": "asleep"}).status_code == 422
    assert responder.post(f"{path}/comments", json={"text": "thanks"}).json()["entries"][-1]["text"] == "thanks"
    assert reader.get(path).json()["entries"][1]["changes"]["state"] == ["new", "resolved"]
    assert reader.post(f"{path}/comments", json={"text": "me too"}).status_code == 403


def test_a_resolution_or_a_hold_without_what_it_needs_names_the_field(api: Api, responder: httpx.Client):
    responder.post(f"{V1}/incidents", json={"cis": [{"ci": "app"}]})
    for changes, field in (
        ({"state": "resolved"}, "resolution"),
        ({"state": "on_hold"}, "hold_reason"),
        ({"state": "on_hold", "hold_reason": "awaiting_caller"}, "comment"),
        ({"started_at": "2026-01-01T00:00:00Z"}, "started_at"),
        ({"started_at": "yesterday"}, "started_at"),
        ({"title": None}, "title"),
    ):
        answer = responder.patch(f"{V1}/incidents/INC-000001", json=changes)
        assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_an_incident_is_assessed_again_after_marking_a_ci(api: Api, responder: httpx.Client):
    responder.post(f"{V1}/incidents", json={"cis": [{"ci": "postgres"}]})
    path = f"{V1}/incidents/INC-000001"
    marked = responder.post(f"{path}/cis", json={"ci": "app", "effect": None})
    assert marked.status_code == 200, marked.text
    assert marked.json()["assessment"]["services"] == []
    assert marked.json()["assessment"]["excluded"][0]["would_be"] == "down"
    api.clock.advance(MINUTE)
    assert responder.post(f"{path}/assessment").json()["assessment"]["made_at"] == "2025-11-24T16:11:00.000Z"


def test_what_changed_lately_beneath_an_incident_is_asked_by_hours(api: Api, shop: Graph, responder: httpx.Client):
    report(shop, 1, at=START + 9 * MINUTE, services=())
    responder.post(f"{V1}/incidents", json={"cis": [{"ci": "web-1:5432"}]})
    body = responder.get(f"{V1}/incidents/INC-000001/recent-changes", params={"hours": 1}).json()
    assert body["happenings"][0]["text"] == "ServiceInstance postgres is gone"
    assert body["happenings"][0]["at"] == "2025-11-24T16:09:00.000Z"
    assert responder.get(f"{V1}/incidents/INC-000001/recent-changes", params={"hours": 0}).status_code == 422


def test_incidents_come_in_pages_and_by_filter(api: Api, responder: httpx.Client):
    for name in ("app", "batch", "web-3"):
        responder.post(f"{V1}/incidents", json={"cis": [{"ci": name}], "urgency": "high"})
    first = responder.get(f"{V1}/incidents", params={"limit": 2}).json()
    assert [one["id"] for one in first["incidents"]] == ["INC-000003", "INC-000002"]
    rest = responder.get(f"{V1}/incidents", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [one["id"] for one in rest["incidents"]] == ["INC-000001"]

    def ids(**params: Any) -> list[str]:
        return [one["id"][-1] for one in responder.get(f"{V1}/incidents", params=params).json()["incidents"]]

    assert ids(priority=1) == ["1"]
    assert ids(ci="Shop") == ["1"]
    assert ids(state=["resolved", "closed"]) == []
    assert ids(q="batch") == ["2"]
    assert responder.get(f"{V1}/incidents", params={"team": "Nobody"}).status_code == 422


def test_a_change_is_drafted_assessed_approved_by_another_and_completed(
    api: Api, responder: httpx.Client, change_manager: httpx.Client
):
    drafted = responder.post(f"{V1}/changes", json=DRAFT)
    assert drafted.status_code == 201, drafted.text
    assert drafted.json()["planned_start_at"] == "2025-11-25T00:00:00.000Z"
    path = f"{V1}/changes/CHG-000001"
    altered = responder.patch(path, json={"test_plan": "rehearsed"}, headers={"If-Match": '"1"'})
    assert altered.status_code == 200, altered.text
    assert responder.patch(path, json={"test_plan": "x"}, headers={"If-Match": '"1"'}).status_code == 412
    submitted = responder.post(f"{path}/submission", headers={"If-Match": '"2"'})
    assert submitted.status_code == 200, submitted.text
    assert [one["ci"]["name"] for one in submitted.json()["assessment"]["services"]] == ["Shop"]
    assert responder.post(f"{path}/decision", json={"approve": True}).status_code == 403
    approved = change_manager.post(f"{path}/decision", json={"approve": True, "note": "fine"})
    assert (approved.status_code, approved.json()["decided_by"]) == (200, "a change_manager")
    assert responder.post(f"{path}/start", json={}).json()["state"] == "implementing"
    done = responder.post(f"{path}/completion", json={"outcome": "successful"})
    assert (done.status_code, done.json()["outcome"]) == (200, "successful")
    assert responder.post(f"{path}/cancellation", json={}).status_code == 409
    assert responder.post(f"{path}/comments", json={"text": "well done"}).status_code == 200
    assert [one["id"] for one in responder.get(f"{V1}/changes", params={"state": "completed"}).json()["changes"]] == [
        "CHG-000001"
    ]


def test_who_asked_for_a_change_does_not_approve_it_save_an_administrator_with_a_reason(
    api: Api, change_manager: httpx.Client, admin: httpx.Client
):
    for client, number in ((change_manager, 1), (admin, 2)):
        path = f"{V1}/changes/CHG-00000{number}"
        assert client.post(f"{V1}/changes", json=DRAFT).status_code == 201
        assert client.post(f"{path}/submission").status_code == 200
        refused = client.post(f"{path}/decision", json={"approve": True})
        assert refused.status_code == 403
        assert "somebody else" in refused.json()["detail"]
    own = change_manager.post(f"{V1}/changes/CHG-000001/decision", json={"approve": True, "override": "in a hurry"})
    assert own.status_code == 403
    own = admin.post(f"{V1}/changes/CHG-000002/decision", json={"approve": True, "override": "I am alone here"})
    assert (own.status_code, own.json()["state"]) == (200, "approved")


def test_a_change_that_is_not_whole_names_what_is_missing(api: Api, responder: httpx.Client):
    responder.post(f"{V1}/changes", json={"title": "Something"})
    for more, field in (
        ({}, "cis"),
        ({"cis": [{"ci": "web-1"}]}, "planned_start_at"),
        ({"planned_start_at": "2025-11-25T00:00:00Z", "planned_end_at": "2025-11-25T01:00:00Z"}, "backout_plan"),
    ):
        assert responder.patch(f"{V1}/changes/CHG-000001", json=more).status_code == 200
        answer = responder.post(f"{V1}/changes/CHG-000001/submission")
        assert (answer.status_code, answer.json()["field"]) == (422, field)
    backwards = {"planned_end_at": "2025-11-24T00:00:00Z"}
    answer = responder.patch(f"{V1}/changes/CHG-000001", json=backwards)
    assert (answer.status_code, answer.json()["field"]) == (422, "planned_end_at")
    assert responder.patch(f"{V1}/changes/CHG-000001", json={"backout_plan": "undo"}).status_code == 200
    assert responder.post(f"{V1}/changes/CHG-000001/assessment").json()["links"][0]["effect"] == "unknown"
