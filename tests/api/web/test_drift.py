"""The pages of drift: what waits, what changed where, who decides, and what is set aside."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from cmdb.usecases.access import Role
from cmdb.usecases.drift_watch import watch_drift
from tests.api.web.test_review import forms, visitor, words
from tests.support.api import Api
from tests.support.estate import ci_of, send
from tests.support.hosts import host

pytestmark = pytest.mark.neo4j
HOUR = 3_600_000


def used_by(user: str, at: int) -> dict[str, Any]:
    document = host(1, at=at, services=(("nginx", "tcp 0.0.0.0:80"),))
    document["items"][-1]["attributes"]["user"] = user
    return document


@pytest.fixture
def machine(api: Api) -> str:
    """Web-1, on which nginx runs as another user without an approved change, and a flapping gateway."""
    now = api.core.now()
    receipt = send(api.core.graph, used_by("www-data", now - 2 * HOUR))
    send(api.core.graph, used_by("root", now - HOUR))
    watch_drift(api.core.graph, now)
    return str(ci_of(receipt))


def send_form(client: httpx.Client, page: str, action: str, given: dict[str, str], number: int = 0) -> httpx.Response:
    hidden = {name: values[0] for name, values in forms(page, action)[number].items()}
    return client.post(action, data=hidden | given)


def test_what_waits_is_listed_and_linked_from_the_first_page_and_the_machine(api: Api, machine: str) -> None:
    reader = visitor(api, Role.READER)
    listed = reader.get("/drift").text
    assert "user: www-data → root on nginx on web-1" in words(listed)
    assert "no approved change is about it or what it runs on" in words(listed)
    assert "There are none of these." in words(reader.get("/drift", params={"state": "accepted"}).text)
    for page in ("/", f"/cis/{machine}"):
        assert 'href="/drift/DRF-000001"' in reader.get(page).text


def test_a_reader_sees_who_decides_and_a_responder_rejects_with_a_reason(api: Api, machine: str) -> None:
    page = visitor(api, Role.READER).get("/drift/DRF-000001").text
    assert "A responder or a change manager accepts or rejects it" in words(page)
    assert forms(page, "/drift/DRF-000001/decisions") == []
    responder = visitor(api, Role.RESPONDER)
    page = responder.get("/drift/DRF-000001").text
    refused = send_form(responder, page, "/drift/DRF-000001/decisions", {"reason": " "}, 1)
    assert (refused.status_code, "Say why" in refused.text) == (422, True)
    assert send_form(responder, page, "/drift/DRF-000001/decisions", {"reason": "put it back"}, 1).status_code == 303
    after = words(responder.get("/drift/DRF-000001").text)
    assert "somebody must undo it" in after
    assert "put it back" in after


def test_a_change_manager_records_a_change_which_says_so_itself(api: Api, machine: str) -> None:
    manager = visitor(api, Role.CHANGE_MANAGER)
    page = manager.get("/drift/DRF-000001").text
    given = {"title": "Run nginx as root", "reason": "urgent", "requester": ""}
    done = send_form(manager, page, "/drift/DRF-000001/change", given)
    assert done.status_code == 303
    assert "a change was recorded afterwards: CHG-000001" in words(manager.get("/drift/DRF-000001").text)
    change = words(manager.get("/changes/CHG-000001").text)
    assert "Run nginx as root" in change
    assert "recorded afterwards" in change


def test_noise_is_shown_said_and_ended(api: Api, machine: str) -> None:
    manager = visitor(api, Role.CHANGE_MANAGER)
    page = manager.get("/drift/noise", params={"type": "ServiceInstance", "attribute": "user"}).text
    assert "Nothing was set aside" in words(page)
    given = {"type": "ServiceInstance", "attribute": "user", "ci": "web-1", "is_noise": "always", "expires_at": ""}
    assert send_form(manager, page, "/drift/noise", given | {"reason": "a laboratory"}).status_code == 303
    page = manager.get("/drift/noise").text
    assert "NSE-000001 says so: a laboratory" in words(page)
    assert "always noise User of web-1 and what is in it: a laboratory" in words(page)
    assert send_form(manager, page, "/drift/noise/NSE-000001/end", {}).status_code == 303
    assert forms(manager.get("/drift/noise").text, "/drift/noise/NSE-000001/end") == []
    page = manager.get("/drift/noise").text
    wrong = send_form(manager, page, "/drift/noise", given | {"attribute": "nonsense", "reason": "no"})
    assert (wrong.status_code, "has no" in wrong.text) == (422, True)
