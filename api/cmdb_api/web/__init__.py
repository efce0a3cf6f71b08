"""The pages: HTML on the same use cases as the API, plain enough to work without scripts."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from cmdb_api.web import errors
from cmdb_api.web.pages import ci, cis, files, home, impact, sign_in

ROUTERS: tuple[APIRouter, ...] = (files.router, sign_in.router, home.router, cis.router, ci.router, impact.router)


def mount(app: FastAPI) -> None:
    """Add the pages to this app. Its refusals must be installed before: pages show them in their own way."""
    errors.install(app)
    for router in ROUTERS:
        app.router.routes.extend(router.routes)
