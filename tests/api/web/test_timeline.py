"""The page of what happened around a CI."""

from __future__ import annotations

import httpx
import pytest
from cmdb_api.resources.observations import PATH
from cmdb_api.web.formats import field_instant

from cmdb.usecases.access import Role
from tests.support.api import Api
from tests.support.hosts import START, encoded, host
from tests.support.shop import MINUTE

pytestmark = pytest.mark.neo4j


@pytest.fixture
def reader(api: Api) -> httpx.Client:
    """A browser that is signed in."""
    client = api.with_secret(None, follow_redirects=True)
    client.headers["Accept"] = "text/html"
    assert client.post("/sign-in", data={"token": api.secret(Role.READER)}).status_code == 200
    return client


@pytest.fixture
def path(api: Api) -> str:
    """The page of a host that changed its name to `<db>`."""
    client = api.as_role(Role.ADMIN)
    client.post(PATH, content=encoded(host(1)))
    api.clock.advance(2 * MINUTE)
    answer = client.post(PATH, content=encoded(host(1, at=api.clock(), packages=6, name="<db>")))
    return next(f"/cis/{one['ci_id']}" for one in answer.json()["items"] if one["key"] == "host")


def test_the_time_line_is_told_by_days_with_the_values_as_text(reader: httpx.Client, path: str) -> None:
    assert f'href="{path}/timeline"' in reader.get(path).text
    answer = reader.get(f"{path}/timeline")
    assert answer.status_code == 200
    page = answer.text
    assert "Mon 24 Nov 2025" in page
    assert page.index("p5 1") < page.index("<del>web-1</del> → &lt;db&gt;") < page.index("was first seen")
    assert "<db>" not in page
    later = field_instant(START + MINUTE)
    assert "was first seen" not in reader.get(f"{path}/timeline", params={"from": later}).text


@pytest.mark.parametrize(
    ("field", "value"), [("from", "yesterday"), ("to", "9998-01-01T00:00"), ("depth", "-1"), ("around", "x")]
)
def test_what_makes_no_sense_is_refused_at_its_field(reader: httpx.Client, path: str, field: str, value: str) -> None:
    answer = reader.get(f"{path}/timeline", params={field: value})
    assert answer.status_code == 422
    assert "-error" in answer.text
