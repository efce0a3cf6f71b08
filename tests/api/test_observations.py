"""Documents over HTTP: who may send what, and what the answer says."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from cmdb_api.resources.observations import PATH

from cmdb.usecases.access import DAY_MS, Role, create_token
from tests.support.api import AGENT_ID, Api
from tests.support.hosts import encoded, host

pytestmark = pytest.mark.neo4j


def test_a_document_is_taken_and_its_receipt_names_the_ci(api: Api) -> None:
    answer = api.as_role(Role.AGENT).post(PATH, content=encoded(host(1)))
    assert answer.status_code == 200
    receipt = answer.json()
    assert receipt["status"] == "accepted"
    server = next(item for item in receipt["items"] if item["key"] == "host")
    assert server["status"] == "created"
    assert server["ci_id"].startswith("ci_")


def test_a_compressed_document_is_taken(api: Api) -> None:
    body = gzip.compress(encoded(host(1)))
    answer = api.as_role(Role.AGENT).post(PATH, content=body, headers={"Content-Encoding": "gzip"})
    assert answer.json()["status"] == "accepted"


def test_an_agent_may_not_speak_for_another(api: Api) -> None:
    answer = api.as_role(Role.AGENT).post(PATH, content=encoded(host(2)))
    assert answer.status_code == 403
    assert AGENT_ID in answer.json()["detail"]


def test_an_agent_may_not_speak_in_another_domain(api: Api) -> None:
    document = host(1)
    document["scope"]["domain"] = "elsewhere"
    assert api.as_role(Role.AGENT).post(PATH, content=encoded(document)).status_code == 403


def test_a_collector_may_not_speak_for_an_agent(api: Api) -> None:
    collector = api.as_role(Role.COLLECTOR)
    assert collector.post(PATH, content=encoded(host(1))).status_code == 403
    document = host(1)
    document["source"]["kind"] = "ssh"
    assert collector.post(PATH, content=encoded(document)).json()["status"] == "accepted"


def test_a_collector_of_one_domain_sends_for_that_one_alone(api: Api) -> None:
    made = create_token(
        api.core.graph, "site b", Role.COLLECTOR, api.clock(), created_by="a test", domain="b",
        expires_at=api.clock() + DAY_MS,
    )  # fmt: skip
    document = host(1)
    document["source"]["kind"] = "ssh"
    assert api.with_secret(made.secret).post(PATH, content=encoded(document)).status_code == 403
    document["scope"]["domain"] = "b"
    assert api.with_secret(made.secret).post(PATH, content=encoded(document)).status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"observed_at": "yesterday"}, "observed_at"),
        ({"source": {"kind": "agent", "name": "x", "version": "1", "instance": 5}}, "source.instance"),
        ({"items": [{"key": "host"}]}, "items[0]"),
        ({"colour": "red"}, None),
    ],
)
def test_a_broken_document_is_refused_with_the_field(api: Api, change: dict[str, Any], field: str | None) -> None:
    answer = api.as_role(Role.AGENT).post(PATH, content=encoded(host(1) | change))
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json().get("field") == field


def test_a_body_over_the_limit_is_refused_before_it_is_read(api: Api) -> None:
    answer = api.as_role(Role.AGENT).post(PATH, content=b"x" * (8 * 1024 * 1024 + 1))
    assert answer.status_code == 413
    assert "8388608" in answer.json()["detail"]


def test_a_body_of_unknown_length_over_the_limit_is_refused(api: Api) -> None:
    def pieces() -> Any:
        for _ in range(9):
            yield b"x" * 1024 * 1024

    answer = api.as_role(Role.AGENT).post(PATH, content=pieces())
    assert answer.status_code == 413


def test_a_decompression_bomb_is_refused(api: Api) -> None:
    bomb = gzip.compress(b" " * (64 * 1024 * 1024))
    answer = api.as_role(Role.AGENT).post(PATH, content=bomb, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 413


def test_a_json_body_over_its_limit_is_refused(api: Api) -> None:
    answer = api.as_role(Role.ADMIN).post("/api/v1/tokens", json={"name": "x" * (1 << 20), "role": "reader"})
    assert answer.status_code == 413
