"""What a lost switch cuts, as the API answers it, as a page says it, and as the command line prints it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from cmdb.cli.commands.impact import print_assessment
from cmdb.usecases.access import Role
from tests.support import estate
from tests.support.api import Api
from tests.support.devices import base_mac, lldp, switch
from tests.support.hosts import START, host
from tests.support.shop import APP, MINUTE, POSTGRES

pytestmark = pytest.mark.neo4j


@pytest.fixture
def linked(api: Api) -> Api:
    """`app` on web-2 behind sw-1 with the collector, `postgres` on web-1 behind sw-2."""
    collector = {"address": "10.9.9.9", "mac_address": "00:16:3e:00:09:09"}
    estate.send_all(
        api.core.graph,
        [
            switch(1, observed_from=collector, neighbours={1: lldp(base_mac(2), "Gi0/1")},
                   learnt={2: ("00:16:3e:00:00:02",), 4: (collector["mac_address"],)}),
            switch(2, learnt={2: ("00:16:3e:00:00:01",)}),
            host(1, services=POSTGRES),
            host(2, services=APP, calls=(("app", "10.0.0.1", 5432),)),
        ],
    )  # fmt: skip
    api.clock.at = START + MINUTE
    return api


@pytest.fixture
def reader(linked: Api) -> Iterator[httpx.Client]:
    with linked.as_role(Role.READER) as client:
        yield client


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def test_the_answer_names_what_was_cut_and_by_what(reader: httpx.Client) -> None:
    body = reader.post("/api/v1/impact", json={"cis": [{"ci": "sw-2"}]}).json()
    found = {one["ci"]["name"]: one for one in body["reached"]}
    assert (found["web-1"]["state"], found["web-1"]["isolated"]) == ("up", True)
    (hop,) = found["app on web-2"]["reason"]["hops"]
    assert [lost["name"] for lost in hop["cut_by"]] == ["sw-2"]
    assert hop["target"]["name"] == "postgres on web-1"
    assert any("forwards" in said for said in body["assumptions"])


def test_the_page_says_so_in_words(linked: Api) -> None:
    client = linked.with_secret(None, follow_redirects=False)
    client.headers["Accept"] = "text/html"
    assert client.post("/sign-in", data={"token": linked.secret(Role.READER)}).status_code == 303
    said = text_of(client.get("/impact?ci=sw-2").text)
    assert "app on web-2 calls postgres on web-1, cut off by the loss of sw-2" in said
    assert "web-1 is connected to sw-1, cut off by the loss of sw-2" in said
    assert "1 isolated" in said
    assert "works, and cannot be reached" in said


def test_the_command_line_hangs_what_was_cut_below_the_lost_switch(
    reader: httpx.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    print_assessment(reader.post("/api/v1/impact", json={"cis": [{"ci": "sw-2"}]}).json())
    said = " ".join(capsys.readouterr().out.split())
    assert "(cut off from postgres on web-1, which it calls, without sw-2)" in said.replace("│ ", "")
    assert "Server: 1 isolated" in said


def test_an_incident_on_the_switch_lists_who_is_isolated(linked: Api) -> None:
    with linked.as_role(Role.RESPONDER) as client:
        opened = client.post("/api/v1/incidents", json={"title": "sw-2 is dark", "cis": [{"ci": "sw-2"}]})
        assert opened.status_code == 201, opened.text
        effects = {link["title"]: link["effect"] for link in opened.json()["links"]}
    assert effects["web-1"] == "isolated"
    assert effects["app"] == "down"
    page = linked.with_secret(None, follow_redirects=False)
    page.headers["Accept"] = "text/html"
    assert page.post("/sign-in", data={"token": linked.secret(Role.READER)}).status_code == 303
    assert "1 isolated" in text_of(page.get(f"/incidents/{opened.json()['id']}").text)
