"""What happened around a CI, day by day."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import Response

from cmdb.errors import Invalid
from cmdb.usecases.show import show_ci
from cmdb.usecases.timeline import SPAN_MS, Around, timeline_of
from cmdb_api.auth import TheCore
from cmdb_api.paging import Cursors, PageCursor
from cmdb_api.web import formats
from cmdb_api.web.forms import REFUSALS, Refusal, entered_instant, whole_number
from cmdb_api.web.page import pages, render
from cmdb_api.web.visitor import ReadingVisitor

router = pages()
ROWS = 100
AROUNDS: dict[str, Around] = {"needs": "needs", "dependents": "dependents", "itself": "itself"}


@router.get("/cis/{ci_id}/timeline")
def timeline(
    request: Request,
    core: TheCore,
    _: ReadingVisitor,
    cursors: Cursors,
    ci_id: str,
    start: Annotated[str, Query(alias="from")] = "",
    to: str = "",
    around: str = "needs",
    depth: str = "",
    cursor: PageCursor = None,
) -> Response:
    """What happened to a CI and around it, newest first; instants as fields send them."""
    asked = {"from": start, "to": to, "around": around, "depth": depth}
    question = json.dumps(["pages timeline", ci_id, asked])
    after = cursors.read(cursor, question)
    now = after.as_of if after else core.now()
    values = {"ci": show_ci(core.graph, ci_id, core.now()), "asked": asked, "found": None, "refusal": None}
    try:
        if around not in AROUNDS:
            raise Invalid("what it needs, what depends on it, or the CI alone", "around")
        end = entered_instant(to, "to") or now
        found = timeline_of(
            core.graph, ci_id, entered_instant(start, "from") or end - SPAN_MS, end, now, around=AROUNDS[around],
            depth=whole_number(depth, "depth"), limit=ROWS + 1, after=(after.value, after.id) if after else None,
        )  # fmt: skip
    except REFUSALS as error:
        refusal = Refusal(error)
        return render(request, "timeline.html", values | {"refusal": refusal}, refusal.status)
    further = cursors.next(found.happened, ROWS, question, after, now, lambda one: (one.entry.at, one.entry.tie))
    days = [
        (day, list(several)) for day, several in groupby(found.happened[:ROWS], lambda one: formats.day(one.entry.at))
    ]
    more = {"found": found, "days": days, "further": urlencode(asked | {"cursor": further}) if further else None}
    return render(request, "timeline.html", values | more)
