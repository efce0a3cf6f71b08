"""Background jobs: what the server does by itself, and what came of it."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from cmdb.usecases.schedule import ask_for_run, jobs, list_jobs
from cmdb_api.auth import TheCore
from cmdb_api.web.forms import Form
from cmdb_api.web.page import go_to, pages, render
from cmdb_api.web.visitor import AdminVisitor, ReadingVisitor

router = pages()


@router.get("/jobs")
def show(request: Request, core: TheCore, _: ReadingVisitor) -> Response:
    """Every job with its last run."""
    return render(request, "jobs.html", {"jobs": list_jobs(core.graph, jobs(core.settings.keeping), core.now())})


@router.post("/jobs/runs")
def run(core: TheCore, _: AdminVisitor, form: Form) -> Response:
    """Ask for a run now."""
    ask_for_run(core.graph, jobs(core.settings.keeping), form["job"], core.now())
    return go_to("/jobs")
