"""Business services: declared by their entry points, with owners and criticality."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated, cast

from fastapi import Query, Response
from pydantic import Field

from cmdb.usecases.services import (
    MAX_ENTRY_POINTS,
    BusinessService,
    Criticality,
    ServiceChanges,
    change_service,
    declare_service,
    list_services,
    read_service,
    retire_service,
)
from cmdb_api.auth import Reader, TheCore
from cmdb_api.declared import Editor, RefAnswer
from cmdb_api.given import said
from cmdb_api.instants import Instant
from cmdb_api.paging import Cursors, PageCursor, PageLimit
from cmdb_api.problems import responses
from cmdb_api.resource import Answer, Given, resource
from cmdb_api.resources.impact import NAMES_OF_CIS
from cmdb_api.versions import Version, tag

router = resource("services")
EDITED = responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED)
TEAMS = "Ids or names of teams."


class ServiceAnswer(Answer):
    """A business service."""

    id: str = Field(examples=["ci_k3v6x2m4q7"])
    name: str = Field(examples=["Shop"])
    description: str | None
    criticality: Criticality | None = Field(description="null: nobody said.")
    entry_points: list[RefAnswer]
    depends_on: list[RefAnswer] = Field(description="Declared dependencies beside the entry points.")
    owners: list[RefAnswer]
    support: list[RefAnswer]
    state: str = Field(examples=["active"])
    revision: int = Field(description="Counts its changes; the ETag.")
    valid_from: Instant
    valid_to: Instant | None


class ServicesAnswer(Answer):
    """One page of services, by name."""

    services: list[ServiceAnswer]
    next_cursor: str | None = Field(description="Ask for the next page with it; null: this is the last.")


class NewService(Given):
    """A service to declare."""

    name: str = Field(max_length=200, examples=["Shop"])
    description: str | None = Field(default=None, max_length=20_000)
    criticality: Criticality | None = None
    entry_points: list[str] = Field(
        min_length=1, max_length=MAX_ENTRY_POINTS, description=NAMES_OF_CIS, examples=[["web-2:80"]]
    )
    owners: list[str] = Field(default=[], max_length=50, description=TEAMS, examples=[["Sales"]])
    support: list[str] = Field(default=[], max_length=50, description=TEAMS)


class ServicePatch(Given):
    """What to change of a service; lists are replaced whole, what is left out stays."""

    name: str = Field(default="", max_length=200)
    description: str | None = Field(default=None, max_length=20_000)
    criticality: Criticality | None = None
    entry_points: list[str] = Field(default=[], min_length=1, max_length=MAX_ENTRY_POINTS, description=NAMES_OF_CIS)
    owners: list[str] = Field(default=[], max_length=50, description=TEAMS)
    support: list[str] = Field(default=[], max_length=50, description=TEAMS)


@router.post(
    "/services",
    status_code=HTTPStatus.CREATED,
    response_model=ServiceAnswer,
    responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
)
def declare(core: TheCore, caller: Editor, response: Response, given: NewService) -> BusinessService:
    """Declare a service by naming where it enters. An ambiguous name is refused, with what it could be."""
    wanted = cast(ServiceChanges, said(given))
    return _tagged(response, declare_service(core.graph, wanted, caller.name, core.now()))


@router.get("/services", response_model=ServicesAnswer)
def list_all(
    core: TheCore,
    _: Reader,
    cursors: Cursors,
    name: Annotated[str | None, Query(max_length=200, description="A part of the name.")] = None,
    retired: Annotated[bool, Query(description="Take in those that have ended.")] = False,
    limit: PageLimit = 100,
    cursor: PageCursor = None,
) -> object:
    """List services by name."""
    question = json.dumps(["services", name, retired])
    after = cursors.read(cursor, question)
    position = (after.value, after.id) if after else None
    found = list_services(core.graph, name=name, retired=retired, after=position, limit=limit + 1)
    return {
        "services": found[:limit],
        "next_cursor": cursors.next(found, limit, question, after, core.now(), lambda one: (one.name, one.id)),
    }


@router.get("/services/{service_id}", response_model=ServiceAnswer, responses=responses(HTTPStatus.NOT_FOUND))
def show(core: TheCore, _: Reader, response: Response, service_id: str) -> BusinessService:
    """One service."""
    return _tagged(response, read_service(core.graph, service_id))


@router.patch("/services/{service_id}", response_model=ServiceAnswer, responses=EDITED)
def change(
    core: TheCore, caller: Editor, response: Response, service_id: str, version: Version, given: ServicePatch
) -> BusinessService:
    """Change a service; what it was stays in its history."""
    changes = cast(ServiceChanges, said(given))
    return _tagged(response, change_service(core.graph, service_id, changes, version, caller.name, core.now()))


@router.delete("/services/{service_id}", response_model=ServiceAnswer, responses=EDITED)
def retire(core: TheCore, caller: Editor, response: Response, service_id: str, version: Version) -> BusinessService:
    """End a service; it stays in the history."""
    return _tagged(response, retire_service(core.graph, service_id, version, caller.name, core.now()))


def _tagged(response: Response, service: BusinessService) -> BusinessService:
    tag(response, service.revision)
    return service
