"""One CI over HTTP: where its values come from, what it relates to, what happened to it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from cmdb_api.instants import written
from cmdb_api.resources.observations import PATH

from cmdb.model.sources import MINUTE_MS
from cmdb.usecases.access import Role
from tests.support.api import Api
from tests.support.hosts import START, encoded, host
from tests.support.silence import listen

pytestmark = pytest.mark.neo4j


def send(api: Api, document: dict[str, Any]) -> None:
    answer = api.as_role(Role.ADMIN).post(PATH, content=encoded(document))
    assert answer.status_code == 200, answer.text


def by_ssh(document: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    """The same host as a login without an agent reads it."""
    document["source"] = {"kind": "ssh", "name": "cmdb-collect", "version": "1", "instance": "site-a"}
    document["scope"]["key"] = "10.0.0.1:22"
    document["document_id"] = "by-ssh-" + document["document_id"]
    document["items"][0]["identifiers"].pop("agent_id")
    document["items"][0]["attributes"] |= attributes
    return document


def ci_id(client: httpx.Client, ci_type: str, **params: str) -> str:
    found = client.get("/api/v1/cis", params={"type": ci_type, "state": "any"} | params).json()["cis"]
    assert len(found) == 1, found
    return found[0]["id"]


def show(client: httpx.Client, ci: str) -> Any:
    answer = client.get(f"/api/v1/cis/{ci}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def value(shown: Any, name: str) -> Any:
    return next(one for one in shown["values"] if one["name"] == name)


def test_the_agents_value_stands_and_what_ssh_says_is_kept_beside_it(api: Api, reader: httpx.Client) -> None:
    send(api, host(1))
    api.clock.advance(MINUTE_MS)
    send(api, by_ssh(host(1, at=api.clock()), memory_bytes=5, vendor="ACME"))
    shown = show(reader, ci_id(reader, "Server"))
    memory = value(shown, "memory_bytes")
    assert (memory["value"], memory["unit"], memory["source"]["source_kind"]) == (1 << 30, "bytes", "agent")
    assert memory["source"]["since_at"] == written(START)
    assert [(one["value"], one["source_kind"]) for one in memory["others"]] == [(5, "ssh")]
    assert value(shown, "vendor")["source"]["source_kind"] == "ssh"
    assert {one["source_kind"] for one in shown["sightings"]} == {"agent", "ssh"}
    proofs = [proof for one in shown["sightings"] for proof in one["proofs"]]
    assert any("permanent_macs:00:16:3e:00:00:01" in proof["identifiers"] for proof in proofs)


def test_values_that_always_move_are_the_last_ones_read(api: Api, reader: httpx.Client) -> None:
    send(api, host(1))
    send(api, host(1, at=START + 7, document_id="the-second"))
    used = value(show(reader, ci_id(reader, "Filesystem")), "used_bytes")
    assert (used["value"], used["is_volatile"], used["source"]["since_at"]) == (7, True, None)


def test_a_service_is_seen_by_the_scopes_of_its_machine(api: Api, reader: httpx.Client) -> None:
    send(api, host(1))
    shown = show(reader, ci_id(reader, "ServiceInstance", name="nginx"))
    assert [one["item"] for one in shown["sightings"]] == ["svc:unit:nginx"]
    assert shown["place"]["title"] == "web-1"
    assert value(shown, "listens")["source"]["source_kind"] == "agent"


def test_an_address_is_its_value_whoever_says_so(api: Api, reader: httpx.Client) -> None:
    send(api, host(1))
    shown = show(reader, ci_id(reader, "IPAddress"))
    assert value(shown, "address")["source"] is None
    assert shown["sightings"] == []


def test_a_machine_that_falls_silent_is_stale_and_active_again_when_seen(api: Api, reader: httpx.Client) -> None:
    send(api, host(1))
    server = ci_id(reader, "Server")
    assert show(reader, server)["state"] == "active"
    listen(api.core.graph, START, api.clock.advance(16 * MINUTE_MS))
    assert show(reader, server)["state"] == "stale"
    found = {
        state: [one["state"] for one in reader.get(f"/api/v1/cis?type=Server&state={state}").json()["cis"]]
        for state in ("current", "active", "stale", "any")
    }
    assert found == {"current": ["stale"], "active": [], "stale": ["stale"], "any": ["stale"]}
    services = reader.get("/api/v1/cis?type=ServiceInstance&state=stale").json()["cis"]
    assert [one["title"] for one in services] == ["nginx", "postgres"]
    send(api, host(1, at=api.clock()))
    assert show(reader, server)["state"] == "active"


def test_what_ended_is_shown_with_its_last_values(api: Api, reader: httpx.Client) -> None:
    send(api, host(1))
    at = api.clock.advance(MINUTE_MS)
    send(api, host(1, at=at, services=(("postgres", "tcp 0.0.0.0:5432"),)))
    shown = show(reader, ci_id(reader, "ServiceInstance", name="nginx"))
    assert (shown["state"], shown["valid_to"]) == ("retired", written(at))
    assert value(shown, "unit")["value"] == "nginx.service"
    assert value(shown, "unit")["source"] is None
    assert shown["place"]["title"] == "web-1"


def test_a_former_id_still_leads_to_the_ci(api: Api, reader: httpx.Client) -> None:
    send(api, host(1))
    server = ci_id(reader, "Server")
    api.core.graph.tell("MATCH (n:CI {id: $id}) CREATE (:Alias {id: 'ci_former'})-[:NOW]->(n)", id=server)
    for path in ("", "/relationships", "/history"):
        assert reader.get(f"/api/v1/cis/ci_former{path}").json()["id"] == server


@pytest.mark.parametrize("path", ["", "/relationships", "/history"])
def test_an_unknown_id_is_not_found(reader: httpx.Client, path: str) -> None:
    answer = reader.get(f"/api/v1/cis/ci_nothing{path}")
    assert answer.status_code == 404
    assert "ci_nothing" in answer.json()["detail"]


def test_relationships_are_told_from_the_cis_side(api: Api, reader: httpx.Client) -> None:
    send(api, host(1, calls=(("nginx", "10.0.0.2", 5432),)))
    send(api, host(2))
    server = ci_id(reader, "Server", name="web-1")
    told = reader.get(f"/api/v1/cis/{server}/relationships").json()
    counts = {(one["direction"], one["verb"]): one["count"] for one in told["counts"]}
    assert counts[("in", "RUNS_ON")] == 2
    assert counts[("out", "HAS_INSTALLED")] == 5
    services = reader.get(f"/api/v1/cis/{server}/relationships", params={"verb": "RUNS_ON", "direction": "in"}).json()
    assert [(one["phrase"], one["ci"]["title"]) for one in services["relationships"]] == [
        ("runs", "nginx"), ("runs", "postgres"),
    ]  # fmt: skip
    nginx = services["relationships"][0]["ci"]["id"]
    out = reader.get(f"/api/v1/cis/{nginx}/relationships", params={"direction": "out"}).json()["relationships"]
    assert {(one["verb"], one["ci"]["title"] if one["ci"] else one["far_end"]["address"]) for one in out} == {
        ("RUNS_ON", "web-1"), ("CALLS", "postgres"), ("USES", "10.0.0.2"),
    }  # fmt: skip
    assert reader.get(f"/api/v1/cis/{nginx}/relationships", params={"verb": "LIKES"}).json()["field"] == "verb"


def test_relationships_come_page_by_page_each_once(api: Api, reader: httpx.Client) -> None:
    send(api, host(1, packages=9))
    path = f"/api/v1/cis/{ci_id(reader, 'Server')}/relationships"
    whole = reader.get(path, params={"limit": 500}).json()["relationships"]
    page = reader.get(path, params={"limit": 2}).json()
    paged = page["relationships"]
    while page["next_cursor"]:
        page = reader.get(path, params={"limit": 2, "cursor": page["next_cursor"]}).json()
        paged += page["relationships"]
    assert paged == whole
    assert len(whole) == 14


def test_what_has_ended_is_asked_for_by_past(api: Api, reader: httpx.Client) -> None:
    send(api, host(1))
    at = api.clock.advance(MINUTE_MS)
    send(api, host(1, at=at, services=(("postgres", "tcp 0.0.0.0:5432"),)))
    path = f"/api/v1/cis/{ci_id(reader, 'Server')}/relationships"
    ended = reader.get(path, params={"past": True}).json()["relationships"]
    assert [(one["verb"], one["ci"]["title"], one["valid_to"]) for one in ended] == [("RUNS_ON", "nginx", written(at))]


def test_the_history_tells_what_changed_from_what_to_what(api: Api, reader: httpx.Client) -> None:
    sizes = [1, 2, 3]
    for size in sizes:
        document = host(1, at=api.clock.advance(MINUTE_MS))
        document["items"][0]["attributes"]["memory_bytes"] = size
        send(api, document)
    at = api.clock.advance(MINUTE_MS)
    document = host(1, at=at, services=(("nginx", "tcp 0.0.0.0:80"), ("redis", "tcp 0.0.0.0:6379")))
    document["items"][0]["attributes"]["memory_bytes"] = 3
    send(api, document)
    path = f"/api/v1/cis/{ci_id(reader, 'Server')}/history"
    events = reader.get(path).json()["events"]
    told = [
        (one["kind"], one["relationship"]["title"] if one["relationship"] else None,
         (one["value"]["old"], one["value"]["new"]) if one["value"] else None)
        for one in events
    ]  # fmt: skip
    assert told == [
        ("began", "redis", None),
        ("ended", "postgres", None),
        ("value", None, (2, 3)),
        ("value", None, (1, 2)),
        ("appeared", None, None),
    ]
    assert events[2]["value"]["changed_after"] == events[3]["at"]
    page = reader.get(path, params={"limit": 2}).json()
    paged = page["events"]
    while page["next_cursor"]:
        page = reader.get(path, params={"limit": 2, "cursor": page["next_cursor"]}).json()
        paged += page["events"]
    assert paged == events
