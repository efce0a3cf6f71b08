"""Baselines: instants with a name, of the estate or of one CI."""

from __future__ import annotations

import json
from http import HTTPStatus

from pydantic import Field

from cmdb.usecases.baselines import Baseline, create_baseline, delete_baseline, list_baselines, read_baseline
from cmdb_api.auth import Reader, TheCore
from cmdb_api.declared import Editor, RefAnswer
from cmdb_api.instants import GivenInstant, Instant
from cmdb_api.paging import Cursors, PageCursor, PageLimit
from cmdb_api.problems import responses
from cmdb_api.resource import Answer, Given, resource
from cmdb_api.resources.impact import NAMES_OF_CIS

router = resource("baselines")


class BaselineAnswer(Answer):
    """An instant with a name. It is compared by `/differences`, or `/cis/{id}/difference/needs`, `from` its `at`."""

    id: str = Field(examples=["BL-000001"])
    name: str = Field(examples=["before the migration"])
    at: Instant
    is_of_ci: bool = Field(description="It is of one CI and all that this needs; false: of the estate.")
    ci: RefAnswer | None = Field(description="null: of the estate, or of a CI of which nothing is kept any more.")
    made_by: str
    made_at: Instant
    is_kept: bool = Field(description="false: it lies before what is kept of the past, and cannot be compared.")


class BaselinesAnswer(Answer):
    """One page of baselines."""

    baselines: list[BaselineAnswer]
    next_cursor: str | None = Field(description="Ask for the next page with it; null: this is the last.")


class NewBaseline(Given):
    """An instant to name."""

    name: str = Field(min_length=1, max_length=200, examples=["before the migration"])
    at: GivenInstant | None = Field(default=None, description="An instant that does not lie ahead; null: now.")
    ci: str | None = Field(
        default=None, min_length=1, max_length=500, description=f"Of what; null: the estate. {NAMES_OF_CIS}"
    )


@router.post(
    "/baselines",
    status_code=HTTPStatus.CREATED,
    response_model=BaselineAnswer,
    responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
)
def create(core: TheCore, caller: Editor, given: NewBaseline) -> Baseline:
    """Give an instant a name. Nothing is copied: it can be compared as long as the past is kept."""
    return create_baseline(core.graph, given.name, given.at, given.ci, caller.name, core.now())


@router.get("/baselines", response_model=BaselinesAnswer)
def list_all(core: TheCore, _: Reader, cursors: Cursors, limit: PageLimit = 100, cursor: PageCursor = None) -> object:
    """List baselines, the latest instant first."""
    question = json.dumps(["baselines"])
    after = cursors.read(cursor, question)
    found = list_baselines(core.graph, limit + 1, (after.value, after.id) if after else None)
    return {
        "baselines": found[:limit],
        "next_cursor": cursors.next(found, limit, question, after, core.now(), lambda one: (one.at, one.id)),
    }


@router.get("/baselines/{baseline_id}", response_model=BaselineAnswer, responses=responses(HTTPStatus.NOT_FOUND))
def show(core: TheCore, _: Reader, baseline_id: str) -> Baseline:
    """One baseline."""
    return read_baseline(core.graph, baseline_id)


@router.delete("/baselines/{baseline_id}", status_code=HTTPStatus.NO_CONTENT, responses=responses(HTTPStatus.NOT_FOUND))
def delete(core: TheCore, _: Editor, baseline_id: str) -> None:
    """Forget a name; what it named stays."""
    delete_baseline(core.graph, baseline_id)
