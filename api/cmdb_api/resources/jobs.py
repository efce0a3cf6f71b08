"""Background jobs: what the server does by itself, when, and what came of it."""

from __future__ import annotations

from http import HTTPStatus

from pydantic import Field

from cmdb.usecases.schedule import Listed, ask_for_run, jobs, list_jobs
from cmdb_api.auth import Admin, Reader, TheCore
from cmdb_api.instants import Instant
from cmdb_api.problems import responses
from cmdb_api.resource import Answer, resource

router = resource("jobs")


class JobAnswer(Answer):
    """A job and its last run."""

    name: str = Field(examples=["retention"])
    about: str = Field(examples=["Removes the past that lies before the horizon."])
    every_ms: int = Field(description="How often it runs.", examples=[86_400_000])
    is_running: bool = Field(description="Whether some serving process is at it.")
    next_at: Instant = Field(description="When it is due next.")
    last_started_at: Instant | None = Field(description="null: it has not run yet.")
    last_ended_at: Instant | None
    last_result: str | None = Field(description="What the last run that did something did.", examples=["3 CIs removed"])
    last_error: str | None = Field(description="Why the last run failed; null: it did not.")
    runs: int
    failures: int = Field(description="In a row, up to the last run.")


class JobsAnswer(Answer):
    """Every job."""

    jobs: list[JobAnswer]


@router.get("/jobs", response_model=JobsAnswer)
def list_all(core: TheCore, _: Reader) -> object:
    """What the server does by itself, and what came of it the last time."""
    return {"jobs": [_answer(one) for one in list_jobs(core.graph, jobs(core.settings.keeping), core.now())]}


@router.post("/jobs/{name}/runs", status_code=HTTPStatus.ACCEPTED, responses=responses(HTTPStatus.NOT_FOUND))
def run(core: TheCore, _: Admin, name: str) -> None:
    """Ask for a run now; it begins within seconds, and the list tells what came of it."""
    ask_for_run(core.graph, jobs(core.settings.keeping), name, core.now())


def _answer(one: Listed) -> dict[str, object]:
    job, state = one.job, one.state
    return {
        "name": job.name,
        "about": job.about,
        "every_ms": job.every_ms,
        "is_running": one.is_running,
        "next_at": one.next_at,
        "last_started_at": state.last_started_at,
        "last_ended_at": state.last_ended_at,
        "last_result": state.last_result,
        "last_error": state.last_error,
        "runs": state.runs,
        "failures": state.failures,
    }
