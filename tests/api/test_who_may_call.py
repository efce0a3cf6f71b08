"""Every route of the app says who may call it, and means it."""

from __future__ import annotations

from typing import Any

import pytest
from cmdb_api.auth import Declaration
from cmdb_api.openapi import declarations
from fastapi.routing import APIRoute

from cmdb.usecases.access import INCLUDES, Role
from tests.support.api import Api

OPEN = {
    "/api/v1/health", "/api/v1/ready", "/api/v1/openapi.json", "/api/v1/observation.schema.json", "/api/v1/docs",
    "/sign-in", "/style.css", "/icon.svg",
}  # fmt: skip
SIGN_IN = (303, 401)  # pages send people to the sign-in, the API refuses


def routes(api: Api) -> list[tuple[str, str, Declaration]]:
    """(method, path, declaration) of everything that answers."""
    found: list[tuple[str, str, Declaration]] = []
    for route in api.app.routes:
        assert isinstance(route, APIRoute), f"{route} is no API route: nothing says who may call it"
        said = list(declarations(route.dependant))
        assert len(said) == 1, f"{route.path} must say once who may call it, not {len(said)} times"
        found += [(method, route.path, said[0]) for method in sorted(route.methods or ())]
    return found


def ask(api: Api, secret: str | None, method: str, path: str) -> int:
    client = api.with_secret(secret, follow_redirects=False)
    return client.request(method, path.replace("{", "").replace("}", "").replace(":path", ""), json={}).status_code


@pytest.mark.neo4j
def test_every_route_says_who_may_call_it(api: Api) -> None:
    assert len(routes(api)) > 5


@pytest.mark.neo4j
def test_only_these_are_open_to_everyone(api: Api) -> None:
    assert {path for _, path, said in routes(api) if not said.roles} == OPEN


@pytest.mark.neo4j
def test_without_a_token_nothing_else_answers(api: Api) -> None:
    for method, path, said in routes(api):
        if said.roles:
            status = ask(api, None, method, path)
            assert status in SIGN_IN, f"{method} {path} answered {status}"


@pytest.mark.neo4j
def test_with_a_wrong_token_nothing_else_answers(api: Api) -> None:
    for method, path, said in routes(api):
        if said.roles:
            api.clock.advance(10_000)  # slowly enough not to be kept waiting
            status = ask(api, "cmdb_wrong", method, path)
            assert status in SIGN_IN, f"{method} {path} answered {status}"


@pytest.mark.neo4j
@pytest.mark.parametrize("role", list(Role))
def test_a_token_of_another_role_is_not_enough(api: Api, role: Role) -> None:
    secret: Any = api.secret(role)
    for method, path, said in routes(api):
        if said.roles and INCLUDES[role].isdisjoint(said.roles):
            status = ask(api, secret, method, path)
            assert status == 403, f"{method} {path} answered {status} to a token of the role {role}"
