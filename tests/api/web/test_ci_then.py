"""The page of a CI as of an instant."""

from __future__ import annotations

import httpx
import pytest
from cmdb_api.resources.observations import PATH
from cmdb_api.web.formats import field_instant

from cmdb.usecases.access import Role
from tests.api.web.test_review import words
from tests.support.api import Api
from tests.support.hosts import START, encoded, host

pytestmark = pytest.mark.neo4j


@pytest.fixture
def reader(api: Api) -> httpx.Client:
    """A browser that is signed in."""
    client = api.with_secret(None, follow_redirects=True)
    client.headers["Accept"] = "text/html"
    assert client.post("/sign-in", data={"token": api.secret(Role.READER)}).status_code == 200
    return client


def send(api: Api, name: str, packages: int) -> str:
    document = host(1, at=api.clock(), document_id=f"document-{name}", name=name, packages=packages)
    answer = api.as_role(Role.ADMIN).post(PATH, content=encoded(document))
    return next(f"/cis/{one['ci_id']}" for one in answer.json()["items"] if one["key"] == "host")


def test_a_page_shows_what_was_so_and_what_differs_now(api: Api, reader: httpx.Client) -> None:
    path = send(api, "web-1", 1)
    api.clock.advance(180_000)
    then = field_instant(api.clock() - 60_000)
    send(api, "db-1", 2)
    assert f'action="{path}/then"' in reader.get(path).text
    answer = reader.get(f"{path}/then", params={"at": then})
    assert answer.status_code == 200
    page = answer.text
    assert "<h1>web-1" in page
    differs = page[page.index("What differs now") :]
    assert differs.index("web-1") < differs.index("db-1") < differs.index("p1 1")
    before = words(reader.get(f"{path}/then", params={"at": field_instant(START - 86_400_000)}).text)
    assert "not there first seen" in before


@pytest.mark.parametrize("at", ["", "yesterday", "9998-01-01T00:00"])
def test_what_is_no_instant_or_lies_ahead_is_refused_at_its_field(api: Api, reader: httpx.Client, at: str) -> None:
    path = send(api, "web-1", 1)
    answer = reader.get(f"{path}/then", params={"at": at})
    assert answer.status_code == 422
    assert 'id="as-of-error"' in answer.text
