"""Impact as of an instant over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from cmdb_api.instants import written
from cmdb_api.resources.observations import PATH

from cmdb.usecases.access import Role
from tests.support.api import Api
from tests.support.hosts import encoded, host
from tests.support.shop import APP, MINUTE, POSTGRES

pytestmark = pytest.mark.neo4j


def send(api: Api, document: dict[str, Any]) -> str:
    """The id of the document's machine."""
    answer = api.as_role(Role.ADMIN).post(PATH, content=encoded(document))
    return next(one["ci_id"] for one in answer.json()["items"] if one["key"] == "host")


@pytest.fixture
def called(api: Api) -> tuple[str, int]:
    """The id of a host whose database another one called, until a minute before now, and an instant at which it did."""
    database = send(api, host(1, services=POSTGRES))
    send(api, host(2, services=APP, calls=(("app", "10.0.0.1", 5432),)))
    then = api.clock.advance(MINUTE)
    api.clock.advance(MINUTE)
    send(api, host(2, at=api.clock(), services=()))
    api.clock.advance(MINUTE)
    return database, then


def reached(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 200, answer.text
    return {one["ci"]["name"]: one["state"] for one in answer.json()["reached"]}


def test_what_would_have_failed_at_an_instant_is_told_by_what_held_then(
    called: tuple[str, int], reader: httpx.Client
) -> None:
    database, then = called
    path = f"/api/v1/cis/{database}/impact"
    now, past = reader.get(path), reader.get(path, params={"as_of": written(then)})
    assert "app on web-2" not in reached(now)
    assert reached(past)["app on web-2"] == "down"
    assert (now.json()["as_of"], past.json()["as_of"]) == (None, written(then))
    asked = {"cis": [{"ci": database}], "as_of": written(then)}
    assert reached(reader.post("/api/v1/impact", json=asked)) == reached(past)


def test_what_it_needed_at_an_instant_is_told_too(called: tuple[str, int], reader: httpx.Client) -> None:
    database, then = called
    params = {"direction": "needs", "as_of": written(then)}
    found = reader.get("/api/v1/cis/app@web-2/impact", params=params)
    assert found.status_code == 200, found.text
    assert database in {one["ci"]["id"] for one in found.json()["needed"]}


def test_what_is_no_longer_exposed_to_a_failure_is_told_with_the_reason(
    called: tuple[str, int], reader: httpx.Client
) -> None:
    database, then = called
    answer = reader.get(f"/api/v1/cis/{database}/difference/impact", params={"from": written(then)})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["exposed_count"], found["relieved_count"], found["changed_count"]) == (0, 1, 0)
    (one,) = found["cis"]
    assert (one["ci"]["name"], one["before"], one["after"]) == ("app on web-2", "down", None)
    assert one["reason"]["hops"][0]["verb"] == "CALLS"


@pytest.mark.parametrize("at", ["2025-10-26T02:30:00", "9999-01-01T00:00:00Z"])
def test_an_instant_without_its_offset_or_ahead_is_refused(
    called: tuple[str, int], reader: httpx.Client, at: str
) -> None:
    answer = reader.get(f"/api/v1/cis/{called[0]}/impact", params={"as_of": at})
    assert answer.status_code == 422
    assert "as_of" in answer.text
