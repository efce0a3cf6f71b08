"""Why a CI is one thing, the review queue and decisions, over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from cmdb_api.instants import written
from cmdb_api.resources.observations import PATH

from cmdb.usecases.access import Role
from tests.support.api import Api
from tests.support.hosts import START, encoded, host

pytestmark = pytest.mark.neo4j
UUID = "44454c4c-0031-3510-8052-b4c04f4a4832"
FIRST, SECOND = ("agent|agent-1|host|default|agent-1|host|0", "agent|agent-2|host|default|agent-2|host|0")


def send(api: Api, document: dict[str, Any]) -> str | None:
    answer = api.as_role(Role.ADMIN).post(PATH, content=encoded(document))
    assert answer.status_code == 200, answer.text
    return next(one["ci_id"] for one in answer.json()["items"] if one["key"] == "host")


def ask(client: httpx.Client, path: str, **params: Any) -> Any:
    answer = client.get(f"/api/v1{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def decide(client: httpx.Client, preview: bool = False, **said: Any) -> httpx.Response:
    return client.post("/api/v1/decisions", json=said, params={"preview": preview})


def test_a_ci_says_which_identifiers_of_which_sightings_joined_it_and_since_when(
    api: Api, reader: httpx.Client
) -> None:
    ci = send(api, host(1))
    api.clock.advance(1)
    send(api, host(1, agent="other-agent", at=START + 1))
    found = ask(reader, f"/cis/{ci}/identity")
    assert [one["source_kind"] for one in found["sightings"]] == ["agent", "agent"]
    mac = next(one for one in found["joins"] if one["identifiers"] == ["permanent_macs:00:16:3e:00:00:01"])
    assert (mac["tier"], mac["since_at"], len(mac["members"])) == ("strong", written(START + 1), 2)
    standings = {one["identifier"]: one["standing"] for one in found["sightings"][0]["evidence"]}
    assert standings["permanent_macs:00:16:3e:00:00:01"] == "joins"
    assert standings["agent_id:agent-1"] == "alone"
    assert "the same permanent MACs" in mac["words"]


def test_what_is_set_aside_says_why_and_between_whom(api: Api, reader: httpx.Client) -> None:
    first, second = send(api, host(1, system_uuid=UUID)), send(api, host(2, system_uuid=UUID))
    found = ask(reader, f"/cis/{first}/identity")
    aside = found["set_aside"][0]
    assert aside["identifier"] == f"system_uuid:{UUID}"
    assert (aside["reason"], {one["ci"]["id"] for one in aside["witnesses"]}) == ("direct", {first, second})
    assert "cannot be one thing" in aside["why"]
    standings = {one["identifier"]: one["standing"] for one in found["sightings"][0]["evidence"]}
    assert standings[aside["identifier"]] == "set_aside"
    question = ask(reader, f"/reviews/{aside['review']}")
    assert [side["ci"]["id"] for side in question["sides"]] == [first, second]


def test_the_queue_holds_both_sides_and_says_what_is_equal_and_what_differs(api: Api, reader: httpx.Client) -> None:
    send(api, host(1, system_uuid=UUID))
    send(api, host(2, system_uuid=UUID))
    question = ask(reader, "/reviews", kind="aside")["reviews"][0]
    verdicts = {one["kind"]: one["verdict"] for one in question["compared"]}
    assert verdicts["system_uuid"] == "equal"
    assert verdicts["permanent_macs"] == verdicts["name"] == "different"
    assert [one["kind"] for one in question["actions"]] == ["join", "separate", "separate"]


def test_questions_of_every_kind_are_paged_and_filtered(api: Api, reader: httpx.Client) -> None:
    send(api, host(1, system_uuid=UUID))
    send(api, host(2, system_uuid=UUID))
    send(api, host(3, agent_id=None, machine_id=None, permanent_macs=None))
    seen: list[str] = []
    cursor = None
    while True:
        page = ask(reader, "/reviews", limit=1, **({"cursor": cursor} if cursor else {}))
        seen += [one["kind"] for one in page["reviews"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ["aside", "held"]
    assert [one["kind"] for one in ask(reader, "/reviews", kind="held")["reviews"]] == ["held"]
    assert reader.get("/api/v1/reviews/aside:system_uuid:none").status_code == 404
    assert reader.get("/api/v1/reviews/nonsense").status_code == 422


def test_a_decision_is_previewed_made_listed_and_undone(
    api: Api, reader: httpx.Client, change_manager: httpx.Client
) -> None:
    first, second = send(api, host(1)), send(api, host(2))
    preview = decide(change_manager, preview=True, kind="join", cis=[first, second])
    assert preview.status_code == 200, preview.text
    effect = preview.json()["effect"]
    assert {one["id"] for one in effect["merges"][0]["of"]} == {first, second}
    assert effect["former"] == [{"id": second, "now": first}]
    assert ask(reader, "/decisions")["decisions"] == []
    made = decide(change_manager, kind="join", cis=[first, second], reason="one box").json()["decision"]
    assert (made["id"], made["made_by"], made["reason"]) == ("DEC-000001", "a change_manager", "one box")
    identity = ask(reader, f"/cis/{second}/identity")
    assert (identity["id"], identity["former_ids"]) == (first, [second])
    assert [one["id"] for one in identity["decisions"]] == [made["id"]]
    assert any(one["tier"] == "decided" for one in identity["joins"])
    assert change_manager.post("/api/v1/decisions/DEC-000001/undo", params={"preview": True}).json()["effect"]["splits"]
    undone = change_manager.post("/api/v1/decisions/DEC-000001/undo")
    assert undone.json()["decision"]["undone_by"] == "a change_manager"
    assert change_manager.post("/api/v1/decisions/DEC-000001/undo").status_code == 409
    assert [one["undone_at"] is None for one in ask(reader, "/decisions")["decisions"]] == [False]
    assert ask(reader, "/decisions", active=True)["decisions"] == []
    assert ask(reader, f"/cis/{second}/identity")["id"] == second


def test_a_decision_takes_a_reason_and_a_change_manager(
    api: Api, responder: httpx.Client, change_manager: httpx.Client
) -> None:
    first, second = send(api, host(1)), send(api, host(2))
    assert decide(responder, kind="join", cis=[first, second], reason="x").status_code == 403
    refused = decide(change_manager, kind="join", cis=[first, second])
    assert (refused.status_code, refused.json()["field"]) == (422, "reason")
    made = decide(change_manager, kind="separate", sightings=[SECOND], apart_from=[FIRST], reason="two rooms")
    assert made.status_code == 200
    against = decide(change_manager, kind="join", cis=[first, second], reason="one box")
    assert against.status_code == 409
    assert "DEC-000001" in against.json()["detail"]


def test_a_part_is_known_by_the_machine_it_lives_in(api: Api, reader: httpx.Client) -> None:
    send(api, host(1))
    service = ask(reader, "/cis", type="ServiceInstance", name="nginx")["cis"][0]["id"]
    found = ask(reader, f"/cis/{service}/identity")
    assert (found["sightings"], found["place"]["title"]) == ([], "web-1")
