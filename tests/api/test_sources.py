"""Sources over HTTP: silence, problems, held endings and held sightings."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx
import pytest
from cmdb_api.instants import written
from cmdb_api.resources.observations import PATH

from cmdb.model.sources import MINUTE_MS
from cmdb.usecases.access import Role
from cmdb.usecases.overview import overview
from tests.support.api import Api
from tests.support.hosts import START, encoded, host

pytestmark = pytest.mark.neo4j


def send(api: Api, document: dict[str, Any]) -> Any:
    answer = api.as_role(Role.ADMIN).post(PATH, content=encoded(document))
    assert answer.status_code == 200, answer.text
    return answer.json()


def only_source(client: httpx.Client) -> Any:
    found = client.get("/api/v1/sources").json()["sources"]
    assert len(found) == 1
    return found[0]


def detail(client: httpx.Client, key: str) -> Any:
    answer = client.get(f"/api/v1/sources/{quote(key, safe='')}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_source_says_what_it_read_and_what_it_could_not(api: Api, reader: httpx.Client) -> None:
    document = host(1, sections={"packages": "not_read", "services": "partial"})
    document["problems"] = [{"section": "packages", "kind": "permission_denied", "message": "no"}]
    document["items"][0]["attributes"]["colour"] = "red"
    send(api, document)
    source = only_source(reader)
    assert (source["source_kind"], source["domain"], source["source_version"]) == ("agent", "default", "0.1.0")
    assert source["names"] == ["web-1"]
    sections = {one["name"]: (one["state"], one["read_at"]) for one in source["sections"]}
    assert sections["packages"] == ("not_read", None)
    assert sections["services"] == ("partial", written(START))
    assert source["problems"] == [{"section": "packages", "kind": "permission_denied", "message": "no"}]
    assert [one["kind"] for one in source["refusals"]] == ["unknown_attribute"]
    told = detail(reader, source["key"])
    assert told["counts"]["ServiceInstance"] == 2
    assert [one["title"] for one in told["cis"]] == ["web-1"]


def without_certificates(document: dict[str, Any]) -> dict[str, Any]:
    """The document of a source that never asks for certificates."""
    del document["sections"]["certificates"]
    return document


def test_a_source_that_reads_no_certificates_lacks_nothing_unless_it_has_read_some(
    api: Api, reader: httpx.Client
) -> None:
    send(api, without_certificates(host(1)))
    assert "certificates" not in {one["name"] for one in only_source(reader)["sections"]}
    assert overview(api.core.graph, START).troubled == ()
    at = api.clock.advance(MINUTE_MS)
    send(api, host(1, at=at))
    send(api, without_certificates(host(1, at=api.clock.advance(MINUTE_MS))))
    sections = {one["name"]: (one["state"], one["read_at"]) for one in only_source(reader)["sections"]}
    assert sections["certificates"] == ("not_read", written(at))


def test_a_source_that_is_silent_for_three_periods_is_stale(api: Api, reader: httpx.Client) -> None:
    send(api, host(1))
    api.clock.advance(15 * MINUTE_MS)
    assert only_source(reader)["is_stale"] is False
    api.clock.advance(1)
    assert only_source(reader)["is_stale"] is True


def test_an_unchanged_document_moves_when_its_sections_were_read(api: Api, reader: httpx.Client) -> None:
    send(api, host(1))
    at = api.clock.advance(MINUTE_MS)
    send(api, host(1, at=at))
    source = only_source(reader)
    assert (source["last_seen_at"], source["unchanged_count"]) == (written(at), 1)
    assert {one["read_at"] for one in source["sections"]} == {written(at)}


def test_a_clock_that_is_wrong_is_told(api: Api, reader: httpx.Client) -> None:
    send(api, host(1, at=START - 3_600_000))
    assert only_source(reader)["clock_skew_ms"] == -3_600_000


def test_what_vanished_at_once_is_held_until_someone_says_it_is_gone(
    api: Api, reader: httpx.Client, admin: httpx.Client
) -> None:
    send(api, host(1, packages=20))
    send(api, host(1, at=api.clock.advance(MINUTE_MS), packages=2))
    key = only_source(reader)["key"]
    told = detail(reader, key)
    assert told["source"]["held_count"] == len(told["held"]) == 18
    assert told["held"][0] == {"key": "pkg:p10", "type": "SoftwareRelease"}
    release = f"/api/v1/sources/{quote(key, safe='')}/release-holds"
    assert admin.post(release).status_code == 204
    assert only_source(reader)["releases_holds"] is True
    send(api, host(1, at=api.clock.advance(MINUTE_MS), packages=2))
    assert detail(reader, key)["counts"]["SoftwareRelease"] == 2
    assert detail(reader, key)["held"] == []


def test_an_unknown_source_is_not_found(reader: httpx.Client, admin: httpx.Client) -> None:
    assert reader.get("/api/v1/sources/agent%7Cnobody").status_code == 404
    assert admin.post("/api/v1/sources/agent%7Cnobody/release-holds").status_code == 404


def test_sources_come_page_by_page(api: Api, reader: httpx.Client) -> None:
    for number in range(3):
        send(api, host(number))
    first = reader.get("/api/v1/sources", params={"limit": 2}).json()
    second = reader.get("/api/v1/sources", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [one["source_instance"] for one in first["sources"] + second["sources"]] == ["agent-0", "agent-1", "agent-2"]
    assert second["next_cursor"] is None


def test_held_sightings_are_listed_with_what_was_set_aside(api: Api, reader: httpx.Client) -> None:
    for number in (1, 2):
        document = host(number)
        document["source"]["kind"] = "ssh"
        document["items"][0]["identifiers"] = {"machine_id": "the-same-image"}
        document["items"] = document["items"][:1]
        document["relations"] = []
        send(api, document)
    nothing = host(3)
    nothing["items"], nothing["relations"] = nothing["items"][:1], []
    nothing["items"][0]["identifiers"] = {}
    nothing["source"]["kind"] = "ssh"
    receipt = send(api, nothing)
    found = reader.get("/api/v1/sightings", params={"held": True}).json()["sightings"]
    others = reader.get("/api/v1/sightings", params={"held": False}).json()["sightings"]
    every = reader.get("/api/v1/sightings").json()["sightings"]
    assert len(found) + len(others) == len(every) == 3
    assert all(one["is_held"] and one["ci"] is None for one in found)
    assert (receipt["items"][0]["status"] == "held") is any(one["name"] == "web-3" for one in found)
