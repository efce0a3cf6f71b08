"""Impact: what fails when these CIs fail, and what they need."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field

from cmdb.usecases.impact import MAX_DEPTH, MAX_STARTS, assess, needed_by
from cmdb_api.assessments import AssessmentAnswer, NeedsAnswer
from cmdb_api.auth import Reader, TheCore
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


@router.post(
    "/impact",
    response_model=Annotated[AssessmentAnswer | NeedsAnswer, Field(discriminator="direction")],
    responses=responses(HTTPStatus.NOT_FOUND),
)
def ask(core: TheCore, _: Reader, given: Question) -> object:
    """What these failures reach, with the path and the reason for each CI, and why others are spared.

    Nothing is stored. A name that several CIs have is refused, with all of them.
    """
    if given.direction == "needs":
        return needed_by(core.graph, [one.ci for one in given.cis], core.now(), given.depth)
    return assess(core.graph, {one.ci: one.effect for one in given.cis}, core.now(), depth=given.depth)
