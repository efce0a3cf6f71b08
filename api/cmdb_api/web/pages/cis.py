"""CIs: found by type and words, and one with all that is known of it."""

from __future__ import annotations

import json
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import Response

from cmdb.analyse.picture import spoken
from cmdb.model.types import BY_LABEL, CI_TYPES
from cmdb.usecases.inventory import Wanted, find_cis
from cmdb_api.auth import TheCore
from cmdb_api.paging import Cursors, PageCursor
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
    cursor: PageCursor = None,
) -> Response:
    """CIs of a type by title, or what matches words best."""
    question = json.dumps(["pages cis", ci_type, state, q])
    after = cursors.read(cursor, question)
    as_of = after.as_of if after else core.now()
    wanted = Wanted(ci_type or None, state, q.strip() or None)
    found = find_cis(core.graph, wanted, ROWS + 1, as_of, (after.value, after.id) if after else None)
    further = cursors.next(found, ROWS, question, after, as_of, lambda one: (one.position, one.ci.id))
    columns = [attribute for attribute in BY_LABEL[ci_type].attributes if attribute.column] if ci_type else []
    kinds = [(one.label, spoken(one.label)) for one in CI_TYPES]
    asked = {"type": ci_type, "state": state, "q": q}
    return render(
        request,
        "cis.html",
        {
            **asked,
            "cis": [one.ci for one in found[:ROWS]],
            "columns": columns,
            "kinds": kinds,
            "is_first": after is None,
            "further": urlencode(asked | {"cursor": further}) if further else None,
        },
    )
