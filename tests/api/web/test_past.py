"""Pages about the past: they say so, lead on in the past, and compare it."""

from __future__ import annotations

import httpx
import pytest
from cmdb_api.resources.observations import PATH
from cmdb_api.web.formats import entered, field_instant, read_field_instant

from cmdb.usecases.access import Role
from cmdb.usecases.sessions import csrf_token
from tests.support.api import Api
from tests.support.hosts import START, encoded, host
from tests.support.shop import APP, MINUTE, POSTGRES

pytestmark = pytest.mark.neo4j


def browser(api: Api, role: Role) -> httpx.Client:
    """A browser that is signed in, with the field that its forms carry."""
    client = api.with_secret(None, follow_redirects=True)
    client.headers["Accept"] = "text/html"
    assert client.post("/sign-in", data={"token": api.secret(role)}).status_code == 200
    return client


@pytest.fixture
def reader(api: Api) -> httpx.Client:
    return browser(api, Role.READER)


@pytest.fixture
def path(api: Api) -> str:
    """The page of a host whose database an app on another one called, two minutes ago and no more."""
    client = api.as_role(Role.ADMIN)
    answer = client.post(PATH, content=encoded(host(1, services=POSTGRES)))
    client.post(PATH, content=encoded(host(2, services=APP, calls=(("app", "10.0.0.1", 5432),))))
    api.clock.advance(4 * MINUTE)
    client.post(PATH, content=encoded(host(2, at=api.clock(), services=(), name="web-two")))
    return next(f"/cis/{one['ci_id']}" for one in answer.json()["items"] if one["key"] == "host")


THEN = field_instant(START + MINUTE)


def test_impact_of_then_says_so_and_leads_to_what_was_then(path: str, reader: httpx.Client) -> None:
    ci = path.removeprefix("/cis/")
    now = reader.get("/impact", params={"ci": ci}).text
    page = reader.get("/impact", params={"ci": ci, "as_of": THEN}).text
    assert "app on web-two" not in now
    assert "app on web-two" in page
    assert "As of <time" in page
    assert "had been down" in page
    assert f"{path}/then?at={THEN.replace(':', '%3A')}" in page
    assert "/then?at=" not in now
    needs = reader.get("/impact", params={"ci": "app@web-two", "direction": "needs", "as_of": THEN}).text
    assert "As of <time" in needs
    assert "postgres on web-1" in needs


def test_a_list_of_then_leads_from_ci_to_ci_in_the_past(path: str, reader: httpx.Client) -> None:
    page = reader.get("/cis", params={"as_of": THEN, "type": "ServiceInstance"}).text
    assert "As of <time" in page
    assert "/then?at=" in page
    shown = reader.get(f"{path}/then", params={"at": THEN}).text
    assert "As of <time" in shown
    assert "&amp;as_of=" in shown
    assert shown.count("/then?at=") > 3
    refused = reader.get("/cis", params={"as_of": "9998-01-01T00:00"})
    assert refused.status_code == 422
    assert "lies ahead" in refused.text


def test_what_differs_in_the_estate_is_counted_and_listed_by_kind(path: str, reader: httpx.Client) -> None:
    page = reader.get("/differences", params={"from": THEN}).text
    assert "web-two" in page
    assert "<strong>1</strong> ended" in page
    ended = reader.get("/differences", params={"from": THEN, "kind": "retired"}).text
    assert ">app</a>" in ended
    assert reader.get("/differences", params={"from": THEN, "kind": "gone"}).status_code == 422
    assert reader.get("/differences", params={"from": "yesterday"}).status_code == 422
    assert reader.get("/differences", params={"type": "Unicorn"}).status_code == 422


def test_what_differs_in_all_that_a_ci_needs_is_told(api: Api, path: str, reader: httpx.Client) -> None:
    client = api.as_role(Role.ADMIN)
    client.post(PATH, content=encoded(host(1, at=api.clock(), services=POSTGRES, packages=6)))
    postgres = reader.get("/impact", params={"ci": "postgres@web-1", "direction": "needs"})
    assert postgres.status_code == 200
    page = reader.get(f"{path}/compare", params={"from": THEN})
    assert page.status_code == 200
    assert "p5 1" in page.text
    assert "Nothing differs" in reader.get(f"{path}/compare", params={"from": field_instant(api.clock())}).text
    assert reader.get(f"{path}/compare", params={"to": "9998-01-01T00:00"}).status_code == 422


def test_what_became_exposed_to_a_failure_is_told(api: Api, path: str, reader: httpx.Client) -> None:
    page = reader.get(f"{path}/compare", params={"from": THEN, "around": "dependents"}).text
    assert "0 became exposed, 1 no longer reached" in page
    assert "app on web-two" in page
    assert "not reached" in page
    assert reader.get(f"{path}/compare", params={"around": "everything"}).status_code == 422


def test_an_instant_is_named_compared_and_forgotten_by_a_form(api: Api, path: str) -> None:
    client = browser(api, Role.RESPONDER)
    csrf = csrf_token(client.cookies["cmdb_session"])
    made = client.post("/baselines", data={"csrf": csrf, "name": "before <it>", "ci": "web-1"})
    assert made.status_code == 200
    assert "before &lt;it&gt;" in made.text
    assert f"{path}/compare?from=" in made.text
    again = client.post("/baselines", data={"csrf": csrf, "name": "before <it>"})
    assert again.status_code == 409
    assert "already" in again.text
    assert client.post("/baselines", data={"csrf": csrf, "name": "", "at": "yesterday"}).status_code == 422
    gone = client.post("/baselines/BL-000001/delete", data={"csrf": csrf})
    assert "before &lt;it&gt;" not in gone.text
    assert client.post("/baselines/BL-000001/delete", data={"csrf": csrf}).status_code == 404


def test_an_instant_goes_into_a_field_and_comes_back_to_the_millisecond() -> None:
    for at in (START, START + 1, START + 61_234):
        assert read_field_instant(entered(at)) == at
