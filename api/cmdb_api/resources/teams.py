"""Teams, and what each is responsible for."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated, Literal, cast

from fastapi import Query, Response
from pydantic import Field

from cmdb.usecases.teams import (
    Team,
    TeamChanges,
    change_team,
    create_team,
    list_teams,
    read_team,
    retire_team,
    set_responsible,
)
from cmdb_api.auth import Reader, TheCore
from cmdb_api.declared import Editor
from cmdb_api.given import said
from cmdb_api.instants import Instant
from cmdb_api.paging import Cursors, PageCursor, PageLimit
from cmdb_api.problems import responses
from cmdb_api.resource import Answer, Given, resource
from cmdb_api.resources.impact import NAMES_OF_CIS
from cmdb_api.versions import Version, tag

router = resource("teams")
EDITED = responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED)


class TeamAnswer(Answer):
    """People who own or support CIs together."""

    id: str = Field(examples=["ci_k3v6x2m4q7"])
    name: str = Field(examples=["Databases"])
    contact: str | None = Field(description="Where to reach it.", examples=["#databases"])
    members: str | None = Field(description="Who is in it, in its own words.")
    state: str = Field(examples=["active"])
    revision: int = Field(description="Counts its changes; the ETag.")
    valid_from: Instant
    valid_to: Instant | None


class TeamsAnswer(Answer):
    """One page of teams, by name."""

    teams: list[TeamAnswer]
    next_cursor: str | None = Field(description="Ask for the next page with it; null: this is the last.")


class NewTeam(Given):
    """A team to make."""

    name: str = Field(max_length=200, examples=["Databases"])
    contact: str | None = Field(default=None, max_length=1_000, examples=["#databases"])
    members: str | None = Field(default=None, max_length=20_000)


class TeamPatch(Given):
    """What to change of a team; what is left out stays."""

    name: str = Field(default="", max_length=200)
    contact: str | None = Field(default=None, max_length=1_000)
    members: str | None = Field(default=None, max_length=20_000)


class Responsibility(Given):
    """Which teams own, or support, a CI from now on: all of them, the former ones are replaced."""

    ci: str = Field(description=NAMES_OF_CIS, min_length=1, max_length=500, examples=["web-1"])
    duty: Literal["owner", "support"]
    teams: list[str] = Field(max_length=50, description="Ids or names of teams; empty: nobody.")


@router.post(
    "/teams",
    status_code=HTTPStatus.CREATED,
    response_model=TeamAnswer,
    responses=responses(HTTPStatus.CONFLICT),
)
def create(core: TheCore, caller: Editor, response: Response, given: NewTeam) -> Team:
    """Make a team."""
    made = create_team(core.graph, given.name, caller.name, core.now(), given.contact, given.members)
    return _tagged(response, made)


@router.get("/teams", response_model=TeamsAnswer)
def list_all(
    core: TheCore,
    _: Reader,
    cursors: Cursors,
    name: Annotated[str | None, Query(max_length=200, description="A part of the name.")] = None,
    limit: PageLimit = 100,
    cursor: PageCursor = None,
) -> object:
    """List teams by name."""
    question = json.dumps(["teams", name])
    after = cursors.read(cursor, question)
    position = (after.value, after.id) if after else None
    found = list_teams(core.graph, name=name, after=position, limit=limit + 1)
    return {
        "teams": found[:limit],
        "next_cursor": cursors.next(found, limit, question, after, core.now(), lambda one: (one.name, one.id)),
    }


@router.get("/teams/{team_id}", response_model=TeamAnswer, responses=responses(HTTPStatus.NOT_FOUND))
def show(core: TheCore, _: Reader, response: Response, team_id: str) -> Team:
    """One team."""
    return _tagged(response, read_team(core.graph, team_id))


@router.patch("/teams/{team_id}", response_model=TeamAnswer, responses=EDITED)
def change(core: TheCore, caller: Editor, response: Response, team_id: str, version: Version, given: TeamPatch) -> Team:
    """Change a team; what it was stays in its history."""
    changes = cast(TeamChanges, said(given))
    return _tagged(response, change_team(core.graph, team_id, changes, version, caller.name, core.now()))


@router.delete("/teams/{team_id}", response_model=TeamAnswer, responses=EDITED)
def retire(core: TheCore, caller: Editor, response: Response, team_id: str, version: Version) -> Team:
    """End a team. What it was responsible for keeps saying so until somebody gives it to another."""
    return _tagged(response, retire_team(core.graph, team_id, version, caller.name, core.now()))


@router.put("/responsibilities", status_code=HTTPStatus.NO_CONTENT, responses=responses(HTTPStatus.NOT_FOUND))
def be_responsible(core: TheCore, caller: Editor, given: Responsibility) -> None:
    """Say who owns or supports a CI. Who supports a machine also answers for what runs on it."""
    set_responsible(core.graph, given.ci, given.duty, given.teams, caller.name, core.now())


def _tagged(response: Response, team: Team) -> Team:
    tag(response, team.revision)
    return team
