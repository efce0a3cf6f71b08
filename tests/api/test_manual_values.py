"""Values that people set, over HTTP, and what a CI says about where its values come from."""

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

pytestmark = pytest.mark.neo4j


@pytest.fixture
def server(api: Api) -> str:
    """The path of a server that an agent has told of."""
    answer = api.as_role(Role.ADMIN).post(PATH, content=encoded(host(1)))
    return next(f"/api/v1/cis/{one['ci_id']}" for one in answer.json()["items"] if one["key"] == "host")


def value(client: httpx.Client, server: str, name: str) -> dict[str, Any]:
    return next(one for one in client.get(server).json()["values"] if one["name"] == name)


def test_a_value_is_set_read_with_its_reason_and_withdrawn(
    api: Api, change_manager: httpx.Client, reader: httpx.Client, server: str
) -> None:
    path = f"{server}/manual-values/os_name"
    until = written(START + MINUTE_MS)
    put = change_manager.put(path, json={"value": "Debian 13", "reason": "ticket 7", "expires_at": until})
    assert put.status_code == 200, put.text
    (kept,) = put.json()["values"]
    assert (kept["value"], kept["state"], kept["expires_at"]) == ("Debian 13", "in_force", until)
    assert reader.get(f"{server}/manual-values").json() == put.json()
    found = value(reader, server, "os_name")
    assert (found["value"], found["ground"], found["source"]["reason"]) == ("Debian 13", "manual", "ticket 7")
    assert found["source"]["by"] in found["why"]
    assert [one["value"] for one in found["others"]] == ["Debian GNU/Linux"]
    api.clock.advance(MINUTE_MS)
    assert value(reader, server, "os_name")["value"] == "Debian GNU/Linux"
    assert change_manager.delete(path).status_code == 404
    change_manager.put(path, json={"value": "Debian 13", "reason": "ticket 8"})
    assert change_manager.delete(path).json()["values"][0]["state"] == "withdrawn"
    assert value(reader, server, "os_name")["why"] == "agent alone says so"


def test_who_has_read_an_older_version_does_not_overwrite_what_came_since(
    change_manager: httpx.Client, server: str
) -> None:
    path = f"{server}/manual-values/os_name"
    read = {"If-Match": change_manager.get(f"{server}/manual-values").headers["ETag"]}
    first = change_manager.put(path, json={"value": "A", "reason": "r"}, headers=read)
    assert first.status_code == 200
    assert change_manager.put(path, json={"value": "B", "reason": "r"}, headers=read).status_code == 412
    assert change_manager.delete(path, headers=read).status_code == 412
    assert change_manager.delete(path, headers={"If-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    ("attribute", "body", "status"),
    [
        ("memory_bytes", {"value": "8", "reason": "r"}, 422),
        ("memory_bytes", {"value": 8, "reason": ""}, 422),
        ("memory_bytes", {"value": 8}, 422),
        ("memory_bytes", {"value": None, "reason": "r"}, 422),
        ("memory_bytes", {"value": 8, "reason": "r", "expires_at": written(START)}, 422),
        ("load_average_1m", {"value": 8, "reason": "r"}, 422),
        ("colour", {"value": "red", "reason": "r"}, 404),
    ],
)
def test_what_cannot_be_set_is_refused(
    change_manager: httpx.Client, server: str, attribute: str, body: dict[str, Any], status: int
) -> None:
    assert change_manager.put(f"{server}/manual-values/{attribute}", json=body).status_code == status


def test_types_say_which_source_is_believed_for_what(reader: httpx.Client) -> None:
    attributes = {one["name"]: one for one in reader.get("/api/v1/ci-types/NetworkInterface").json()["attributes"]}
    assert attributes["if_index"]["believed"][0] == "snmp"
    assert "IF-MIB" in attributes["if_index"]["because"]
    assert (attributes["duplex"]["believed"][0], attributes["duplex"]["because"]) == ("agent", None)
