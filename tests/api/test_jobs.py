"""Jobs over HTTP: what the server does by itself, and asking for it."""

from __future__ import annotations

import httpx
import pytest
from cmdb_api.instants import written

from cmdb.config import Keeping
from cmdb.usecases.schedule import HOUR_MS, jobs, run_due
from tests.support.api import Api

pytestmark = pytest.mark.neo4j


def test_jobs_are_listed_with_their_last_run(api: Api, reader: httpx.Client) -> None:
    before = {one["name"]: one for one in reader.get("/api/v1/jobs").json()["jobs"]}
    assert before["events"]["last_started_at"] is None
    started_at = api.clock()
    assert all(ran.error is None for ran in run_due(api.core.graph, jobs(Keeping()), api.clock))
    after = {one["name"]: one for one in reader.get("/api/v1/jobs").json()["jobs"]}
    assert after.keys() == before.keys()
    assert after["events"]["last_started_at"] == written(started_at)
    assert after["events"]["next_at"] == written(started_at + HOUR_MS)
    assert (after["events"]["runs"], after["events"]["last_error"]) == (1, None)


def test_an_administrator_asks_for_a_run(api: Api, reader: httpx.Client, admin: httpx.Client) -> None:
    table = jobs(Keeping())
    list(run_due(api.core.graph, table, api.clock))
    assert reader.post("/api/v1/jobs/events/runs").status_code == 403
    assert admin.post("/api/v1/jobs/events/runs").status_code == 202
    assert [ran.name for ran in run_due(api.core.graph, table, api.clock)] == ["events"]
    assert admin.post("/api/v1/jobs/nothing/runs").status_code == 404
