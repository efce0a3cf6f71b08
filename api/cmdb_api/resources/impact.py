"""Impact: what fails when these CIs fail, and what they need."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field

from cmdb.usecases.impact import MAX_DEPTH, MAX_STARTS, assess, needed_by
from cmdb_api.assessments import AssessmentAnswer, NeedsAnswer
from cmdb_api.auth import Reader, TheCore
from cmdb_api.instants import AsOf, GivenInstant
from cmdb_api.problems import responses
from cmdb_api.resource import Given, resource

router = resource("impact")
NAMES_OF_CIS = "An id, `HOST:PORT`, an address, a host or service name, or `NAME@HOST`."


class FailedCI(Given):
    """A CI that is assumed to fail."""

    ci: str = Field(description=NAMES_OF_CIS, min_length=1, max_length=500, examples=["web-1:5432"])
    effect: Literal["degraded", "down"] = "down"


class Question(Given):
    """CIs, and which way to look from them."""

    cis: list[FailedCI] = Field(min_length=1, max_length=MAX_STARTS)
    direction: Literal["dependents", "needs"] = Field(
        default="dependents", description="`dependents`: who suffers. `needs`: what they need; effects do not matter."
    )
    depth: int | None = Field(default=None, ge=0, le=MAX_DEPTH, description="How many hops to look; null: all.")
    as_of: GivenInstant | None = Field(
        default=None, description="What would have followed at this instant, by what held then; null: now."
    )


@router.post(
    "/impact",
    response_model=Annotated[AssessmentAnswer | NeedsAnswer, Field(discriminator="direction")],
    responses=responses(HTTPStatus.NOT_FOUND),
)
def ask(core: TheCore, _: Reader, given: Question) -> object:
    """What these failures reach, with the path and the reason for each CI, and why others are spared.

    Nothing is stored. A name that several CIs have is refused, with all of them.
    """
    now = core.now()
    if given.direction == "needs":
        return needed_by(core.graph, [one.ci for one in given.cis], now, given.depth, given.as_of)
    return assess(
        core.graph, {one.ci: one.effect for one in given.cis}, now, depth=given.depth, as_of=given.as_of
    )  # fmt: skip


@router.get(
    "/cis/{ci_id}/impact",
    response_model=Annotated[AssessmentAnswer | NeedsAnswer, Field(discriminator="direction")],
    responses=responses(HTTPStatus.NOT_FOUND),
)
def show_impact(
    core: TheCore,
    _: Reader,
    ci_id: str,
    effect: Annotated[Literal["degraded", "down"], Query()] = "down",
    direction: Annotated[Literal["dependents", "needs"], Query(description="As in `POST /impact`.")] = "dependents",
    depth: Annotated[int | None, Query(ge=0, le=MAX_DEPTH, description="How many hops to look; left out: all.")] = None,
    as_of: AsOf = None,
) -> object:
    """What follows if this CI fails, or what it needs: now, or as of an instant by what held then.

    A past answer goes by what is one thing today, and names things as they are called today. A call counts if it was
    seen at most 30 days before the instant.
    """
    now = core.now()
    if direction == "needs":
        return needed_by(core.graph, [ci_id], now, depth, as_of)
    return assess(core.graph, {ci_id: effect}, now, depth=depth, as_of=as_of)
