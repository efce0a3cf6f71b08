"""Values that people set for a CI against what sources say."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Path, Response
from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr

from cmdb.usecases.manual_values import (
    ManualValues,
    list_manual_values,
    set_manual_value,
    withdraw_manual_value,
)
from cmdb_api.auth import ChangeManager, Reader, TheCore
from cmdb_api.instants import GivenInstant, Instant
from cmdb_api.problems import responses
from cmdb_api.resource import Answer, Given, resource
from cmdb_api.resources.cis import Value
from cmdb_api.versions import Version, tag

router = resource("manual-values")

_EDITED = responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED)
AttributeName = Annotated[str, Path(description="An attribute of the CI's type.", examples=["os_version"])]


class ManualValueAnswer(Answer):
    """A value that somebody set."""

    id: str
    attribute: str = Field(examples=["os_version"])
    value: Value
    reason: str
    set_by: str
    set_at: Instant
    expires_at: Instant | None = Field(description="null: it stands until somebody withdraws it.")
    state: Literal["in_force", "outranked", "elsewhere", "replaced", "withdrawn", "expired"] = Field(
        description="outranked: one that was set later counts, of another CI that has been merged with this one. "
        "elsewhere: it was set while this CI and another were one, and went with the other."
    )
    ended_at: Instant | None
    ended_by: str | None


class ManualValuesAnswer(Answer):
    """Everything that people set for a CI, also what is over, newest first."""

    id: str = Field(description="The CI's present id.")
    values: list[ManualValueAnswer]


class NewManualValue(Given):
    """A value to set."""

    value: StrictBool | StrictInt | StrictFloat | StrictStr | list[StrictStr] = Field(
        description="Of the attribute's kind; an instant in milliseconds since 1970."
    )
    reason: str = Field(max_length=20_000, description="Why, for whoever looks at it later.")
    expires_at: GivenInstant | None = Field(
        default=None, description="Sources are believed again from then on; null: until somebody withdraws it."
    )


@router.get(
    "/cis/{ci_id}/manual-values", response_model=ManualValuesAnswer, responses=responses(HTTPStatus.NOT_FOUND)
)  # fmt: skip
def list_all(core: TheCore, _: Reader, response: Response, ci_id: str) -> object:
    """What people set for the CI, who, when, why and until when."""
    return _tagged(response, list_manual_values(core.graph, ci_id, core.now()))


@router.put("/cis/{ci_id}/manual-values/{attribute}", response_model=ManualValuesAnswer, responses=_EDITED)
def put(
    core: TheCore,
    caller: ChangeManager,
    response: Response,
    ci_id: str,
    attribute: AttributeName,
    version: Version,
    given: NewManualValue,
) -> object:
    """Set a value: it stands whatever sources say, until it expires or is withdrawn. The same again changes nothing."""
    found = set_manual_value(
        core.graph, ci_id, attribute, given.value, given.reason, given.expires_at, caller.name, core.now(), version
    )
    return _tagged(response, found)


@router.delete("/cis/{ci_id}/manual-values/{attribute}", response_model=ManualValuesAnswer, responses=_EDITED)
def withdraw(
    core: TheCore, caller: ChangeManager, response: Response, ci_id: str, attribute: AttributeName, version: Version
) -> object:
    """Let what sources say stand again; that it was set stays in the history."""
    return _tagged(response, withdraw_manual_value(core.graph, ci_id, attribute, caller.name, core.now(), version))


def _tagged(response: Response, found: ManualValues) -> object:
    tag(response, found.revision)
    values = [
        {name: getattr(one.value, name) for name in ManualValueAnswer.model_fields if name != "state"}
        | {"state": one.state}
        for one in found.values
    ]
    return {"id": found.id, "values": values}
