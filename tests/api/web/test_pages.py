"""The pages as a server: sessions, forms, headers, refusals."""

from __future__ import annotations

import re

import httpx
import pytest
from cmdb_api import web
from cmdb_api.web.forms import fields_of
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from cmdb.observation.document import decode
from cmdb.usecases.access import Role, create_token, list_tokens, revoke_token
from cmdb.usecases.observe import observe
from cmdb.usecases.services import declare_service, list_services
from tests.support.api import Api
from tests.support.hosts import START, encoded, host

pytestmark = pytest.mark.neo4j

PAGE = {"Accept": "text/html"}


def visitor(api: Api, role: Role | None, address: str = "http://testserver") -> httpx.Client:
    """A browser that is signed in."""
    client = api.with_secret(None, follow_redirects=False, base_url=address)
    client.headers.update(PAGE)
    if role is not None:
        assert client.post("/sign-in", data={"token": api.secret(role)}).status_code == 303
    return client


def csrf_of(client: httpx.Client) -> str:
    found = re.search(r'name="csrf" value="(\w+)"', client.get("/cis").text)
    assert found
    return found[1]


def dependencies(dependant: Dependant) -> list[object]:
    return [one.call for one in dependant.dependencies] + [
        call for one in dependant.dependencies for call in dependencies(one)
    ]


def test_every_form_is_checked_for_whose_it_is() -> None:
    posts = [
        route
        for router in web.ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and route.methods - {"GET", "HEAD"}
    ]
    assert len(posts) > 10
    for route in posts:
        assert fields_of in dependencies(route.dependant), f"{route.path} takes forms of other sites"


def test_a_form_without_the_sessions_own_token_changes_nothing(api: Api) -> None:
    client, other = visitor(api, Role.ADMIN), visitor(api, Role.ADMIN)
    for csrf in ({}, {"csrf": ""}, {"csrf": csrf_of(other)}):
        answer = client.post("/teams", data={"name": "Sales", **csrf})
        assert answer.status_code == 403
        assert "another sign-in" in answer.text
    assert client.post("/teams", data={"name": "Sales", "csrf": csrf_of(client)}).status_code == 303


def test_a_sign_in_that_another_site_sends_is_refused(api: Api) -> None:
    client = visitor(api, None)
    answer = client.post(
        "/sign-in", data={"token": api.secret(Role.READER)}, headers={"Sec-Fetch-Site": "cross-site"}
    )  # fmt: skip
    assert answer.status_code == 403
    assert not client.cookies


@pytest.mark.parametrize("target", ["//elsewhere.example", "/\\elsewhere.example", "https://elsewhere.example", "x\n"])
def test_signing_in_leads_to_no_other_site(api: Api, target: str) -> None:
    answer = visitor(api, None).post("/sign-in", data={"token": api.secret(Role.READER), "next": target})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_over_tls_the_cookie_stays_with_this_host_and_its_tls(api: Api) -> None:
    client = visitor(api, None, "https://testserver")
    said = client.post("/sign-in", data={"token": api.secret(Role.READER)}).headers["set-cookie"]
    assert said.startswith("__Host-cmdb_session=")
    assert {part.strip().lower() for part in said.split(";")} >= {"secure", "httponly", "samesite=strict", "path=/"}
    assert client.get("/cis").status_code == 200


def test_a_session_is_over_with_its_token_its_time_and_its_sign_out(api: Api) -> None:
    graph = api.core.graph
    revoked, left, forgotten = (visitor(api, Role.READER) for _ in range(3))
    cookie = left.cookies["cmdb_session"]
    assert left.post("/sign-out", data={"csrf": csrf_of(left)}).status_code == 303
    left.cookies.set("cmdb_session", cookie)
    assert left.get("/cis").headers["location"] == "/sign-in?next=%2Fcis"
    api.clock.advance(13 * 3_600_000)
    assert forgotten.get("/cis").status_code == 303
    again = visitor(api, Role.READER)
    assert again.get("/cis").status_code == 200
    token = next(one for one in list_tokens(graph, 10) if one.role is Role.READER)
    revoke_token(graph, token.id, api.clock())
    assert (again.get("/cis").status_code, revoked.get("/cis").status_code) == (303, 303)


