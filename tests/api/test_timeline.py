"""The time line of a CI over HTTP."""

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


@pytest.fixture
def machine(api: Api) -> str:
    """The id of a host that was read, and read again with another package and name, and has an incident."""
    client = api.as_role(Role.ADMIN)
    client.post(PATH, content=encoded(host(1, services=POSTGRES, packages=1)))
    api.clock.advance(MINUTE)
    answer = client.post(PATH, content=encoded(host(1, at=api.clock(), services=POSTGRES + APP, packages=2, name="db")))
    api.clock.advance(MINUTE)
    ci = next(one["ci_id"] for one in answer.json()["items"] if one["key"] == "host")
    assert client.post("/api/v1/incidents", json={"title": "Slow", "cis": [{"ci": ci}]}).status_code == 201
    return ci


def entries(reader: httpx.Client, ci: str, **params: str) -> list[dict[str, Any]]:
    answer = reader.get(f"/api/v1/cis/{ci}/timeline", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["entries"]


def test_values_relationships_lives_and_tickets_are_on_one_time_line(
    api: Api, machine: str, reader: httpx.Client
) -> None:
    found = entries(reader, machine, **{"from": written(api.clock() - MINUTE - 1)})
    assert [one["kind"] for one in found] == ["ticket", "began", "began", "value"]
    ticket, installed, runs, renamed = found
    assert (ticket["ticket"]["step"], ticket["ticket"]["kind"]) == ("started", "incident")
    assert [one["title"] for one in installed["relationships"]["others"]] == ["p1 1"]
    assert (runs["relationships"]["direction"], runs["text"]) == ("in", "app came")
    assert renamed["value"] == {"attribute": "name", "old": "web-1", "new": "db"}
    assert renamed["ci"]["distance"] == 0
    assert entries(reader, machine)[-1]["kind"] == "appeared"


def test_a_time_line_comes_in_pages(machine: str, reader: httpx.Client) -> None:
    path = f"/api/v1/cis/{machine}/timeline"
    every = [one["text"] for one in entries(reader, machine)]
    page = reader.get(path, params={"limit": "2"}).json()
    rest = reader.get(path, params={"limit": "500", "cursor": page["next_cursor"]}).json()
    assert [one["text"] for one in page["entries"] + rest["entries"]] == every
    assert rest["next_cursor"] is None
    assert reader.get(path, params={"cursor": page["next_cursor"], "depth": "1"}).status_code == 422


@pytest.mark.parametrize(
    "params", [{"around": "everything"}, {"depth": "-1"}, {"to": "9999-01-01T00:00:00Z"}, {"from": "yesterday"}]
)
def test_what_makes_no_sense_is_refused(machine: str, reader: httpx.Client, params: dict[str, str]) -> None:
    assert reader.get(f"/api/v1/cis/{machine}/timeline", params=params).status_code == 422
