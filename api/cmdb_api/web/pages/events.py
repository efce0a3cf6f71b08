"""What happened in the graph, newest first."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response

from cmdb.model.events import KINDS
from cmdb.usecases.event_words import event_words
from cmdb.usecases.events import Wanted, latest_events
from cmdb_api.auth import TheCore
from cmdb_api.web.page import pages, render
from cmdb_api.web.visitor import ReadingVisitor

router = pages()
ROWS = 100
CHOICES = [("", "all kinds"), *((kind.name, f"{kind.name}: {kind.about}") for kind in KINDS)]


@router.get("/events")
def events(request: Request, core: TheCore, _: ReadingVisitor, kind: str = "", before: int | None = None) -> Response:
    """Events before a position, of one kind or of all."""
    found = latest_events(core.graph, before, ROWS, Wanted((kind,) if kind else None))
    further = None
    if found.more:
        further = urlencode(({"kind": kind} if kind else {}) | {"before": str(found.before)})
    shown = [(event, event_words(event.details, event.other)) for event in found.events]
    return render(
        request,
        "events.html",
        {"events": shown, "choices": CHOICES, "kind": kind, "before": before, "further": further},
    )
