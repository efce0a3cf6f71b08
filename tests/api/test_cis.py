"""Finding CIs over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from cmdb_api.resources.observations import PATH

from cmdb.model.types import CI_TYPES
from cmdb.usecases.access import Role
from tests.support.api import Api
from tests.support.hosts import encoded, host

pytestmark = pytest.mark.neo4j


def fill(api: Api, *documents: dict[str, Any]) -> None:
    for document in documents:
        answer = api.as_role(Role.ADMIN).post(PATH, content=encoded(document))
        assert answer.status_code == 200, answer.text


def titles(client: httpx.Client, **params: Any) -> list[str]:
    answer = client.get("/api/v1/cis", params=params)
    assert answer.status_code == 200, answer.text
    return [one["title"] for one in answer.json()["cis"]]


def test_cis_are_found_by_type_and_by_the_values_of_their_attributes(api: Api, reader: httpx.Client) -> None:
    fill(api, host(1), host(2))
    assert titles(reader, type="Server") == ["web-1", "web-2"]
    assert titles(reader, type="Server", memory_bytes=1 << 30, name="WEB-2") == ["web-2"]
    assert titles(reader, type="ServiceInstance", listens="tcp 0.0.0.0:80") == ["nginx", "nginx"]
    assert titles(reader, state="retired") == []


def test_a_list_says_where_a_service_runs(api: Api, reader: httpx.Client) -> None:
    fill(api, host(1))
    found = reader.get("/api/v1/cis", params={"type": "ServiceInstance", "name": "nginx"}).json()["cis"]
    assert [one["place"]["title"] for one in found] == ["web-1"]


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"type": "Toaster"}, "type"),
        ({"colour": "red"}, "colour"),
        ({"type": "Server", "mount_point": "/"}, "mount_point"),
        ({"memory_bytes": "much"}, "memory_bytes"),
        ({"load_average_1m": "1"}, "load_average_1m"),
        ({"state": "lost"}, "state"),
        ({"q": "***"}, "q"),
        ({"limit": "0"}, "limit"),
        ({"cursor": "!!"}, "cursor"),
        ({"cursor": "AAAA"}, "cursor"),
    ],
)
def test_a_filter_that_cannot_be_is_refused_by_name(reader: httpx.Client, params: dict[str, str], field: str) -> None:
    answer = reader.get("/api/v1/cis", params=params)
    assert answer.status_code == 422
    assert answer.json()["field"] == field


@pytest.mark.parametrize("words", ["web-1", "WEB 1", "web", "we", "web-1.", "+web -1", 'web"1'])
def test_a_machine_is_found_by_parts_of_its_name(api: Api, reader: httpx.Client, words: str) -> None:
    fill(api, host(1))
    assert "web-1" in titles(reader, q=words, type="Server")


def test_an_address_is_found_by_its_beginning(api: Api, reader: httpx.Client) -> None:
    fill(api, host(7))
    assert titles(reader, q="10.0.0", type="IPAddress") == ["10.0.0.7"]
    assert titles(reader, q="10.0.0.7", type="IPAddress") == ["10.0.0.7"]


@pytest.mark.parametrize("words", ["title:x", "a) OR (b", "web AND", "NOT web", "/.*/", "[a TO z]", "\\", "~5", '"'])
def test_what_the_query_language_gives_a_meaning_to_is_only_text(reader: httpx.Client, words: str) -> None:
    assert reader.get("/api/v1/cis", params={"q": words}).status_code in (200, 422)


@pytest.mark.parametrize("params", [{}, {"q": "web nginx p eth0 sda 10"}, {"q": "p"}, {"type": "SoftwareRelease"}])
def test_pages_hold_everything_once(api: Api, reader: httpx.Client, params: dict[str, str]) -> None:
    fill(api, host(1, packages=17), host(2))
    whole = [one["id"] for one in reader.get("/api/v1/cis", params=params | {"limit": "500"}).json()["cis"]]
    paged: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = reader.get("/api/v1/cis", params=params | {"limit": "3"} | cursor).json()
        paged += [one["id"] for one in page["cis"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert paged == whole
    assert len(set(paged)) == len(paged)


def test_a_later_page_holds_nothing_that_began_after_the_first(api: Api, reader: httpx.Client) -> None:
    fill(api, host(1), host(3))
    params = {"type": "Server", "limit": "1"}
    first = reader.get("/api/v1/cis", params=params).json()
    api.clock.advance(60_000)
    fill(api, host(2))
    second = reader.get("/api/v1/cis", params=params | {"cursor": first["next_cursor"]}).json()
    assert [one["title"] for one in second["cis"]] == ["web-3"]


def test_a_cursor_of_another_question_is_refused(api: Api, reader: httpx.Client) -> None:
    fill(api, host(1), host(2))
    cursor = reader.get("/api/v1/cis", params={"limit": 1}).json()["next_cursor"]
    answer = reader.get("/api/v1/cis", params={"limit": 1, "type": "Server", "cursor": cursor})
    assert answer.status_code == 422
    assert answer.json()["field"] == "cursor"


def test_the_model_is_told_with_every_type(reader: httpx.Client) -> None:
    told = reader.get("/api/v1/ci-types").json()
    assert [one["label"] for one in told["ci_types"]] == [one.label for one in CI_TYPES]
    server = reader.get("/api/v1/ci-types/Server").json()
    memory = next(one for one in server["attributes"] if one["name"] == "memory_bytes")
    assert (memory["unit"], memory["kind"], memory["section"]) == ("bytes", "integer", "hardware")
    assert all(one["because"] for one in server["identifiers"])
    assert reader.get("/api/v1/ci-types/Toaster").status_code == 404
