"""Dependencies that people declare beside the observed ones."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field

from cmdb.usecases.dependencies import Dependency, declare_dependency, withdraw_dependency
from cmdb_api.auth import TheCore
from cmdb_api.declared import Editor, RefAnswer
from cmdb_api.instants import Instant
from cmdb_api.problems import responses
from cmdb_api.resource import Answer, Given, resource
from cmdb_api.resources.impact import NAMES_OF_CIS

router = resource("dependencies")


class DependencyAnswer(Answer):
    """`source` needs `target`."""

    source: RefAnswer
    target: RefAnswer
    strength: Literal["hard", "soft"]
    valid_from: Instant


class NewDependency(Given):
    """A dependency to declare."""

    source: str = Field(description=f"What needs the other. {NAMES_OF_CIS}", min_length=1, max_length=500)
    target: str = Field(description=f"What is needed. {NAMES_OF_CIS}", min_length=1, max_length=500)
    strength: Literal["hard", "soft"] = Field(default="hard", description="soft: its loss degrades, no more.")


@router.post(
    "/dependencies",
    status_code=HTTPStatus.CREATED,
    response_model=DependencyAnswer,
    responses=responses(HTTPStatus.NOT_FOUND),
)
def declare(core: TheCore, caller: Editor, given: NewDependency) -> Dependency:
    """Say that one CI needs another. Said again with another strength, it replaces what was said."""
    return declare_dependency(core.graph, given.source, given.target, given.strength, caller.name, core.now())


@router.delete("/dependencies", status_code=HTTPStatus.NO_CONTENT, responses=responses(HTTPStatus.NOT_FOUND))
def withdraw(
    core: TheCore,
    caller: Editor,
    source: Annotated[str, Query(max_length=500, description=NAMES_OF_CIS)],
    target: Annotated[str, Query(max_length=500, description=NAMES_OF_CIS)],
) -> None:
    """Say that one CI does not need another any more; it stays in the history."""
    withdraw_dependency(core.graph, source, target, core.now(), caller.name)
