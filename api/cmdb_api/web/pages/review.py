"""What evidence cannot decide: both sides of each question, what a decision would do, and what was decided."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import Response

from cmdb.bootstrap import Core
from cmdb.errors import Invalid
from cmdb.usecases.decisions import (
    Said,
    list_decisions,
    make_decision,
    preview_decision,
    preview_undo,
    read_decision,
    undo_decision,
)
from cmdb.usecases.resolve import resolve_all
from cmdb.usecases.review import KINDS, Kind, list_reviews
from cmdb_api.auth import TheCore
from cmdb_api.web.forms import REFUSALS, Fields, Form, Refusal
from cmdb_api.web.page import go_to, pages, render
from cmdb_api.web.visitor import ManagingVisitor, ReadingVisitor

router = pages()
ROWS = 20
DECIDED_SHOWN = 20


@router.get("/review")
def queue(
    request: Request,
    core: TheCore,
    _: ReadingVisitor,
    kind: Annotated[Kind | Literal[""], Query()] = "",
    after: str = "",
) -> Response:
    """The queue, and what was decided lately."""
    return _queue(request, core, kind, after)


@router.post("/review/preview")
def preview(request: Request, core: TheCore, _: ManagingVisitor, form: Form) -> Response:
    """What a decision would change, with the form that makes it."""
    return _preview(request, core, form)


@router.post("/review/decisions")
def decide(request: Request, core: TheCore, visitor: ManagingVisitor, form: Form) -> Response:
    """Make a decision."""
    try:
        made = make_decision(core.graph, _said(core, form), visitor.name, core.now())
    except REFUSALS as error:
        return _preview(request, core, form, Refusal(error))
    return go_to(f"/review/decisions/{made.decision.id}")


@router.get("/review/decisions/{decision_id}")
def decision(request: Request, core: TheCore, _: ReadingVisitor, decision_id: str) -> Response:
    """One decision, and what undoing it would change."""
    found = read_decision(core.graph, decision_id)
    effect = None if found.undone_at is not None else preview_undo(core.graph, decision_id)
    return render(request, "review_decision.html", {"decision": found, "effect": effect})


@router.post("/review/decisions/{decision_id}/undo")
def undo(core: TheCore, visitor: ManagingVisitor, _: Form, decision_id: str) -> Response:
    """Take a decision back."""
    undo_decision(core.graph, decision_id, visitor.name, core.now())
    return go_to(f"/review/decisions/{decision_id}")


def _queue(request: Request, core: Core, kind: Kind | Literal[""], after: str) -> Response:
    found = list_reviews(core.graph, (kind,) if kind else (), ROWS + 1, after)
    further = urlencode({"kind": kind, "after": found[ROWS - 1].key}) if len(found) > ROWS else None
    values = {
        "reviews": found[:ROWS],
        "kind": kind,
        "kinds": KINDS,
        "further": further,
        "decided": list_decisions(core.graph, limit=DECIDED_SHOWN),
    }
    return render(request, "review.html", values)


def _preview(request: Request, core: Core, form: Fields, refusal: Refusal | None = None) -> Response:
    effect = None
    said = Said("join")
    try:
        said = _said(core, form)
        effect = preview_decision(core.graph, said)
    except REFUSALS as error:
        refusal = refusal or Refusal(error, "cis")
    values = {"said": said, "given": form, "effect": effect, "refusal": refusal}
    return render(request, "review_preview.html", values, refusal.status if refusal else HTTPStatus.OK)


def _said(core: Core, form: Fields) -> Said:
    """What the form says: sightings by key, or CIs by any name."""
    names = form.all("ci")
    cis = tuple(one.id for one in resolve_all(core.graph, names, "cis").values()) if names else ()
    match form["kind"]:
        case "join" | "separate" as kind:
            return Said(kind, tuple(form.all("sighting")), tuple(form.all("apart")), cis, form["reason"])
        case _:
            raise Invalid("a decision joins or separates", "kind")
