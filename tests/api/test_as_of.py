"""Questions as of an instant over HTTP."""

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


def send(api: Api, document: dict[str, Any]) -> str:
    """The id of the document's machine."""
    answer = api.as_role(Role.ADMIN).post(PATH, content=encoded(document))
    assert answer.status_code == 200, answer.text
    return next(one["ci_id"] for one in answer.json()["items"] if one["key"] == "host")


def get(client: httpx.Client, path: str, **params: str) -> Any:
    answer = client.get(f"/api/v1{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_ci_and_its_relationships_are_told_as_they_were(api: Api, reader: httpx.Client) -> None:
    server = send(api, host(1, packages=3, name="web-1"))
    then = api.clock()
    api.clock.advance(60_000)
    send(api, host(1, at=START + 60_000, packages=1, name="db-1"))
    shown = get(reader, f"/cis/{server}", as_of=written(then))
    assert (shown["title"], shown["state"], shown["as_of"]) == ("web-1", "active", written(then))
    assert get(reader, f"/cis/{server}")["title"] == "db-1"
    installed = {"verb": "HAS_INSTALLED", "limit": "2"}
    page = get(reader, f"/cis/{server}/relationships", as_of=written(then), **installed)
    assert page["counts"][0]["count"] == 3
    rest = get(reader, f"/cis/{server}/relationships", as_of=written(then), cursor=page["next_cursor"], **installed)
    titles = [one["ci"]["title"].split()[0] for one in page["relationships"] + rest["relationships"]]
    assert titles == ["p0", "p1", "p2"]
    assert [one["valid_to"] is None for one in page["relationships"]] == [True, False]


@pytest.mark.parametrize("path", ["/cis/{}", "/cis/{}/relationships"])
@pytest.mark.parametrize("at", ["yesterday", "2025-11-24T16:00:00", "9999-01-01T00:00:00Z"])
def test_what_is_no_instant_or_lies_ahead_is_refused(api: Api, reader: httpx.Client, path: str, at: str) -> None:
    server = send(api, host(1))
    answer = reader.get("/api/v1" + path.format(server), params={"as_of": at})
    assert answer.status_code == 422
    assert "as_of" in answer.text


def test_what_held_then_and_what_has_ended_are_two_questions(api: Api, reader: httpx.Client) -> None:
    server = send(api, host(1))
    params = {"as_of": written(api.clock()), "past": "true"}
    assert reader.get(f"/api/v1/cis/{server}/relationships", params=params).status_code == 422


def test_the_difference_of_two_instants_names_values_and_relationships(api: Api, reader: httpx.Client) -> None:
    server = send(api, host(1, packages=2, name="web-1"))
    then = api.clock()
    api.clock.advance(60_000)
    send(api, host(1, at=START + 60_000, packages=3, name="db-1", services=(("nginx", "tcp 0.0.0.0:80"),)))
    found = get(reader, f"/cis/{server}/difference", **{"from": written(then)})
    assert (found["title"], found["end"], found["is_cut"]) == ("db-1", written(api.clock()), False)
    assert [(one["name"], one["old"], one["new"]) for one in found["values"]] == [("name", "web-1", "db-1")]
    assert [(one["began"], one["verb"], one["title"]) for one in found["relations"]] == [
        (True, "HAS_INSTALLED", "p2 1"), (False, "RUNS_ON", "postgres")
    ]  # fmt: skip
    same = get(reader, f"/cis/{server}/difference", **{"from": written(then), "to": written(then)})
    assert (same["values"], same["relations"]) == ([], [])


def test_the_estate_tells_what_appeared_retired_and_changed(api: Api, reader: httpx.Client) -> None:
    send(api, host(1, name="web-1"))
    then = api.clock()
    api.clock.advance(60_000)
    send(api, host(1, at=START + 60_000, name="db-1", services=(("nginx", "tcp 0.0.0.0:80"),)))
    send(api, host(2, at=START + 60_000))

    def titles(kind: str, **more: str) -> list[str]:
        page = get(reader, "/differences", **{"from": written(then), "kind": kind, "limit": "1"} | more)
        found = list(page["cis"])
        while page["next_cursor"]:
            params = {"from": written(then), "kind": kind, "limit": "1", "cursor": page["next_cursor"]} | more
            page = get(reader, "/differences", **params)
            found += page["cis"]
        assert len(found) == page["counts"][kind]
        return [one["title"] for one in found]

    assert titles("changed") == ["db-1"]
    assert titles("retired") == ["postgres"]
    assert titles("appeared", type="Server") == ["web-2"]
    assert set(titles("appeared")) >= {"web-2", "nginx", "postgres", "eth0"}
    whole = get(reader, "/differences", **{"from": "1970-01-01T00:00:00Z", "kind": "appeared"})
    assert (whole["known_from"], whole["counts"]["retired"]) == (written(START), 0)


@pytest.mark.parametrize(
    "span", [("2025-11-24T16:00:00Z", "2025-11-24T15:00:00Z"), ("2025-11-24T16:00:00Z", "9999-01-01T00:00:00Z")]
)
def test_a_span_that_runs_backwards_or_ahead_is_refused(api: Api, reader: httpx.Client, span: tuple[str, str]) -> None:
    server = send(api, host(1))
    for path in (f"/cis/{server}/difference", "/differences"):
        assert reader.get(f"/api/v1{path}", params={"from": span[0], "to": span[1]}).status_code == 422


def test_a_list_holds_what_was_there_then_in_its_state_of_then(api: Api, reader: httpx.Client) -> None:
    both = (("nginx", "tcp 0.0.0.0:80"), ("redis", "tcp 0.0.0.0:6379"))
    instants = [api.clock() + number * 60_000 for number in range(4)]
    for number, services in enumerate((both[1:], both[:1], both, both[:1])):
        send(api, host(1, at=START + number * 60_000, services=services))
        api.clock.advance(60_000)
    send(api, host(2, at=START + 240_000))

    def titles(at: int, **more: str) -> list[str]:
        page = get(reader, "/cis", **{"type": "ServiceInstance", "as_of": written(at), "limit": "1"} | more)
        found = list(page["cis"])
        while page["next_cursor"]:
            params = {"type": "ServiceInstance", "as_of": written(at), "limit": "1", "cursor": page["next_cursor"]}
            page = get(reader, "/cis", **params | more)
            found += page["cis"]
        assert all(one["values"] == {} for one in found)
        assert all(one["place"]["title"] == "web-1" for one in found if one["state"] == "active")
        return [one["title"] for one in found]

    assert [titles(at) for at in instants] == [["redis"], ["nginx"], ["nginx", "redis"], ["nginx"]]
    assert titles(instants[3], state="retired") == ["redis"]
    assert titles(instants[0] - 1, state="any") == []
    assert [titles(at, q="redis") for at in instants] == [["redis"], [], ["redis"], []]
    assert [one["title"] for one in get(reader, "/cis", as_of=written(instants[0]), q="web")["cis"]] == ["web-1"]
    assert "redis" in [one["title"] for one in get(reader, "/cis", as_of=written(instants[0]))["cis"]]


def test_attributes_are_not_looked_for_as_of_an_instant(api: Api, reader: httpx.Client) -> None:
    send(api, host(1))
    params = {"type": "Server", "as_of": written(api.clock()), "os_name": "Debian GNU/Linux"}
    assert reader.get("/api/v1/cis", params=params).status_code == 422


def test_the_difference_of_all_that_a_service_needs_names_what_changed_in_it(api: Api, reader: httpx.Client) -> None:
    server = send(api, host(1))
    nginx = get(reader, "/cis", type="ServiceInstance", name="nginx")["cis"][0]["id"]
    then = api.clock()
    api.clock.advance(60_000)
    send(api, host(1, at=START + 60_000, name="db-1"))
    found = get(reader, f"/cis/{nginx}/difference/needs", **{"from": written(then)})
    assert (found["looked_at"], found["is_cut"]) == (2, False)
    assert [(one["id"], one["was_needed"], one["is_needed"]) for one in found["cis"]] == [(server, True, True)]
    assert [(one["name"], one["old"], one["new"]) for one in found["cis"][0]["values"]] == [("name", "web-1", "db-1")]
