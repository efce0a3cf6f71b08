"""The first page: where to begin, and what wants attention."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from cmdb.practices.incident import UNSOLVED
from cmdb.usecases.changes import Wanted, list_changes
from cmdb.usecases.drift_findings import list_findings
from cmdb.usecases.incidents import list_incidents
from cmdb.usecases.overview import overview
from cmdb.usecases.recent_changes import HOUR_MS, changes_beneath
from cmdb.usecases.services import list_services
from cmdb_api.auth import TheCore
from cmdb_api.web.page import pages, render
from cmdb_api.web.visitor import ReadingVisitor

router = pages()
SHOWN = 6
LATELY_MS = 24 * HOUR_MS
MAX_SERVICES = 200


@router.get("/")
def home(request: Request, core: TheCore, _: ReadingVisitor) -> Response:
    """The first page."""
    graph, now = core.graph, core.now()
    services = list_services(graph, limit=MAX_SERVICES)
    lately = changes_beneath(graph, [one.id for one in services], now - LATELY_MS, now, now) if services else None
    return render(
        request,
        "home.html",
        {
            "overview": overview(graph, now),
            "incidents": list_incidents(graph, Wanted(states=UNSOLVED), None, SHOWN + 1),
            "changes": list_changes(graph, Wanted(states=("submitted",)), None, SHOWN + 1),
            "drift": list_findings(graph, Wanted(states=("open",)), None, SHOWN + 1),
            "shown": SHOWN,
            "lately": lately,
        },
    )
