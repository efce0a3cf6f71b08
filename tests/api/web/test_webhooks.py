"""The page of webhooks, for administrators alone."""

from __future__ import annotations

import re

import pytest

from cmdb.usecases.access import Role
from cmdb.usecases.webhooks import failed, list_webhooks, next_batch
from tests.api.web.test_review import visitor, words
from tests.support.api import Api
from tests.support.estate import send
from tests.support.hosts import START, host

pytestmark = pytest.mark.neo4j


def test_a_webhook_is_registered_watched_paused_resumed_and_removed(api: Api) -> None:
    browser, graph = visitor(api, Role.ADMIN), api.core.graph
    page = browser.get("/webhooks").text
    csrf = re.findall(r'name="csrf" value="([^"]*)"', page)[-1]
    assert "Nobody is sent events yet." in page
    sent = {"csrf": csrf, "url": "https://example.org/cmdb", "kinds": ["created", "ended"], "types": "Server"}
    made = browser.post("/webhooks", data=sent).text
    secret = re.findall(r"whsec_[\w-]+", made)[0]
    page = words(browser.get("/webhooks").text)
    assert secret not in page
    assert "created, ended of Server active" in page
    [webhook] = list_webhooks(graph)

    send(graph, host(1))
    batch = next_batch(graph, webhook.id, START)
    assert batch is not None
    failed(graph, batch, "it answered 500", START)
    assert "1 failed try it answered 500" in words(browser.get("/webhooks").text)

    renewed = browser.post(f"/webhooks/{webhook.id}/secret", data={"csrf": csrf}).text
    assert re.findall(r"whsec_[\w-]+", renewed) not in ([], [secret])
    assert browser.post(f"/webhooks/{webhook.id}/pause", data={"csrf": csrf}).headers["location"] == "/webhooks"
    assert "paused" in words(browser.get("/webhooks").text)
    browser.post(f"/webhooks/{webhook.id}/resume", data={"csrf": csrf})
    assert "paused" not in words(browser.get("/webhooks").text)
    browser.post(f"/webhooks/{webhook.id}/remove", data={"csrf": csrf})
    assert list_webhooks(graph) == []


def test_an_address_that_is_refused_comes_back_with_the_reason_and_what_was_chosen(api: Api) -> None:
    browser = visitor(api, Role.ADMIN)
    csrf = re.findall(r'name="csrf" value="([^"]*)"', browser.get("/webhooks").text)[-1]
    sent = {"csrf": csrf, "url": "http://example.org/cmdb", "kinds": "ended"}
    answer = browser.post("/webhooks", data=sent)
    assert answer.status_code == 422
    assert "Events leave this machine over https alone" in answer.text
    assert 'value="ended" checked' in answer.text
    assert list_webhooks(api.core.graph) == []


def test_only_administrators_are_shown_webhooks(api: Api) -> None:
    assert visitor(api, Role.RESPONDER).get("/webhooks").status_code == 403
    assert "/webhooks" not in visitor(api, Role.RESPONDER).get("/events").text
    assert 'href="/webhooks"' in visitor(api, Role.ADMIN).get("/events").text
