"""The page of events."""

from __future__ import annotations

import pytest

from cmdb.usecases.access import Role
from tests.api.web.test_review import visitor, words
from tests.support.api import Api
from tests.support.estate import send
from tests.support.hosts import START, host

pytestmark = pytest.mark.neo4j


def test_what_happened_is_shown_newest_first_by_kind_and_page_by_page(api: Api) -> None:
    browser = visitor(api, Role.READER)
    assert "Nothing has happened." in words(browser.get("/events").text)
    for number in range(101):
        send(api.core.graph, host(number + 1, at=START + number, packages=1, services=()))
    send(api.core.graph, host(1, at=START + 60_000, name="db-1", packages=3, services=()))
    first = browser.get("/events").text
    assert "name: web-1 → db-1; HAS_INSTALLED 2 began" in words(first)
    assert "web-3" in first
    assert ">web-1<" not in first
    assert "/events?before=3" in first
    second = browser.get("/events", params={"before": 3}).text
    assert ">web-1<" in second
    assert "Next page" not in second
    changed = words(browser.get("/events", params={"kind": "changed"}).text)
    assert "db-1" in changed
    assert "web-3" not in changed
    assert browser.get("/events", params={"kind": "exploded"}).status_code == 422