def test_wrong_tokens_are_told_so_and_then_kept_waiting(api: Api) -> None:
    client = visitor(api, None)
    answers = [client.post("/sign-in", data={"token": f"cmdb_{number}"}) for number in range(21)]
    assert [one.status_code for one in answers] == [401] * 20 + [429]
    assert "unknown, revoked or expired" in answers[0].text
    assert client.post("/sign-in", data={}).status_code == 401


def test_an_agents_token_opens_no_page(api: Api) -> None:
    answer = visitor(api, None).post("/sign-in", data={"token": api.secret(Role.AGENT)})
    assert answer.status_code == 403
    assert "not for people" in answer.text


def test_pages_load_nothing_from_elsewhere_and_run_nothing(api: Api) -> None:
    client = visitor(api, Role.READER)
    page = client.get("/")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["cache-control"] == "no-store"
    style = re.search(r'href="(/style\.css\?v=\w+)"', page.text)
    assert style
    sheet = client.get(style[1])
    assert "immutable" in sheet.headers["cache-control"]
    assert "url(" not in sheet.text
    assert "@import" not in sheet.text
    assert client.get("/icon.svg").headers["content-type"] == "image/svg+xml"


def test_what_others_named_is_text_on_every_page(api: Api) -> None:
    graph, name = api.core.graph, "<img src=x onerror=alert(1)>"
    document = host(1, services=((name, "tcp 0.0.0.0:80"),))
    observe(graph, decode(encoded(document), None), START)
    declare_service(graph, {"name": name, "entry_points": ["10.0.0.1:80"]}, name, START)
    create_token(graph, name, Role.ADMIN, START, created_by="a test")
    client = visitor(api, Role.ADMIN)
    service = list_services(graph)[0].id
    for path in (
        "/",
        "/cis?type=ServiceInstance",
        f"/cis/{service}",
        "/impact?ci=web-1",
        "/services",
        "/impact?ci=" + name,
    ):
        page = client.get(path).text
        assert "<img src=x" not in page, path
        assert "&lt;img" in page, path


def test_refusals_are_pages_for_people_and_documents_for_programs(api: Api) -> None:
    client = visitor(api, Role.READER)
    page = client.get("/cis/ci_nobody")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is no CI &#39;ci_nobody&#39;." in page.text
    assert client.get("/nowhere").status_code == 404
    assert client.get("/cis?type=Unicorn").status_code == 422
    assert "cursor" in client.get("/cis?cursor=x").text
    document = client.get("/cis/ci_nobody", headers={"Accept": "application/json"})
    assert document.headers["content-type"] == "application/problem+json"
    assert client.get("/api/v1/nowhere").headers["content-type"] == "application/problem+json"


def test_a_client_of_the_api_may_read_pages_with_its_token(api: Api) -> None:
    assert api.as_role(Role.READER).get("/cis").status_code == 200
    answer = api.as_role(Role.READER).post("/teams", data={"name": "Sales"}, headers=PAGE)
    assert answer.status_code == 403


def test_a_list_is_read_page_by_page(api: Api) -> None:
    observe(api.core.graph, decode(encoded(host(1, packages=120)), None), START)
    api.clock.advance(60_000)
    client, path, seen = visitor(api, Role.READER), "/cis?type=SoftwareRelease", list[str]()
    while path:
        page = client.get(path).text
        seen += re.findall(r'<a href="/cis/(ci_\w+)"', page)
        further = re.search(r'href="([^"]+)" rel="next"', page)
        path = further[1].replace("&amp;", "&") if further else ""
    assert len(seen) == len(set(seen)) == 120
