"""The review page: questions with both sides, a preview before each decision, and undoing."""

from __future__ import annotations

import html
import re
from typing import Any

import httpx
import pytest

from cmdb.usecases.access import Role
from tests.support.api import Api
from tests.support.estate import ci_of, send
from tests.support.hosts import host

pytestmark = pytest.mark.neo4j
UUID = "44454c4c-0031-3510-8052-b4c04f4a4832"


def visitor(api: Api, role: Role) -> httpx.Client:
    """A browser that is signed in."""
    client = api.with_secret(None, follow_redirects=False)
    client.headers.update({"Accept": "text/html"})
    assert client.post("/sign-in", data={"token": api.secret(role)}).status_code == 303
    return client


def forms(page: str, action: str) -> list[dict[str, Any]]:
    """The hidden fields of every form with this action."""
    found = re.findall(rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', page, re.DOTALL)
    fields = [re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', each) for each in found]
    return [
        {name: [html.unescape(value) for other, value in each if other == name] for name, _ in each} for each in fields
    ]


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.fixture
def questioned(api: Api) -> tuple[str | None, str | None]:
    """Two machines whose boards have one UUID."""
    first, second = (ci_of(send(api.core.graph, host(number, system_uuid=UUID))) for number in (1, 2))
    return first, second


def test_a_question_shows_both_sides_and_what_differs(api: Api, questioned: tuple[str, str]) -> None:
    page = visitor(api, Role.READER).get("/review").text
    assert f"Several things have the system UUID {UUID}" in words(page)
    assert 'class="is-different"><th scope="row">Permanent MACs' in page
    assert 'class="is-equal"><th scope="row">System UUID' in page
    assert all(f'href="/cis/{ci}"' in page for ci in questioned)
    assert "A change manager decides" in page
    assert forms(page, "/review/preview") == []


def test_a_decision_is_shown_first_then_made_then_undone(api: Api, questioned: tuple[str, str]) -> None:
    first, second = questioned
    client = visitor(api, Role.CHANGE_MANAGER)
    join = forms(client.get("/review").text, "/review/preview")[0]
    preview = client.post("/review/preview", data=join)
    assert preview.status_code == 200
    assert f"Former id : {second} leads to {first}" in words(preview.text)
    again = forms(preview.text, "/review/decisions")[0]
    assert {name: again[name] for name in ("kind", "sighting")} == {name: join[name] for name in ("kind", "sighting")}
    unexplained = client.post("/review/decisions", data=again)
    assert unexplained.status_code == 422
    assert "Say why" in unexplained.text
    made = client.post("/review/decisions", data=again | {"reason": "one box"})
    assert (made.status_code, made.headers["location"]) == (303, "/review/decisions/DEC-000001")
    assert "Nothing waits for anybody" in client.get("/review").text
    shown = client.get("/review/decisions/DEC-000001").text
    assert "What undoing it would do" in shown
    undo = forms(shown, "/review/decisions/DEC-000001/undo")[0]
    assert client.post("/review/decisions/DEC-000001/undo", data=undo).status_code == 303
    assert "undone by" in client.get("/review/decisions/DEC-000001").text
    assert "Several things have" in client.get("/review").text


def test_what_cannot_be_is_said_instead_of_a_preview(api: Api, questioned: tuple[str, str]) -> None:
    client = visitor(api, Role.CHANGE_MANAGER)
    csrf = forms(client.get("/review").text, "/review/preview")[0]["csrf"]
    for names in (["web-1", "nowhere"], ["web-1"], ["nginx", "web-1"]):
        answer = client.post("/review/preview", data={"csrf": csrf, "kind": "join", "ci": names})
        assert answer.status_code in (404, 422), answer.text
        assert 'role="alert"' in answer.text
        assert "/review/decisions" not in answer.text


def test_the_page_of_a_ci_says_why_it_is_one_thing(api: Api, questioned: tuple[str, str]) -> None:
    client = visitor(api, Role.CHANGE_MANAGER)
    send(api.core.graph, host(1, agent="other-agent", system_uuid=UUID))
    text = client.get(f"/cis/{questioned[0]}").text
    page = words(text)
    assert "One thing, because of" in page
    assert "The same permanent MACs 00:16:3e:00:00:01 (strong: enough alone)" in page
    assert f"System UUID {UUID} : two that have it cannot be one thing" in page
    odd = forms(text, "/review/preview")
    assert [one["kind"] for one in odd] == [["separate"], ["separate"]]
    assert client.post("/review/preview", data=odd[1]).status_code == 200
