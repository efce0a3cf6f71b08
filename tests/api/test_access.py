"""Tokens, enrolment and the refusal of wrong tokens over HTTP."""

from __future__ import annotations

import httpx
import pytest
from cmdb_api.failures import MAX_FAILURES, WINDOW_MS
from cmdb_api.instants import written

from cmdb.store.driver import Graph
from cmdb.usecases.access import DAY_MS, Role
from tests.support.api import AGENT_ID, Api

pytestmark = pytest.mark.neo4j


def test_a_token_is_shown_once_and_works_until_it_is_revoked(api: Api, admin: httpx.Client) -> None:
    made = admin.post("/api/v1/tokens", json={"name": "dashboard", "role": "reader"})
    assert made.status_code == 201
    secret, token = made.json()["secret"], made.json()["token"]
    assert api.with_secret(secret).get("/api/v1/cis").status_code == 200
    listed = admin.get("/api/v1/tokens").json()["tokens"]
    assert secret not in str(listed)
    used = next(one for one in listed if one["id"] == token["id"])
    assert used["last_used_at"] == written(api.clock() - api.clock() % DAY_MS)
    assert admin.delete(f"/api/v1/tokens/{token['id']}").json()["revoked_at"] == written(api.clock())
    refused = api.with_secret(secret).get("/api/v1/cis")
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Bearer")


def test_a_token_ends_at_its_instant(api: Api, admin: httpx.Client) -> None:
    ends = written(api.clock() + DAY_MS)
    made = admin.post("/api/v1/tokens", json={"name": "visitor", "role": "reader", "expires_at": ends}).json()
    client = api.with_secret(made["secret"])
    api.clock.advance(DAY_MS - 1)
    assert client.get("/api/v1/cis").status_code == 200
    api.clock.advance(1)
    assert client.get("/api/v1/cis").status_code == 401


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "x"}, "role"),
        ({"name": "x", "role": "king"}, "role"),
        ({"name": " ", "role": "reader"}, "name"),
        ({"name": "x", "role": "agent"}, "role"),
        ({"name": "x", "role": "enrolment"}, "expires_at"),
        ({"name": "x", "role": "reader", "expires_at": "2001-01-01T00:00:00Z"}, "expires_at"),
        ({"name": "x", "role": "reader", "expires_at": "2099-01-01T00:00:00"}, "expires_at"),
        ({"name": "x", "role": "reader", "expires_at": 5}, "expires_at"),
        ({"name": "x", "role": "reader", "colour": "red"}, "colour"),
    ],
)
def test_a_token_that_cannot_be_is_refused_by_field(admin: httpx.Client, body: dict[str, object], field: str) -> None:
    answer = admin.post("/api/v1/tokens", json=body)
    assert answer.status_code == 422
    assert answer.json()["field"] == field


def test_no_secret_stands_in_the_graph(graph: Graph, api: Api) -> None:
    secrets = [api.secret(role) for role in Role]
    everything = str(graph.ask("MATCH (n) RETURN collect(properties(n)) AS all"))
    assert not [secret for secret in secrets if secret in everything or secret.removeprefix("cmdb_") in everything]


def test_tokens_are_listed_page_by_page(api: Api, admin: httpx.Client) -> None:
    for number in range(5):
        api.clock.advance(number % 2)
        admin.post("/api/v1/tokens", json={"name": f"t{number}", "role": "reader"})
    whole = [one["id"] for one in admin.get("/api/v1/tokens").json()["tokens"]]
    paged: list[str] = []
    page = admin.get("/api/v1/tokens", params={"limit": 2}).json()
    while page["next_cursor"]:
        paged += [one["id"] for one in page["tokens"]]
        page = admin.get("/api/v1/tokens", params={"limit": 2, "cursor": page["next_cursor"]}).json()
    assert paged + [one["id"] for one in page["tokens"]] == whole
    assert len(whole) == 6


def enrol(client: httpx.Client, agent_id: str) -> httpx.Response:
    return client.post("/api/v1/enrolments", json={"agent_id": agent_id, "host_name": "web-1"})


def test_an_agent_enrols_and_may_do_what_agents_do(api: Api) -> None:
    answer = enrol(api.as_role(Role.ENROLMENT), "a-1")
    assert answer.status_code == 201
    assert answer.json()["domain"] == "default"
    agent = api.with_secret(answer.json()["token"])
    assert agent.get("/api/v1/cis").status_code == 403
    assert agent.post("/api/v1/observations", content=b"{}").status_code == 422


def test_an_agent_id_in_use_is_not_handed_to_whoever_has_an_enrolment_token(api: Api) -> None:
    enrolment = api.as_role(Role.ENROLMENT)
    first = api.with_secret(enrol(enrolment, "a-1").json()["token"])
    assert first.post("/api/v1/observations", content=b"{}").status_code == 422
    assert enrol(enrolment, "a-1").status_code == 409


def test_an_enrolment_whose_answer_was_lost_is_repeated(api: Api) -> None:
    enrolment = api.as_role(Role.ENROLMENT)
    lost = enrol(enrolment, "a-1").json()["token"]
    again = enrol(enrolment, "a-1")
    assert again.status_code == 201
    assert api.with_secret(lost).post("/api/v1/observations", content=b"{}").status_code == 401
    assert api.with_secret(again.json()["token"]).post("/api/v1/observations", content=b"{}").status_code == 422


def test_a_copied_agent_gets_a_token_for_a_new_id_by_its_old_one(api: Api) -> None:
    agent = api.as_role(Role.AGENT)
    answer = enrol(agent, "a-copy")
    assert answer.status_code == 201
    assert enrol(agent, AGENT_ID).status_code == 201
    other = api.with_secret(enrol(api.as_role(Role.ENROLMENT), "a-2").json()["token"])
    other.post("/api/v1/observations", content=b"{}")
    assert enrol(agent, "a-2").status_code == 409


def test_many_wrong_tokens_keep_a_client_waiting_and_shut_out_nobody_else(api: Api) -> None:
    reader = api.as_role(Role.READER)
    assert reader.get("/api/v1/cis").status_code == 200
    statuses = [api.with_secret(f"wrong-{n}").get("/api/v1/cis").status_code for n in range(MAX_FAILURES + 1)]
    assert statuses == [401] * MAX_FAILURES + [429]
    waiting = api.with_secret("wrong").get("/api/v1/cis")
    assert waiting.headers["retry-after"] == str(WINDOW_MS // 1000)
    assert reader.get("/api/v1/cis").status_code == 200
    api.clock.advance(WINDOW_MS)
    assert api.with_secret("wrong").get("/api/v1/cis").status_code == 401
