"""The page of one value, and the form that sets it."""

from __future__ import annotations

import re

import httpx
import pytest
from cmdb_api.resources.observations import PATH

from cmdb.usecases.access import Role
from tests.support.api import Api
from tests.support.hosts import encoded, host

pytestmark = pytest.mark.neo4j


def visitor(api: Api, role: Role) -> httpx.Client:
    """A browser that is signed in."""
    client = api.with_secret(None, follow_redirects=True)
    client.headers["Accept"] = "text/html"
    assert client.post("/sign-in", data={"token": api.secret(role)}).status_code == 200
    return client


@pytest.fixture
def server(api: Api) -> str:
    """The path of a server's page."""
    answer = api.as_role(Role.ADMIN).post(PATH, content=encoded(host(1)))
    return next(f"/cis/{one['ci_id']}" for one in answer.json()["items"] if one["key"] == "host")


def fields(page: str) -> dict[str, str]:
    """What a page's forms send by themselves."""
    return dict(re.findall(r'name="(csrf|revision)" value="(\w*)"', page))


def test_a_value_is_set_shown_with_its_reason_and_withdrawn(api: Api, server: str) -> None:
    client = visitor(api, Role.CHANGE_MANAGER)
    path = f"{server}/values/memory_bytes"
    assert f'href="{path}"' in client.get(server).text
    page = client.get(path).text
    assert "agent alone says so" in page
    given = fields(page) | {"value": str(1 << 31), "reason": "read from the label", "expires_at": "2099-01-01T00:00"}
    page = client.post(path, data=given).text
    assert "2 GiB" in page
    assert "read from the label" in page
    assert "until 2099-01-01 00:00 UTC" in client.get(server).text
    page = client.post(f"{path}/withdraw", data=fields(page)).text
    assert "1 GiB" in page
    assert "withdrawn" in page


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"value": "much"}, 422), ({"value": ""}, 422), ({"reason": ""}, 422),
        ({"expires_at": "2001-01-01T00:00"}, 422),
        ({"revision": "9"}, 412),
    ],
)  # fmt: skip
def test_a_refused_form_comes_back_with_what_was_given(
    api: Api, server: str, changed: dict[str, str], status: int
) -> None:
    client = visitor(api, Role.CHANGE_MANAGER)
    path = f"{server}/values/memory_bytes"
    given = fields(client.get(path).text) | {"value": "8", "reason": "the <label>", "expires_at": ""} | changed
    answer = client.post(path, data=given)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    if "reason" not in changed:
        assert "the &lt;label&gt;</textarea>" in answer.text


def test_who_may_only_read_sees_the_reasons_and_no_form(api: Api, server: str) -> None:
    client = visitor(api, Role.READER)
    page = client.get(f"{server}/values/memory_bytes").text
    assert "agent alone says so" in page
    assert "<textarea" not in page
    assert client.post(f"{server}/values/memory_bytes", data=fields(page)).status_code == 403


@pytest.mark.parametrize("attribute", ["load_average_1m", "colour"])
def test_what_cannot_be_set_has_no_page(api: Api, server: str, attribute: str) -> None:
    assert visitor(api, Role.ADMIN).get(f"{server}/values/{attribute}").status_code == 404
