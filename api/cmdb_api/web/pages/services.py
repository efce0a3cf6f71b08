"""Business services: listed, declared by naming where they enter, changed and ended."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Annotated, cast
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import Response

from cmdb.bootstrap import Core
from cmdb.errors import CMDBError
from cmdb.practices.priority import CRITICALITIES, Criticality
from cmdb.usecases.services import (
    BusinessService,
    ServiceChanges,
    change_service,
    declare_service,
    list_services,
    read_service,
    retire_service,
)
from cmdb_api.auth import TheCore
from cmdb_api.web.ci_rows import Row, labelled, listed
from cmdb_api.web.forms import REFUSALS, Fields, Form, Refusal
from cmdb_api.web.page import go_to, pages, render
from cmdb_api.web.tickets import team_options
from cmdb_api.web.visitor import EditingVisitor, ReadingVisitor

router = pages()
ROWS = 50


@router.get("/services")
def services(
    request: Request,
    core: TheCore,
    _: ReadingVisitor,
    q: Annotated[str, Query(max_length=200)] = "",
    after_name: str = "",
    after_id: str = "",
) -> Response:
    """Current services by name."""
    after = (after_name, after_id) if after_id else None
    found = list_services(core.graph, name=q.strip() or None, after=after, limit=ROWS + 1)
    last = found[ROWS - 1] if len(found) > ROWS else None
    further = urlencode({"q": q, "after_name": last.name, "after_id": last.id}) if last else None
    return render(request, "services.html", {"services": found[:ROWS], "q": q, "further": further})


@router.get("/services/new")
def new(
    request: Request, core: TheCore, _: EditingVisitor, ci: Annotated[list[str] | None, Query()] = None
) -> Response:
    """The form for a new service; `ci` fills in entry points."""
    return _form(request, core, {}, listed(ci or (), ()), (), (), None)


@router.post("/services")
def declare(request: Request, core: TheCore, visitor: EditingVisitor, form: Form) -> Response:
    """Declare a service."""
    said = _said(form)
    try:
        declared = declare_service(core.graph, said, visitor.name, core.now())
    except REFUSALS as error:
        return _refused(request, core, form, error)
    return go_to(f"/services/{declared.id}")


@router.get("/services/{service_id}")
def service(request: Request, core: TheCore, _: ReadingVisitor, service_id: str) -> Response:
    """The page of a service."""
    return render(request, "service.html", {"service": read_service(core.graph, service_id)})


@router.get("/services/{service_id}/edit")
def edit(request: Request, core: TheCore, _: EditingVisitor, service_id: str) -> Response:
    """The form of a service."""
    found = read_service(core.graph, service_id)
    given = {
        "name": found.name,
        "description": found.description or "",
        "criticality": found.criticality or "",
    }
    rows = listed((one.id for one in found.entry_points), ())
    owners, support = ({one.id for one in teams} for teams in (found.owners, found.support))
    return _form(request, core, given, rows, owners, support, None, found)


@router.post("/services/{service_id}")
def save(request: Request, core: TheCore, visitor: EditingVisitor, form: Form, service_id: str) -> Response:
    """Change a service."""
    try:
        change_service(core.graph, service_id, _said(form), form.number("revision"), visitor.name, core.now())
    except REFUSALS as error:
        return _refused(request, core, form, error, read_service(core.graph, service_id))
    return go_to(f"/services/{service_id}")


@router.post("/services/{service_id}/end")
def end(request: Request, core: TheCore, visitor: EditingVisitor, form: Form, service_id: str) -> Response:
    """End a service."""
    retire_service(core.graph, service_id, form.number("revision"), visitor.name, core.now())
    return go_to("/services")


def _refused(
    request: Request, core: Core, form: Fields, error: CMDBError, service: BusinessService | None = None
) -> Response:
    rows, refusal = listed(form.all("entry_point"), form.all("drop")), Refusal(error, "name")
    return _form(request, core, form, rows, form.all("owners"), form.all("support"), refusal, service)


def _form(
    request: Request,
    core: Core,
    given: Mapping[str, str],
    rows: list[Row],
    owners: Collection[str],
    support: Collection[str],
    refusal: Refusal | None,
    service: BusinessService | None = None,
) -> Response:
    values = {
        "given": given,
        "rows": labelled(core, rows),
        "owners": owners,
        "support": support,
        "service": service,
        "criticalities": CRITICALITIES,
        "teams": team_options(core),
        "refusal": refusal,
    }
    return render(request, "service_form.html", values, refusal.status if refusal else HTTPStatus.OK)


def _said(form: Fields) -> ServiceChanges:
    return {
        "name": form["name"],
        "description": form["description"],
        "criticality": cast("Criticality", form["criticality"]) if form["criticality"] else None,
        "entry_points": [row.text for row in listed(form.all("entry_point"), form.all("drop"))],
        "owners": form.all("owners"),
        "support": form.all("support"),
    }
