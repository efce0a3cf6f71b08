"""Changes: drafted, assessed, decided by somebody else, carried out, and how they went."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated, cast

from fastapi import Query, Response
from pydantic import Field

from cmdb.usecases.access import Role
from cmdb.usecases.change_steps import assess_change, complete_change, decide_change, move_change, submit_change
from cmdb.usecases.change_ticket import Change, Outcome, State
from cmdb.usecases.changes import (
    MAX_CIS,
    ChangeSaid,
    Effect,
    Wanted,
    comment_change,
    draft_change,
    edit_change,
    list_changes,
    read_change,
)
from cmdb.usecases.resolve import resolve
from cmdb.usecases.teams import find_team
from cmdb_api.assessments import AssessmentAnswer
from cmdb_api.auth import ChangeManager, Reader, TheCore
from cmdb_api.declared import Editor
from cmdb_api.given import said
from cmdb_api.instants import GivenInstant, Instant
from cmdb_api.paging import Cursors, PageCursor, PageLimit
from cmdb_api.problems import responses
from cmdb_api.resource import Answer, Given, resource
from cmdb_api.resources.impact import NAMES_OF_CIS
from cmdb_api.tickets import Comment, EntryAnswer, LinkAnswer, Words
from cmdb_api.versions import Version, tag

router = resource("changes")
FOUND = responses(HTTPStatus.NOT_FOUND)
EDITED = responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED)


class ChangeRowAnswer(Answer):
    """A change in a list."""

    id: str = Field(examples=["CHG-000001"])
    revision: int = Field(description="Counts its changes; the ETag.")
    title: str = Field(examples=["Replace the disk of web-1"])
    state: State
    requester: str
    planned_start_at: Instant | None
    planned_end_at: Instant | None
    created_at: Instant
    created_by: str
    changed_at: Instant
    outcome: Outcome | None
    completed_at: Instant | None
    team_id: str | None
    team_name: str | None
    is_retrospective: bool = Field(description="It was recorded after what it describes had been found done.")
    cis: list[LinkAnswer] = Field(description="What it touches, each with its effect.")


class ChangeAnswer(ChangeRowAnswer):
    """A change with its story."""

    description: str | None
    test_plan: str | None
    backout_plan: str | None
    submitted_by: str | None
    decided_by: str | None
    decided_at: Instant | None
    next_states: list[str] = Field(examples=[["submitted", "cancelled"]])
    links: list[LinkAnswer] = Field(description="What it touches and what that reaches, nearest first.")
    entries: list[EntryAnswer] = Field(description="Oldest first, at most the newest 1000.")
    assessment: AssessmentAnswer | None = Field(description="The blast radius, and when it was computed.")


class ChangesAnswer(Answer):
    """One page of changes, newest first."""

    changes: list[ChangeRowAnswer]
    next_cursor: str | None = Field(description="Ask for the next page with it; null: this is the last.")


class TouchedCI(Given):
    """A CI that the change touches, and what becomes of it meanwhile."""

    ci: str = Field(description=NAMES_OF_CIS, min_length=1, max_length=500, examples=["web-1"])
    effect: Effect = Field(default="unknown", description="unknown counts as down.")


class ChangeToDraft(Given):
    """A change to draft; what is still missing must be there when it is submitted."""

    title: str = Field(max_length=300, examples=["Replace the disk of web-1"])
    description: str | None = Field(default=None, max_length=20_000)
    cis: list[TouchedCI] = Field(default=[], max_length=MAX_CIS)
    planned_start_at: GivenInstant | None = None
    planned_end_at: GivenInstant | None = None
    test_plan: str | None = Field(default=None, max_length=20_000)
    backout_plan: str | None = Field(default=None, max_length=20_000)
    requester: str | None = Field(default=None, max_length=200, description="Who asks for it; null: the caller.")
    team: str | None = Field(default=None, description="Id or name of the team that carries it out.")


class ChangePatch(Given):
    """What to alter of a draft; what is left out stays, `cis` is replaced whole."""

    title: str = Field(default="", max_length=300)
    description: str | None = Field(default=None, max_length=20_000)
    cis: list[TouchedCI] = Field(default=[], max_length=MAX_CIS)
    planned_start_at: GivenInstant | None = None
    planned_end_at: GivenInstant | None = None
    test_plan: str | None = Field(default=None, max_length=20_000)
    backout_plan: str | None = Field(default=None, max_length=20_000)
    requester: str = Field(default="", max_length=200)
    team: str | None = Field(default=None, description="Id or name; null: nobody's.")


class Decision(Given):
    """Whether a submitted change may go ahead."""

    approve: bool
    note: str | None = Field(default=None, max_length=20_000, description="A rejection needs one.")
    override: str | None = Field(
        default=None, max_length=20_000, description="Why an administrator decides on an own request; it is kept."
    )


class Completion(Given):
    """How a change went."""

    outcome: Outcome
    comment: str | None = Field(default=None, max_length=20_000)


@router.post("/changes", status_code=HTTPStatus.CREATED, response_model=ChangeAnswer, responses=FOUND)
def draft(core: TheCore, caller: Editor, response: Response, given: ChangeToDraft) -> Change:
    """Draft a change."""
    return _tagged(response, draft_change(core.graph, _said(given, with_null=False), caller.name, core.now()))


@router.get("/changes", response_model=ChangesAnswer)
def list_all(
    core: TheCore,
    _: Reader,
    cursors: Cursors,
    state: Annotated[list[State] | None, Query(description="One of these.")] = None,
    team: Annotated[
        str | None, Query(max_length=200, description="Id or name of the team that carries it out.")
    ] = None,
    ci: Annotated[str | None, Query(max_length=500, description=f"It names this CI. {NAMES_OF_CIS}")] = None,
    q: Annotated[str | None, Query(max_length=300, description="A part of the title.")] = None,
    limit: PageLimit = 100,
    cursor: PageCursor = None,
) -> object:
    """List changes, newest first."""
    question = json.dumps(["changes", state, team, ci, q])
    after = cursors.read(cursor, question)
    wanted = Wanted(
        states=tuple(state) if state else None, text=q, team=find_team(core.graph, team) if team else None,
        ci=resolve(core.graph, ci, "ci").id if ci else None,
    )  # fmt: skip
    found = list_changes(core.graph, wanted, after.value if after else None, limit + 1)
    return {
        "changes": found[:limit],
        "next_cursor": cursors.next(found, limit, question, after, core.now(), lambda one: (one.number, one.id)),
    }


@router.get("/changes/{change_id}", response_model=ChangeAnswer, responses=FOUND)
def show(core: TheCore, _: Reader, response: Response, change_id: str) -> Change:
    """One change with its entries and its blast radius."""
    return _tagged(response, read_change(core.graph, change_id))


@router.patch("/changes/{change_id}", response_model=ChangeAnswer, responses=EDITED)
def alter(
    core: TheCore, caller: Editor, response: Response, change_id: str, version: Version, given: ChangePatch
) -> Change:
    """Alter a draft."""
    wanted = _said(given, with_null=True)
    return _tagged(response, edit_change(core.graph, change_id, wanted, version, caller.name, core.now()))


@router.post("/changes/{change_id}/comments", response_model=ChangeAnswer, responses=FOUND)
def comment(core: TheCore, caller: Editor, response: Response, change_id: str, given: Comment) -> Change:
    """Add words to a change."""
    return _tagged(response, comment_change(core.graph, change_id, given.text, caller.name, core.now()))


@router.post(
    "/changes/{change_id}/assessment",
    response_model=ChangeAnswer,
    responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
)
def assess(core: TheCore, caller: Editor, response: Response, change_id: str) -> Change:
    """Assess what a change reaches, over the graph as it is now, and keep that on it."""
    return _tagged(response, assess_change(core.graph, change_id, caller.name, core.now()))


@router.post("/changes/{change_id}/submission", response_model=ChangeAnswer, responses=EDITED)
def submit(core: TheCore, caller: Editor, response: Response, change_id: str, version: Version) -> Change:
    """Ask for approval: the change is assessed, and from then on stands as it is."""
    return _tagged(response, submit_change(core.graph, change_id, version, caller.name, core.now()))


@router.post("/changes/{change_id}/decision", response_model=ChangeAnswer, responses=EDITED)
def decide(
    core: TheCore, caller: ChangeManager, response: Response, change_id: str, version: Version, given: Decision
) -> Change:
    """Approve or reject a submitted change. Who asked for it does not decide on it."""
    decided = decide_change(
        core.graph, change_id, approve=given.approve, by=caller.name, now=core.now(), note=given.note,
        revision=version, is_admin=caller.role is Role.ADMIN, override=given.override,
    )  # fmt: skip
    return _tagged(response, decided)


@router.post("/changes/{change_id}/draft", response_model=ChangeAnswer, responses=EDITED)
def take_back(
    core: TheCore, caller: Editor, response: Response, change_id: str, version: Version, given: Words
) -> Change:
    """Take a submitted or rejected change back to draft."""
    return _moved(core, caller.name, response, change_id, "draft", version, given)


@router.post("/changes/{change_id}/start", response_model=ChangeAnswer, responses=EDITED)
def start(core: TheCore, caller: Editor, response: Response, change_id: str, version: Version, given: Words) -> Change:
    """Say that an approved change is being carried out."""
    return _moved(core, caller.name, response, change_id, "implementing", version, given)


@router.post("/changes/{change_id}/cancellation", response_model=ChangeAnswer, responses=EDITED)
def cancel(core: TheCore, caller: Editor, response: Response, change_id: str, version: Version, given: Words) -> Change:
    """Cancel a change that has not begun."""
    return _moved(core, caller.name, response, change_id, "cancelled", version, given)


@router.post("/changes/{change_id}/completion", response_model=ChangeAnswer, responses=EDITED)
def complete(
    core: TheCore, caller: Editor, response: Response, change_id: str, version: Version, given: Completion
) -> Change:
    """Say how an approved change went."""
    done = complete_change(
        core.graph, change_id, given.outcome, version, caller.name, core.now(), given.comment
    )  # fmt: skip
    return _tagged(response, done)


def _moved(
    core: TheCore, by: str, response: Response, change_id: str, state: State, version: int | None, given: Words
) -> Change:
    return _tagged(response, move_change(core.graph, change_id, state, version, by, core.now(), given.comment))


def _said(given: ChangeToDraft | ChangePatch, *, with_null: bool) -> ChangeSaid:
    found = said(given, with_null=with_null)
    if "cis" in found:
        found["cis"] = {one.ci: one.effect for one in given.cis}
    return cast(ChangeSaid, found)


def _tagged(response: Response, change: Change) -> Change:
    tag(response, change.revision)
    return change
