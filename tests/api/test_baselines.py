"""Baselines over HTTP."""

from __future__ import annotations

import httpx
import pytest
from cmdb_api.instants import written

from cmdb.usecases.access import Role
from tests.support.api import Api

pytestmark = pytest.mark.neo4j
PATH = "/api/v1/baselines"


def test_a_baseline_is_made_listed_and_forgotten(api: Api, reader: httpx.Client) -> None:
    editor = api.as_role(Role.RESPONDER)
    made = editor.post(PATH, json={"name": "before"})
    assert made.status_code == 201, made.text
    assert (made.json()["at"], made.json()["is_of_ci"]) == (written(api.clock()), False)
    api.clock.advance(60_000)
    assert editor.post(PATH, json={"name": "after"}).status_code == 201
    page = reader.get(PATH, params={"limit": "1"}).json()
    rest = reader.get(PATH, params={"limit": "1", "cursor": page["next_cursor"]}).json()
    assert [one["name"] for one in page["baselines"] + rest["baselines"]] == ["after", "before"]
    one = f"{PATH}/{made.json()['id']}"
    assert reader.get(one).json() == made.json()
    assert reader.delete(one).status_code == 403
    assert editor.delete(one).status_code == 204
    assert reader.get(one).status_code == 404


def test_a_name_that_is_taken_and_an_instant_ahead_are_refused(api: Api) -> None:
    editor = api.as_role(Role.RESPONDER)
    assert editor.post(PATH, json={"name": "before"}).status_code == 201
    assert editor.post(PATH, json={"name": "before"}).status_code == 409
    assert editor.post(PATH, json={"name": "x", "at": "9999-01-01T00:00:00Z"}).status_code == 422
    assert editor.post(PATH, json={"name": "x", "at": "2025-10-26T02:30:00"}).status_code == 422
