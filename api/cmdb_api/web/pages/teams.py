"""Teams: listed, made, changed, and given responsibility."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response

from cmdb.bootstrap import Core
from cmdb.usecases.relations import relations
from cmdb.usecases.teams import Team, change_team, create_team, list_teams, read_team
from cmdb_api.auth import TheCore
from cmdb_api.web.forms import REFUSALS, Form, Refusal
from cmdb_api.web.page import go_to, pages, render
from cmdb_api.web.visitor import EditingVisitor, ReadingVisitor

router = pages()
ROWS = 50
SHOWN = 100


@router.get("/teams")
def teams(request: Request, core: TheCore, _: ReadingVisitor, after_name: str = "", after_id: str = "") -> Response:
    """Current teams by name."""
    after = (after_name, after_id) if after_id else None
    found = list_teams(core.graph, after=after, limit=ROWS + 1)
    last = found[ROWS - 1] if len(found) > ROWS else None
    further = urlencode({"after_name": last.name, "after_id": last.id}) if last else None
    return render(request, "teams.html", {"teams": found[:ROWS], "further": further})


@router.get("/teams/new")
def new(request: Request, _: EditingVisitor) -> Response:
    """The form for a new team."""
    return _form(request, {}, None)


@router.post("/teams")
def create(request: Request, core: TheCore, visitor: EditingVisitor, form: Form) -> Response:
    """Make a team."""
    try:
        made = create_team(
            core.graph, form["name"], visitor.name, core.now(), contact=form["contact"], members=form["members"]
        )  # fmt: skip
    except REFUSALS as error:
        return _form(request, form, Refusal(error, "name"))
    return go_to(f"/teams/{made.id}")


@router.get("/teams/{team_id}")
def team(request: Request, core: TheCore, _: ReadingVisitor, team_id: str) -> Response:
    """The page of a team."""
    found = read_team(core.graph, team_id)
    owns, supports = (_of(core, team_id, verb) for verb in ("OWNED_BY", "SUPPORTED_BY"))
    return render(request, "team.html", {"team": found, "owns": owns, "supports": supports})


@router.get("/teams/{team_id}/edit")
def edit(request: Request, core: TheCore, _: EditingVisitor, team_id: str) -> Response:
    """The form of a team."""
    found = read_team(core.graph, team_id)
    given = {"name": found.name, "contact": found.contact or "", "members": found.members or ""}
    return _form(request, given, None, found)


@router.post("/teams/{team_id}")
def save(request: Request, core: TheCore, visitor: EditingVisitor, form: Form, team_id: str) -> Response:
    """Change a team."""
    try:
        change_team(
            core.graph, team_id, {"name": form["name"], "contact": form["contact"], "members": form["members"]},
            form.number("revision"), visitor.name, core.now(),
        )  # fmt: skip
    except REFUSALS as error:
        return _form(request, form, Refusal(error, "name"), read_team(core.graph, team_id))
    return go_to(f"/teams/{team_id}")


def _of(core: Core, team_id: str, verb: str) -> object:
    return relations(core.graph, team_id, limit=SHOWN, direction="in", verb=verb)


def _form(request: Request, given: Mapping[str, str], refusal: Refusal | None, team: Team | None = None) -> Response:
    values = {"given": given, "team": team, "refusal": refusal}
    return render(request, "team_form.html", values, refusal.status if refusal else HTTPStatus.OK)
