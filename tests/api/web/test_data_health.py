"""The pages about the health of the data: figures, their course, and the lists behind them."""

from __future__ import annotations

import re

import pytest
from cmdb_api.web.chart import HEIGHT, LEFT, RIGHT, TOP, WIDTH, chart_of

from cmdb.usecases.access import Role
from cmdb.usecases.data_health import data_health
from tests.api.web.test_review import visitor, words
from tests.support.api import Api
from tests.support.estate import send
from tests.support.hosts import host

DAY_MS = 86_400_000


def test_a_chart_draws_what_is_in_order_between_the_first_and_the_last_day() -> None:
    figures = [("stale", "2026-11-01", 4, 0), ("stale", "2026-11-02", 4, 4), ("stale", "2026-11-05", 4, 2)]
    chart = chart_of(figures)
    assert chart is not None
    inner = WIDTH - LEFT - RIGHT
    assert [one.x for one in chart.lines[0].points] == [LEFT, LEFT + inner / 4, WIDTH - RIGHT]
    top, bottom, middle = (one.y for one in chart.lines[0].points)
    assert top == TOP
    assert TOP < middle < bottom < HEIGHT
    assert chart.lines[0].points[2].title == "2026-11-05: 50.0 % of 4 CIs, stale"
    assert chart.ends == ("2026-11-01", "2026-11-05")


def test_a_single_day_is_a_point_and_no_day_no_chart() -> None:
    chart = chart_of([("stale", "2026-11-01", 1, 1)])
    assert chart is not None
    assert [one.x for one in chart.lines[0].points] == [LEFT]
    assert chart_of([("stale", "2026-11-01", 0, 0)]) is None


@pytest.mark.neo4j
def test_every_number_on_the_page_leads_to_a_list_of_that_length(api: Api) -> None:
    for number in (1, 2):
        send(api.core.graph, host(number, at=api.clock()))
    data_health(api.core.graph, api.clock())
    api.clock.advance(DAY_MS)
    client = visitor(api, Role.READER)
    page = client.get("/data-health")
    assert page.status_code == 200
    found = re.findall(r'<a href="(/data-health/[^"]+)">[^<]+</a>.*?<small>(\d+) of \d+</small>', page.text, re.DOTALL)
    assert len(found) > 15
    for address, number in found:
        listed = client.get(address.replace("&amp;", "&"))
        assert listed.status_code == 200, address
        assert listed.text.count('<tr><th scope="row">') == int(number), address
    assert page.text.count("<circle") >= 6  # two days of three aspects


@pytest.mark.neo4j
def test_a_list_says_what_is_missing_and_a_rule_that_nothing_breaks_says_so(api: Api) -> None:
    send(api.core.graph, host(1, at=api.clock()))
    client = visitor(api, Role.READER)
    assert "Without Device, Size" in words(client.get("/data-health/missing-required?type=Filesystem").text)
    assert "No CI breaks this rule." in client.get("/data-health/stale").text
    assert client.get("/data-health/beauty").status_code == 404
