"""The description that the server gives of itself."""

from __future__ import annotations

import re

import pytest
from cmdb_api import openapi
from cmdb_api.resources.observations import PATH

from tests.support.api import Api

pytestmark = pytest.mark.neo4j


def test_the_description_is_served_to_everyone(api: Api) -> None:
    client = api.with_secret(None)
    assert client.get("/api/v1/openapi.json").json() == openapi.document()
    assert client.get("/api/v1/observation.schema.json").json()["$defs"]["Document"]["type"] == "object"


def test_the_page_names_every_operation_and_loads_nothing(api: Api) -> None:
    answer = api.with_secret(None).get("/api/v1/docs")
    assert PATH in answer.text
    assert "change_manager" in answer.text
    assert not re.search(r"<script|src=|<link|https?://", answer.text)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")


def test_only_what_is_described_answers(api: Api) -> None:
    described = {(method, path) for method, path, _ in openapi.operations()}
    served = {
        (method, getattr(route, "path_format", ""))
        for route in api.app.routes
        for method in getattr(route, "methods", ())
        if getattr(route, "path_format", "").startswith("/api/v1/")
    }
    assert served - described == {
        ("GET", f"/api/v1/{name}") for name in ("openapi.json", "observation.schema.json", "docs")
    }
