"""Changes: listed, drafted, assessed, submitted, decided and done."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, cast
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import Response

from cmdb.bootstrap import Core
from cmdb.errors import Invalid
from cmdb.practices.change import EFFECTS, LIFECYCLE, OUTCOMES, Effect, Outcome, State
from cmdb.usecases.change_steps import assess_change, complete_change, decide_change, move_change, submit_change
from cmdb.usecases.change_ticket import Change
from cmdb.usecases.changes import (
    ChangeSaid,
    Wanted,
    comment_change,
    draft_change,
    edit_change,
    list_changes,
    read_change,
)
from cmdb.usecases.ticket_drawing import draw_ticket
from cmdb_api.auth import TheCore
from cmdb_api.web import formats
from cmdb_api.web.ci_rows import Row, labelled, rows_of
from cmdb_api.web.drawing import picture_of
from cmdb_api.web.forms import REFUSALS, Fields, Form, Refusal
from cmdb_api.web.page import go_to, pages, render
from cmdb_api.web.tickets import ROWS, number_of, states_of, team_options
from cmdb_api.web.visitor import EditingVisitor, ManagingVisitor, ReadingVisitor, Visitor

router = pages()
OVER = ("completed", "cancelled")


@router.get("/changes")
def changes(
    request: Request,
    core: TheCore,
    _: ReadingVisitor,
    state: str = "open",
    q: Annotated[str, Query(max_length=300)] = "",
    ci: str = "",
    before: str = "",
) -> Response:
    """Changes, newest first: the open ones, unless others are asked for."""
    wanted = Wanted(states=states_of(LIFECYCLE, state), text=q.strip() or None, ci=ci or None)
    found = list_changes(core.graph, wanted, number_of(before), ROWS + 1)
    asked = {"state": state, "q": q, "ci": ci}
    further = urlencode(asked | {"before": found[ROWS - 1].id}) if len(found) > ROWS else None
    values = asked | {"changes": found[:ROWS], "lifecycle": LIFECYCLE, "further": further}
    return render(request, "changes.html", values)


@router.get("/changes/new")
def new(
    request: Request, core: TheCore, visitor: EditingVisitor, ci: Annotated[list[str] | None, Query()] = None
) -> Response:
    """The form for a new change; `ci` fills in what it touches."""
    return _form(request, core, {"requester": visitor.name}, [Row(one, "down") for one in ci or ()], None)


@router.post("/changes")
def draft(request: Request, core: TheCore, visitor: EditingVisitor, form: Form) -> Response:
    """Draft a change, and assess what it reaches."""
    rows = rows_of(form)
    try:
        drafted = draft_change(core.graph, _said(form, rows), visitor.name, core.now())
        if drafted.cis:
            assess_change(core.graph, drafted.id, visitor.name, core.now())
    except REFUSALS as error:
        return _form(request, core, form, rows, Refusal(error))
    return go_to(f"/changes/{drafted.id}")


@router.get("/changes/{change_id}")
def change(request: Request, core: TheCore, visitor: ReadingVisitor, change_id: str) -> Response:
    """The page of a change."""
    return _page(request, core, visitor, change_id)


@router.get("/changes/{change_id}/edit")
def edit(request: Request, core: TheCore, _: EditingVisitor, change_id: str) -> Response:
    """The form of a draft."""
    found = read_change(core.graph, change_id)
    given = {name: getattr(found, name) or "" for name in ("title", "description", "test_plan", "backout_plan")}
    given |= {"requester": found.requester, "team": found.team_id or ""}
    for name in ("planned_start_at", "planned_end_at"):
        at: int | None = getattr(found, name)
        given[name] = "" if at is None else formats.field_instant(at)
    rows = [Row(one.ci_id, one.effect or "unknown") for one in found.cis]
    return _form(request, core, given, rows, None, found)


@router.post("/changes/{change_id}")
def save(request: Request, core: TheCore, visitor: EditingVisitor, form: Form, change_id: str) -> Response:
    """Alter a draft, and assess it anew."""
    rows = rows_of(form)
    try:
        said, revision = _said(form, rows), form.number("revision")
        saved = edit_change(core.graph, change_id, said, revision, visitor.name, core.now())
        if saved.cis:
            assess_change(core.graph, change_id, visitor.name, core.now())
    except REFUSALS as error:
        return _form(request, core, form, rows, Refusal(error), read_change(core.graph, change_id))
    return go_to(f"/changes/{change_id}")


@router.post("/changes/{change_id}/comments")
def comment(request: Request, core: TheCore, visitor: EditingVisitor, form: Form, change_id: str) -> Response:
    """Add words."""
    try:
        comment_change(core.graph, change_id, form["text"], visitor.name, core.now())
    except REFUSALS as error:
        return _page(request, core, visitor, change_id, Refusal(error), form)
    return go_to(f"/changes/{change_id}#story")


@router.post("/changes/{change_id}/decisions")
def decide(request: Request, core: TheCore, visitor: ManagingVisitor, form: Form, change_id: str) -> Response:
    """Approve or reject a change."""
    try:
        if form["step"] not in ("approved", "rejected"):
            raise Invalid("approve or reject it")
        decide_change(
            core.graph,
            change_id,
            approve=form["step"] == "approved",
            by=visitor.name,
            now=core.now(),
            note=form["note"],
            revision=form.number("revision"),
            is_admin=visitor.is_admin,
            override=form["override"] or None,
        )
    except REFUSALS as error:
        return _page(request, core, visitor, change_id, Refusal(error), form)
    return go_to(f"/changes/{change_id}")


@router.post("/changes/{change_id}/steps")
def step(request: Request, core: TheCore, visitor: EditingVisitor, form: Form, change_id: str) -> Response:
    """Any other step of a change, by the name of the state it leads to; `assessed` leads to none."""
    graph, by, now, words = core.graph, visitor.name, core.now(), form["comment"]
    try:
        revision = form.number("revision")
        match form["step"]:
            case "assessed":
                assess_change(graph, change_id, by, now)
            case "submitted":
                submit_change(graph, change_id, revision, by, now)
            case "completed":
                complete_change(graph, change_id, cast("Outcome", form["outcome"]), revision, by, now, words)
            case state:
                move_change(graph, change_id, cast("State", state), revision, by, now, words)
    except REFUSALS as error:
        return _page(request, core, visitor, change_id, Refusal(error), form)
    return go_to(f"/changes/{change_id}")


def _form(
    request: Request,
    core: Core,
    given: Mapping[str, str],
    rows: list[Row],
    refusal: Refusal | None,
    change: Change | None = None,
) -> Response:
    values = {
        "given": given,
        "rows": labelled(core, rows),
        "effects": EFFECTS,
        "teams": team_options(core),
        "change": change,
        "refusal": refusal,
    }
    return render(request, "change_form.html", values, refusal.status if refusal else HTTPStatus.OK)


def _page(
    request: Request,
    core: Core,
    visitor: Visitor,
    change_id: str,
    refusal: Refusal | None = None,
    given: Mapping[str, str] | None = None,
) -> Response:
    found = read_change(core.graph, change_id)
    drawing = draw_ticket(core.graph, found, core.now()) if found.state not in OVER else None
    values = {
        "change": found,
        "is_own": visitor.name in (found.requester, found.created_by, found.submitted_by),
        "picture": picture_of(drawing) if drawing else None,
        "outcomes": OUTCOMES,
        "refusal": refusal,
        "given": given or {},
    }
    return render(request, "change.html", values, refusal.status if refusal else HTTPStatus.OK)


def _said(form: Fields, rows: list[Row]) -> ChangeSaid:
    if unknown := [row.text for row in rows if row.effect not in EFFECTS]:
        raise Invalid(f"say what becomes of {unknown[0]}", "cis")
    return {
        "title": form["title"],
        "description": form["description"],
        "cis": {row.text: cast("Effect", row.effect) for row in rows},
        "planned_start_at": form.instant("planned_start_at"),
        "planned_end_at": form.instant("planned_end_at"),
        "test_plan": form["test_plan"],
        "backout_plan": form["backout_plan"],
        "requester": form["requester"],
        "team": form["team"],
    }
