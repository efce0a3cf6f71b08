"""Health, readiness, metrics, and what every answer carries."""

from __future__ import annotations

from pathlib import Path

import pytest
from cmdb_api.app import create_app
from cmdb_api.headers import SECURITY_HEADERS
from cmdb_api.resources.observations import PATH

from cmdb.bootstrap import Core
from cmdb.config import Settings
from cmdb.store.driver import Graph
from cmdb.usecases.access import Role
from tests.support.api import Api, TestClient
from tests.support.hosts import encoded, host

pytestmark = pytest.mark.neo4j


def test_a_process_on_a_migrated_graph_is_ready(api: Api) -> None:
    client = api.with_secret(None)
    assert client.get("/api/v1/health").json() == {"status": "up"}
    assert client.get("/api/v1/ready").json() == {"status": "ready"}


def test_a_graph_without_its_migrations_is_not_ready_and_says_what_to_do(graph: Graph, api: Api) -> None:
    records = graph.ask("MATCH (m:Migration) RETURN properties(m) AS m")
    graph.tell("MATCH (m:Migration) DELETE m")
    try:
        answer = api.with_secret(None).get("/api/v1/ready")
    finally:
        graph.tell("UNWIND $rows AS row CREATE (m:Migration) SET m = row.m", rows=records)
    assert answer.status_code == 503
    assert "cmdb migrate" in answer.json()["detail"]


def test_without_a_graph_the_process_is_up_and_asks_to_come_back(tmp_path: Path) -> None:
    with Graph("bolt://127.0.0.1:1", "neo4j", "none") as nowhere:
        client = TestClient(create_app(Core(nowhere, Settings(tmp_path, tmp_path))))
        assert client.get("/api/v1/health").status_code == 200
        answer = client.get("/api/v1/ready")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.json()["title"] == "Service Unavailable"


def test_metrics_count_documents_and_requests_by_template(api: Api) -> None:
    agent = api.as_role(Role.AGENT)
    for _ in range(2):
        agent.post(PATH, content=encoded(host(1)))
    agent.post(PATH, content=encoded(host(2)))
    reader = api.as_role(Role.READER)
    reader.get("/api/v1/ci-types/Server")
    reader.get("/api/v1/made-up")
    text = reader.get("/api/v1/metrics").text
    assert 'cmdb_documents_total{status="accepted"} 1.0' in text
    assert 'cmdb_documents_total{status="duplicate"} 1.0' in text
    assert 'cmdb_documents_total{status="not_allowed"} 1.0' in text
    assert 'cmdb_request_seconds_count{method="GET",route="/api/v1/ci-types/{label}",status="200"} 1.0' in text
    assert 'route="none",status="404"' in text
    assert "made-up" not in text
    assert "cmdb_graph_up 1.0" in text


@pytest.mark.parametrize("path", ["/api/v1/health", "/api/v1/nowhere", "/api/v1/cis"])
def test_every_answer_carries_the_security_headers(api: Api, path: str) -> None:
    answer = api.with_secret(None).get(path)
    assert {name: answer.headers[name] for name in SECURITY_HEADERS} == dict(SECURITY_HEADERS)


def test_a_promise_to_stay_with_tls_is_made_over_tls_only(api: Api) -> None:
    client = TestClient(api.app, base_url="https://cmdb.example")
    assert "strict-transport-security" in client.get("/api/v1/health").headers
    assert "strict-transport-security" not in api.with_secret(None).get("/api/v1/health").headers


def test_what_is_not_there_and_what_may_not_be_done_are_problem_documents(api: Api) -> None:
    client = api.with_secret(None)
    for answer, status in ((client.get("/api/v1/nowhere"), 404), (client.put("/api/v1/health"), 405)):
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status
