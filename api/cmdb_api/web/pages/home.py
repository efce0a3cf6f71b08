"""The first page: where to begin, and what wants attention."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from cmdb_api.web.page import pages, render
from cmdb_api.web.visitor import ReadingVisitor

router = pages()


@router.get("/")
def home(request: Request, _: ReadingVisitor) -> Response:
    """The first page."""
    return render(request, "home.html", {})
