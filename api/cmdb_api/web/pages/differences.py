"""What differs between two instants: in the estate, in a CI and all that it needs; and the instants with a name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import Response

from cmdb.analyse.picture import spoken
from cmdb.bootstrap import Core
from cmdb.errors import Invalid
from cmdb.model.types import CI_TYPES
from cmdb.usecases.baselines import create_baseline, delete_baseline, list_baselines
from cmdb.usecases.differences import Kind, estate_difference
from cmdb.usecases.impact_difference import impact_difference
from cmdb.usecases.needs_difference import needs_difference
from cmdb.usecases.show import show_ci
from cmdb_api.auth import TheCore
from cmdb_api.paging import CursorCodec, Cursors, PageCursor
from cmdb_api.web import formats
from cmdb_api.web.ci_rows import Row, labelled
from cmdb_api.web.forms import REFUSALS, Form, Refusal, entered_instant
from cmdb_api.web.page import go_to, pages, render
from cmdb_api.web.visitor import EditingVisitor, ReadingVisitor

router = pages()
ROWS = 100
SPAN_MS = 24 * 60 * 60 * 1000
"""How far back one looks where nobody says."""
KINDS: dict[str, tuple[Kind, str]] = {
    "appeared": ("appeared", "appeared"), "retired": ("retired", "ended"), "changed": ("changed", "changed"),
}  # fmt: skip
From = Annotated[str, Query(alias="from")]
_NOTHING_GIVEN = {"name": "", "at": ""}


@router.get("/differences")
def differences(
    request: Request,
    core: TheCore,
    _: ReadingVisitor,
    cursors: Cursors,
    start: From = "",
    to: str = "",
    kind: str = "changed",
    ci_type: Annotated[str, Query(alias="type")] = "",
    cursor: PageCursor = None,
) -> Response:
    """What differs in the estate; instants as fields send them."""
    asked = {"from": start, "to": to, "kind": kind, "type": ci_type}
    try:
        return render(request, "differences.html", _beside(core) | _found(core, cursors, asked, cursor))
    except REFUSALS as error:
        refusal = Refusal(error)
        values = _beside(core) | {"asked": asked, "found": None, "refusal": refusal}
        return render(request, "differences.html", values, refusal.status)


@router.get("/cis/{ci_id}/compare")
def compare(
    request: Request,
    core: TheCore,
    _: ReadingVisitor,
    ci_id: str,
    start: From = "",
    to: str = "",
    around: str = "needs",
) -> Response:
    """What differs in a CI and all that it needs, or in what its failure reaches; instants as fields send them."""
    now = core.now()
    values: dict[str, object] = {
        "ci": show_ci(core.graph, ci_id, now), "found": None, "reach": None, "refusal": None, "shown": ROWS,
    }  # fmt: skip
    asked = {"from": start, "to": to, "around": around}
    try:
        first, last = _span(start, to, now)
        asked["from"] = start or formats.field_instant(first)
        match around:
            case "needs":
                values["found"] = needs_difference(core.graph, ci_id, first, last, now)
            case "dependents":
                values["reach"] = impact_difference(core.graph, {ci_id: "down"}, first, last, now)
            case _:
                raise Invalid("what it needs, or what depends on it", "around")
    except REFUSALS as error:
        refusal = Refusal(error)
        return render(request, "compare.html", values | {"asked": asked, "refusal": refusal}, refusal.status)
    return render(request, "compare.html", values | {"asked": asked})


@router.post("/baselines")
def name_instant(request: Request, core: TheCore, visitor: EditingVisitor, cursors: Cursors, form: Form) -> Response:
    """Give an instant a name."""
    of = next(iter(form.all("ci")), None)
    try:
        create_baseline(core.graph, form["name"], form.instant("at"), of, visitor.name, core.now())
    except REFUSALS as error:
        refusal = Refusal(error, "name")
        given = {"name": form["name"], "at": form["at"]}
        asked = {"from": "", "to": "", "kind": "changed", "type": ""}
        values = _beside(core, given, labelled(core, [Row(of, "")] if of else ()), refusal)
        return render(request, "differences.html", values | _found(core, cursors, asked, None), refusal.status)
    return go_to("/differences#baselines")


@router.post("/baselines/{baseline_id}/delete")
def forget(core: TheCore, _visitor: EditingVisitor, _form: Form, baseline_id: str) -> Response:
    """Forget a name."""
    delete_baseline(core.graph, baseline_id)
    return go_to("/differences#baselines")


def _found(core: Core, cursors: CursorCodec, asked: Mapping[str, str], cursor: str | None) -> dict[str, object]:
    question = json.dumps(["pages differences", dict(asked)])
    after = cursors.read(cursor, question)
    now = after.as_of if after else core.now()
    if asked["kind"] not in KINDS:
        raise Invalid("what appeared, ended or changed", "kind")
    start, end = _span(asked["from"], asked["to"], now)
    found = estate_difference(
        core.graph, KINDS[asked["kind"]][0], start, end, now, ci_type=asked["type"] or None, limit=ROWS + 1,
        after=(after.value, after.id) if after else None,
    )  # fmt: skip
    further = cursors.next(found.cis, ROWS, question, after, now, lambda one: (one.at, one.id))
    return {
        "asked": {**asked, "from": asked["from"] or formats.field_instant(start)},
        "found": found, "cis": found.cis[:ROWS], "start": start, "end": end, "refusal": None,
        "of_kind": {kind: urlencode({**asked, "kind": kind}) for kind in KINDS},
        "span": urlencode({"from": formats.entered(start), "to": formats.entered(end)}),
        "further": urlencode({**asked, "cursor": further}) if further else None,
    }  # fmt: skip


def _beside(
    core: Core,
    given: Mapping[str, str] = _NOTHING_GIVEN,
    of: list[Row] | None = None,
    refusal: Refusal | None = None,
) -> dict[str, object]:
    """What the page holds whatever is compared: choices, and the instants with a name."""
    named = list_baselines(core.graph, ROWS + 1)
    return {
        "kinds": [(kind, text) for kind, (_, text) in KINDS.items()],
        "types_of_cis": [(one.label, spoken(one.label)) for one in CI_TYPES],
        "baselines": named[:ROWS], "baselines_are_cut": len(named) > ROWS,
        "given": given, "of": of or [], "named_refusal": refusal,
    }  # fmt: skip


def _span(start: str, to: str, now: int) -> tuple[int, int]:
    """The two instants that were entered: until now, and from a day before that, where nothing was."""
    end = entered_instant(to, "to")
    last = now if end is None else end
    first = entered_instant(start, "from")
    return last - SPAN_MS if first is None else first, last
