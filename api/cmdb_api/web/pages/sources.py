"""Sources: who still reports, what each could not read, and what is held back."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import Response

from cmdb.usecases.neighbours import list_neighbours
from cmdb.usecases.sources import list_sightings, list_sources, release_holds, show_source
from cmdb_api.auth import TheCore
from cmdb_api.web.forms import Form
from cmdb_api.web.page import go_to, pages, render
from cmdb_api.web.visitor import AdminVisitor, ReadingVisitor

router = pages()
ROWS = 50
HELD_SHOWN = 50
UNREAD_SHOWN = 50


@router.get("/sources")
def sources(request: Request, core: TheCore, _: ReadingVisitor, after: str = "") -> Response:
    """Sources by key."""
    found = list_sources(core.graph, core.now(), ROWS + 1, after)
    further = urlencode({"after": found[ROWS - 1].key}) if len(found) > ROWS else None
    shown: dict[str, object] = {"sources": found[:ROWS], "further": further}
    if not after:
        shown["held"] = list_sightings(core.graph, HELD_SHOWN, held=True)
        shown["unread"] = list_neighbours(core.graph, UNREAD_SHOWN, resolved=False, announced=True)
    return render(request, "sources.html", shown)


@router.post("/sources/releases")
def release(core: TheCore, _: AdminVisitor, form: Form) -> Response:
    """Let a source's next document end what is held."""
    release_holds(core.graph, form["source"])
    return go_to(f"/sources/{quote(form['source'])}")


@router.get("/sources/{key:path}")
def source(request: Request, core: TheCore, _: ReadingVisitor, key: str) -> Response:
    """The page of a source."""
    return render(request, "source.html", {"detail": show_source(core.graph, key, core.now())})
