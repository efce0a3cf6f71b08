"""The health of the data over HTTP: figures, the lists they point to, and days."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from cmdb.model.sources import MINUTE_MS
from cmdb.usecases.access import Role
from tests.support.api import Api
from tests.support.estate import send
from tests.support.hosts import host

pytestmark = pytest.mark.neo4j
PATH = "/api/v1/data-health"
DAY_MS = 86_400_000


def asked(client: httpx.Client, path: str = PATH, **parameters: Any) -> Any:
    answer = client.get(path, params=parameters or None)  # given none, the address keeps its own
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_each_figure_names_the_list_of_the_cis_behind_it(api: Api, reader: httpx.Client) -> None:
    now = api.clock()
    for number in (1, 2, 3):
        send(api.core.graph, host(number, at=now))
    health = asked(reader)
    assert [one["aspect"] for one in health["aspects"]] == ["completeness", "correctness", "compliance"]
    measures = {one["key"]: one for one in health["measures"]}
    owner = measures["no-owner"]
    assert (owner["considered"], owner["affected"], owner["by_type"][0]["affected"]) == (3, 3, 3)
    assert owner["by_source"][0]["cis"] == f"{PATH}/no-owner/cis?source=agent"
    assert owner["by_team"][0] | {"cis": ""} == {
        "name": "none", "title": "no team", "considered": 3, "affected": 3, "cis": "",
    }  # fmt: skip
    for figure in (owner, *owner["by_type"], *owner["by_source"], *owner["by_team"]):
        assert [one["title"] for one in asked(reader, figure["cis"])["cis"]] == ["web-1", "web-2", "web-3"]
    lacking = measures["missing-required"]["by_attribute"][0]
    assert len(asked(reader, lacking["cis"])["cis"]) == lacking["affected"] == 3
    assert asked(reader, lacking["cis"])["cis"][0]["missing"] == [lacking["attribute"]]


def test_the_list_behind_a_number_comes_in_pages(api: Api, reader: httpx.Client) -> None:
    for number in (1, 2, 3):
        send(api.core.graph, host(number, at=api.clock()))
    first = asked(reader, f"{PATH}/no-owner/cis", limit=2)
    second = asked(reader, f"{PATH}/no-owner/cis", limit=2, cursor=first["next_cursor"])
    assert [one["title"] for one in (*first["cis"], *second["cis"])] == ["web-1", "web-2", "web-3"]
    assert second["next_cursor"] is None
    other = reader.get(f"{PATH}/stale/cis", params={"cursor": first["next_cursor"]})
    assert (other.status_code, other.json()["field"]) == (422, "cursor")


def test_what_was_stale_when_the_first_page_was_asked_for_stays_so_on_later_pages(
    api: Api, reader: httpx.Client
) -> None:
    for number in (1, 2):
        send(api.core.graph, host(number, at=api.clock()))
    api.clock.advance(16 * MINUTE_MS)
    page = asked(reader, f"{PATH}/stale/cis", limit=1)
    assert [one["title"] for one in page["cis"]] == ["web-1"]
    later = asked(reader, f"{PATH}/stale/cis", limit=1, cursor=page["next_cursor"])
    assert [one["title"] for one in later["cis"]] == ["web-2"]


def test_the_history_has_one_figure_a_day(api: Api, reader: httpx.Client) -> None:
    send(api.core.graph, host(1, at=api.clock()))
    asked(reader)
    api.clock.advance(DAY_MS)
    days = asked(reader, f"{PATH}/history", measure=["no-owner"], by="type", name="Server")["days"]
    assert [(one["considered"], one["affected"]) for one in days] == [(1, 1), (1, 1)]
    assert days[0]["day"] < days[1]["day"]
    assert {one["measure"] for one in asked(reader, f"{PATH}/history")["days"]} == {
        "completeness", "correctness", "compliance",
    }  # fmt: skip


def test_what_there_is_not_is_refused_by_name(api: Api, reader: httpx.Client) -> None:
    assert reader.get(f"{PATH}/beauty/cis").status_code == 404
    wrong = reader.get(f"{PATH}/no-owner/cis", params={"type": "Subnet"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "type")
    assert reader.get(f"{PATH}/history", params={"by": "type"}).json()["field"] == "name"
    assert api.as_role(Role.AGENT).get(PATH).status_code == 403
