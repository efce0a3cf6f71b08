from __future__ import annotations

from typing import Any

import pytest

from cmdb.usecases.drift_watch import watch_drift
from tests.support.estate import send
from tests.support.hosts import START, host

pytestmark = pytest.mark.neo4j
HOUR = 3_600_000
ADDRESS = "/api/v1/drift/findings"


def edited(api: Any, *versions: str) -> None:
    """Web-1 is read hour by hour with these versions of its system, and looked at after each."""
    for number, version in enumerate(versions):
        document = host(1, at=START + number * HOUR)
        document["items"][0]["attributes"]["os_version"] = version
        send(api.core.graph, document)
        watch_drift(api.core.graph, START + number * HOUR)


def test_a_finding_is_listed_shown_and_accepted_with_a_reason(api: Any, reader: Any, responder: Any) -> None:
    edited(api, "12", "13")
    said = reader.get(ADDRESS).json()
    assert (said["counts"]["open"], said["next_cursor"]) == (1, None)
    assert reader.get(ADDRESS, params={"state": "accepted"}).json()["findings"] == []
    (row,) = said["findings"]
    shown = reader.get(f"{ADDRESS}/{row['id']}")
    (revision,) = shown.json()["revisions"]
    assert (revision["ci"]["title"], revision["old"], revision["new"], revision["place"]) == ("web-1", "12", "13", None)
    assert reader.post(f"{ADDRESS}/{row['id']}/acceptance", json={"reason": "fine"}).status_code == 403
    done = responder.post(
        f"{ADDRESS}/{row['id']}/acceptance",
        json={"reason": "told by telephone"},
        headers={"If-Match": shown.headers["ETag"]},
    )
    assert (done.json()["state"], done.json()["next_states"]) == ("accepted", [])
    assert [one["text"] for one in done.json()["entries"]][-1] == "told by telephone"
    again = responder.post(f"{ADDRESS}/{row['id']}/rejection", json={"reason": "no"})
    assert again.status_code == 409


def test_a_decision_on_an_older_version_is_refused_and_one_without_a_reason(api: Any, responder: Any) -> None:
    edited(api, "12", "13")
    stale = responder.post(f"{ADDRESS}/DRF-000001/rejection", json={"reason": "no"}, headers={"If-Match": '"99"'})
    assert stale.status_code == 412
    assert responder.post(f"{ADDRESS}/DRF-000001/rejection", json={"reason": " "}).status_code == 422
    assert responder.post(f"{ADDRESS}/DRF-000009/rejection", json={"reason": "no"}).status_code == 404


def test_what_is_rejected_stays_open_work_until_it_is_as_it_was(api: Any, reader: Any, responder: Any) -> None:
    edited(api, "12", "13")
    responder.post(f"{ADDRESS}/DRF-000001/rejection", json={"reason": "put it back"})
    assert reader.get(ADDRESS, params={"state": "rejected"}).json()["counts"]["rejected"] == 1
    edited(api, "12", "13", "12")
    (only,) = reader.get(ADDRESS).json()["findings"]
    assert (only["state"], only["decided_by"]) == ("reverted", "cmdb")


def test_a_change_manager_records_a_change_afterwards_that_names_the_finding(
    api: Any, reader: Any, responder: Any, change_manager: Any
) -> None:
    edited(api, "12", "13")
    given = {"reason": "urgent", "requester": "ann"}
    assert responder.post(f"{ADDRESS}/DRF-000001/change", json=given).status_code == 403
    done = change_manager.post(f"{ADDRESS}/DRF-000001/change", json=given).json()
    assert (done["state"], done["change"]) == ("recorded", "CHG-000001")
    change = reader.get("/api/v1/changes/CHG-000001").json()
    assert (change["state"], change["is_retrospective"], change["requester"]) == ("completed", True, "ann")
    assert (change["planned_start_at"], change["planned_end_at"]) == (done["not_before_at"], done["last_seen_at"])
    assert [one["title"] for one in change["cis"]] == ["web-1"]
    assert "DRF-000001" in change["entries"][0]["text"]
    judged = reader.get(
        "/api/v1/drift", params={"since": "2025-11-24T15:00:00Z", "until": "2025-11-25T00:00:00Z"}
    ).json()
    assert [one["change"] for one in judged["findings"]] == ["CHG-000001"]


def test_a_rule_sets_noise_aside_and_ends(api: Any, reader: Any, change_manager: Any) -> None:
    edited(api, "12", "13")
    given = {"type": "Server", "attribute": "os_version", "is_noise": True, "reason": "rolling", "ci": "web-1"}
    assert reader.post("/api/v1/drift/rules", json=given).status_code == 403
    made = change_manager.post("/api/v1/drift/rules", json=given)
    assert (made.status_code, made.json()["ci_title"], made.json()["is_in_force"]) == (201, "web-1", True)
    watch_drift(api.core.graph, START + 2 * HOUR)
    finding = reader.get(f"{ADDRESS}/DRF-000001").json()
    assert (finding["state"], finding["entries"][-1]["text"]) == ("noise", "NSE-000001 says so: rolling")
    assert change_manager.delete("/api/v1/drift/rules/NSE-000001").status_code == 204
    assert change_manager.delete("/api/v1/drift/rules/NSE-000001").status_code == 404
    (rule,) = reader.get("/api/v1/drift/rules").json()["rules"]
    assert (rule["is_in_force"], rule["ended_by"]) == (False, "a change_manager")
    unknown = change_manager.post("/api/v1/drift/rules", json=given | {"attribute": "nonsense"})
    assert (unknown.status_code, unknown.json()["field"]) == (422, "attribute")
