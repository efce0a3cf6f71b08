"""The page of jobs."""

from __future__ import annotations

import pytest

from cmdb.config import Keeping
from cmdb.usecases.access import Role
from cmdb.usecases.schedule import jobs, list_jobs, run_due
from tests.api.web.test_review import forms, visitor, words
from tests.support.api import Api

pytestmark = pytest.mark.neo4j


def test_jobs_are_shown_with_what_came_of_them(api: Api) -> None:
    page = words(visitor(api, Role.READER).get("/jobs").text)
    assert "events Removes old events." in page
    assert "not yet" in page
    assert "/jobs/runs" not in visitor(api, Role.READER).get("/jobs").text
    list(run_due(api.core.graph, jobs(Keeping()), api.clock))
    assert "not yet" not in words(visitor(api, Role.READER).get("/jobs").text)


def test_an_administrator_runs_one_from_the_page(api: Api) -> None:
    table = jobs(Keeping())
    list(run_due(api.core.graph, table, api.clock))
    page = visitor(api, Role.ADMIN)
    fields = next(one for one in forms(page.get("/jobs").text, "/jobs/runs") if one["job"] == ["retention"])
    assert page.post("/jobs/runs", data=fields).headers["Location"] == "/jobs"
    assert "within seconds" in words(page.get("/jobs").text)
    asked = [one.job.name for one in list_jobs(api.core.graph, table, api.clock()) if one.state.asked_at]
    assert asked == ["retention"]
