"""What fails when CIs fail, and what they need: drawn, listed, and explained."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import Response

from cmdb.analyse.answer import Effect
from cmdb.errors import Invalid
from cmdb.usecases.impact import draw, needed_by
from cmdb_api.auth import TheCore
from cmdb_api.web.ci_rows import labelled, listed
from cmdb_api.web.drawing import picture_of
from cmdb_api.web.forms import REFUSALS, Refusal, entered_instant, whole_number
from cmdb_api.web.page import pages, render
from cmdb_api.web.visitor import ReadingVisitor

router = pages()
EFFECTS: dict[str, Effect] = {"down": "down", "degraded": "degraded"}


@router.get("/impact")
def impact(
    request: Request,
    core: TheCore,
    _: ReadingVisitor,
    ci: Annotated[list[str] | None, Query()] = None,
    drop: Annotated[list[str] | None, Query()] = None,
    effect: str = "down",
    direction: str = "dependents",
    depth: str = "",
    as_of: str = "",
) -> Response:
    """The answer for these CIs, named as people name them, at an instant in UTC or now; without any, the form."""
    rows = listed((name.strip() for name in ci or () if name.strip()), drop or ())
    names = [row.text for row in rows]
    asked = {
        "cis": labelled(core, rows), "effect": effect, "direction": direction, "depth": depth, "as_of": as_of,
        "refusal": None,
        "present": "/impact?" + urlencode(
            {"ci": names, "effect": effect, "direction": direction, "depth": depth}, doseq=True
        ),
    }  # fmt: skip
    try:
        if effect not in EFFECTS:
            raise Invalid("the effect is down or degraded", "effect")
        hops, then = whole_number(depth, "depth"), entered_instant(as_of, "as_of")
        if not names:
            return render(request, "impact.html", {**asked, "answer": None})
        if direction == "needs":
            needs = needed_by(core.graph, names, core.now(), hops, then)
            return render(request, "needs.html", {**asked, "needs": needs, "past": as_of})
        answer, drawing = draw(
            core.graph, dict.fromkeys(names, EFFECTS[effect]), core.now(), depth=hops, as_of=then
        )  # fmt: skip
    except REFUSALS as error:
        refusal = Refusal(error)
        return render(request, "impact.html", {**asked, "refusal": refusal, "answer": None}, refusal.status)
    return render(request, "impact.html", {**asked, "answer": answer, "picture": picture_of(drawing), "past": as_of})
