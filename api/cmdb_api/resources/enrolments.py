"""Enrolments: how an agent gets a token of its own."""

from __future__ import annotations

from http import HTTPStatus

from pydantic import Field

from cmdb.usecases.enrolment import Enrolled, enrol
from cmdb_api.auth import Enroller, TheCore
from cmdb_api.problems import responses
from cmdb_api.resource import Answer, Given, resource

router = resource("enrolments")


class NewEnrolment(Given):
    """The agent that enrols."""

    agent_id: str = Field(examples=["5b0c2f0e-6a53-4d6b-9a2b-0c6e1f1f7a55"])
    host_name: str = Field(examples=["web-1"])


class EnrolmentAnswer(Answer):
    """The agent's own token, shown this once."""

    token: str = Field(examples=["cmdb_…"])
    domain: str = Field(description="Routing domain for its documents.", examples=["default"])


@router.post(
    "/enrolments", status_code=HTTPStatus.CREATED, response_model=EnrolmentAnswer,
    responses=responses(HTTPStatus.CONFLICT),
)  # fmt: skip
def create_enrolment(core: TheCore, caller: Enroller, given: NewEnrolment) -> Enrolled:
    """Exchange an enrolment token, or the agent's own, for a token bound to one agent id."""
    return enrol(core.graph, caller, given.agent_id, given.host_name, core.now())
