"""CIs: found by type and words, and one with all that is known of it."""

from __future__ import annotations

import json
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import Response

from cmdb.analyse.picture import spoken
from cmdb.errors import Invalid
from cmdb.model.types import BY_LABEL, CI_TYPES
from cmdb.usecases.as_of import checked_instant
from cmdb.usecases.inventory import Wanted, find_cis
from cmdb_api.auth import TheCore
from cmdb_api.paging import Cursors, PageCursor
from cmdb_api.web.forms import Refusal, entered_instant
from cmdb_api.web.page import pages, render
from cmdb_api.web.visitor import ReadingVisitor

router = pages()
ROWS = 50


@router.get("/cis")
def search(
    request: Request,
    core: TheCore,
    _: ReadingVisitor,
    cursors: Cursors,
    ci_type: Annotated[str, Query(alias="type")] = "",
    state: str = "current",
    q: Annotated[str, Query(max_length=500)] = "",
    as_of: str = "",
    cursor: PageCursor = None,
) -> Response:
    """CIs of a type by title, or what matches words best; with `as_of`, as a field sends it, those of that instant."""
    question = json.dumps(["pages cis", ci_type, state, q, as_of])
    after = cursors.read(cursor, question)
    asked_at = after.as_of if after else core.now()
    asked = {"type": ci_type, "state": state, "q": q, "as_of": as_of}
    kinds = [(one.label, spoken(one.label)) for one in CI_TYPES]
    values: dict[str, object] = {**asked, "kinds": kinds, "is_first": after is None, "cis": [], "columns": []}
    try:
        then = entered_instant(as_of, "as_of")
        at = None if then is None else checked_instant(core.graph, then, core.now())
    except Invalid as error:
        refusal = Refusal(error)
        more = {"at": None, "refusal": refusal, "further": None}
        return render(request, "cis.html", values | more, refusal.status)
    wanted = Wanted(ci_type or None, state, q.strip() or None, at=at)
    found = find_cis(core.graph, wanted, ROWS + 1, asked_at, (after.value, after.id) if after else None)
    further = cursors.next(found, ROWS, question, after, asked_at, lambda one: (one.position, one.ci.id))
    columns = [one for one in BY_LABEL[ci_type].attributes if one.column] if ci_type and at is None else []
    present = urlencode({name: value for name, value in asked.items() if name != "as_of"})
    more = {
        "cis": [one.ci for one in found[:ROWS]], "columns": columns, "at": at, "past": as_of, "refusal": None,
        "present": f"/cis?{present}", "further": urlencode(asked | {"cursor": further}) if further else None,
    }  # fmt: skip
    return render(request, "cis.html", values | more)
