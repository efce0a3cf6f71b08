"""Incidents: listed, opened, and worked on."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, cast
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import Response

from cmdb.analyse.answer import Effect
from cmdb.bootstrap import Core
from cmdb.errors import Invalid
from cmdb.practices.incident import HOLD_REASONS, LIFECYCLE, HoldReason, State
from cmdb.practices.priority import LEVELS, Level
from cmdb.usecases.incidents import (
    IncidentChanges,
    NewIncident,
    Wanted,
    assess_incident,
    change_incident,
    comment_incident,
    list_incidents,
    mark_ci,
    open_incident,
    read_incident,
)
from cmdb.usecases.recent_changes import recent_changes
from cmdb.usecases.ticket_drawing import draw_ticket
from cmdb_api.auth import TheCore
from cmdb_api.web.ci_rows import Row, labelled, listed, rows_of
from cmdb_api.web.drawing import picture_of
from cmdb_api.web.forms import REFUSALS, Fields, Form, Refusal, whole_number
from cmdb_api.web.page import go_to, pages, render
from cmdb_api.web.tickets import ROWS, number_of, states_of, team_options
from cmdb_api.web.visitor import ReadingVisitor, RespondingVisitor

router = pages()
EFFECTS = ("down", "degraded")
HOURS = 24
OVER = ("resolved", "closed", "cancelled")


@router.get("/incidents")
def incidents(
    request: Request,
    core: TheCore,
    _: ReadingVisitor,
    state: str = "open",
    q: Annotated[str, Query(max_length=300)] = "",
    ci: str = "",
    before: str = "",
) -> Response:
    """Incidents, newest first: the open ones, unless others are asked for."""
    wanted = Wanted(states=states_of(LIFECYCLE, state), text=q.strip() or None, ci=ci or None)
    found = list_incidents(core.graph, wanted, number_of(before), ROWS + 1)
    asked = {"state": state, "q": q, "ci": ci}
    further = urlencode(asked | {"before": found[ROWS - 1].id}) if len(found) > ROWS else None
    values = asked | {"incidents": found[:ROWS], "lifecycle": LIFECYCLE, "further": further}
    return render(request, "incidents.html", values)


@router.get("/incidents/new")
def new(
    request: Request, core: TheCore, _: RespondingVisitor, ci: Annotated[list[str] | None, Query()] = None
) -> Response:
    """The form for a new incident; `ci` fills in what failed."""
    return _form(request, core, {}, [Row(one, "down") for one in ci or ()], None)


@router.post("/incidents")
def open_one(request: Request, core: TheCore, visitor: RespondingVisitor, form: Form) -> Response:
    """Open an incident."""
    rows = rows_of(form)
    try:
        said = _said(form, rows)
        opened = open_incident(core.graph, said, visitor.name, core.now())
    except REFUSALS as error:
        return _form(request, core, form, rows, Refusal(error))
    return go_to(f"/incidents/{opened.id}")


@router.get("/incidents/{incident_id}")
def incident(request: Request, core: TheCore, _: ReadingVisitor, incident_id: str, hours: str = str(HOURS)) -> Response:
    """The page of an incident; `hours`: how far back to look for what changed."""
    return _page(request, core, incident_id, hours=whole_number(hours, "hours") or HOURS)


@router.post("/incidents/{incident_id}")
def change(request: Request, core: TheCore, visitor: RespondingVisitor, form: Form, incident_id: str) -> Response:
    """Move an incident to another state, or change what stands on it."""
    try:
        revision = form.number("revision")
        change_incident(core.graph, incident_id, _changes(form), revision, visitor.name, core.now())
    except REFUSALS as error:
        return _page(request, core, incident_id, Refusal(error), form)
    return go_to(f"/incidents/{incident_id}")


@router.post("/incidents/{incident_id}/comments")
def comment(request: Request, core: TheCore, visitor: RespondingVisitor, form: Form, incident_id: str) -> Response:
    """Add words."""
    try:
        comment_incident(core.graph, incident_id, form["text"], visitor.name, core.now())
    except REFUSALS as error:
        return _page(request, core, incident_id, Refusal(error), form)
    return go_to(f"/incidents/{incident_id}#story")


@router.post("/incidents/{incident_id}/assessments")
def assess(request: Request, core: TheCore, visitor: RespondingVisitor, _: Form, incident_id: str) -> Response:
    """Assess anew what the incident affects."""
    try:
        assess_incident(core.graph, incident_id, visitor.name, core.now())
    except REFUSALS as error:
        return _page(request, core, incident_id, Refusal(error))
    return go_to(f"/incidents/{incident_id}")


@router.post("/incidents/{incident_id}/cis")
def mark(request: Request, core: TheCore, visitor: RespondingVisitor, form: Form, incident_id: str) -> Response:
    """Say that a CI failed too, or that it is not affected."""
    effects: dict[str, Effect | None] = {"down": "down", "degraded": "degraded", "none": None}
    try:
        if form["effect"] not in effects:
            raise Invalid("say what became of it", "effect")
        mark_ci(core.graph, incident_id, form["ci"], effects[form["effect"]], visitor.name, core.now())
    except REFUSALS as error:
        return _page(request, core, incident_id, Refusal(error), form)
    return go_to(f"/incidents/{incident_id}")


def _form(request: Request, core: Core, given: Mapping[str, str], rows: list[Row], refusal: Refusal | None) -> Response:
    values = {
        "given": given,
        "rows": labelled(core, rows),
        "effects": EFFECTS,
        "levels": LEVELS,
        "teams": team_options(core),
        "refusal": refusal,
    }
    return render(request, "incident_form.html", values, refusal.status if refusal else HTTPStatus.OK)


def _page(
    request: Request,
    core: Core,
    incident_id: str,
    refusal: Refusal | None = None,
    given: Mapping[str, str] | None = None,
    hours: int = HOURS,
) -> Response:
    found = read_incident(core.graph, incident_id)
    values: dict[str, object] = {
        "incident": found,
        "recent": recent_changes(core.graph, incident_id, hours, core.now()),
        "hours": hours,
        "hold_reasons": HOLD_REASONS,
        "levels": LEVELS,
        "teams": team_options(core),
        "refusal": refusal,
        "given": given or {},
        "marked": listed(filter(None, [(given or {}).get("ci", "")]), ()),
    }
    drawing = draw_ticket(core.graph, found, core.now()) if found.state not in OVER else None
    values["picture"] = picture_of(drawing) if drawing else None
    return render(request, "incident.html", values, refusal.status if refusal else HTTPStatus.OK)


def _said(form: Fields, rows: list[Row]) -> NewIncident:
    said: NewIncident = {
        "cis": {row.text: "degraded" if row.effect == "degraded" else "down" for row in rows},
        "title": form["title"],
        "description": form["description"],
        "team": form["team"],
        "urgency": cast("Level", form["urgency"] or "medium"),
    }
    if form["impact"]:
        said["impact"] = cast("Level", form["impact"])
    if (started_at := form.instant("started_at")) is not None:
        said["started_at"] = started_at
    return said


def _changes(form: Fields) -> IncidentChanges:
    """What a form of the incident's page says; the use case refuses words that are none of its own."""
    changes: IncidentChanges = {}
    if form["state"]:
        changes["state"] = cast("State", form["state"])
    if form["hold_reason"]:
        changes["hold_reason"] = cast("HoldReason", form["hold_reason"])
    if "resolution" in form:
        changes["resolution"] = form["resolution"]
    if "comment" in form:
        changes["comment"] = form["comment"]
    if "title" in form:
        changes["title"] = form["title"]
    if "description" in form:
        changes["description"] = form["description"]
    if "team" in form:
        changes["team"] = form["team"]
    if form["urgency"]:
        changes["urgency"] = cast("Level", form["urgency"])
    if form["impact"]:
        changes["impact"] = cast("Level", form["impact"])
    return changes
