"""The history of a CI over HTTP and on its page: between which readings something happened, and why."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from cmdb_api.instants import written
from cmdb_api.resources.observations import PATH
from cmdb_api.web.formats import instant

from cmdb.usecases.access import Role
from tests.support.api import Api
from tests.support.hosts import START, encoded, host

pytestmark = pytest.mark.neo4j
MINUTE = 60_000


@pytest.fixture
def server(api: Api) -> str:
    """A host that got a package between two readings, and one that a new version of its agent found."""
    said: list[dict[str, Any]] = []
    for minute, version in ((0, "1"), (5, "1"), (10, "2")):
        api.clock.at = START + minute * MINUTE
        document = host(1, at=api.clock(), packages=1 + minute // 5)
        document["source"]["version"] = version
        answer = api.as_role(Role.ADMIN).post(PATH, content=encoded(document))
        assert answer.status_code == 200, answer.text
        said = answer.json()["items"]
    return next(one["ci_id"] for one in said if one["key"] == "host")


def test_a_relationship_says_after_which_reading_it_began_and_why(api: Api, server: str) -> None:
    client = api.as_role(Role.READER)
    events = client.get(f"/api/v1/cis/{server}/history").json()["events"]
    began = [one for one in events if one["kind"] == "began"]
    assert [
        (one["relationship"]["title"], one["relationship"]["changed_after"], one["at"], one["relationship"]["cause"])
        for one in began
    ] == [
        ("p2 1", written(START + 5 * MINUTE), written(START + 10 * MINUTE), "observer"),
        ("p1 1", written(START), written(START + 5 * MINUTE), "world"),
    ]


def test_the_page_tells_the_interval_and_what_was_no_change_in_the_world(api: Api, server: str) -> None:
    reader = api.with_secret(None, follow_redirects=True)
    reader.headers["Accept"] = "text/html"
    assert reader.post("/sign-in", data={"token": api.secret(Role.READER)}).status_code == 200
    page = reader.get(f"/cis/{server}/history").text
    assert f"between {instant(START)} and {instant(START + 5 * MINUTE)}" in page
    assert "by a new version of its source, which words or finds it anew" in page


def test_a_relationship_that_ended_was_there_at_the_reading_before(api: Api, server: str, reader: httpx.Client) -> None:
    api.clock.at = START + 20 * MINUTE
    document = host(1, at=api.clock(), packages=3, services=(("nginx", "tcp 0.0.0.0:80"),))
    document["source"]["version"] = "2"
    api.as_role(Role.ADMIN).post(PATH, content=encoded(document))
    events = reader.get(f"/api/v1/cis/{server}/history").json()["events"]
    (ended,) = [one for one in events if one["kind"] == "ended"]
    assert ended["relationship"]["title"] == "postgres"
    assert ended["relationship"]["changed_after"] == written(START + 10 * MINUTE)
    assert ended["recorded_at"] == written(START + 20 * MINUTE)
