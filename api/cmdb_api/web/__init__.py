"""The pages: HTML on the same use cases as the API, plain enough to work without scripts."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from cmdb_api.web import errors
from cmdb_api.web.pages import (
    changes,
    ci,
    cis,
    data_health,
    differences,
    drift,
    events,
    files,
    home,
    impact,
    incidents,
    jobs,
    manual_values,
    review,
    services,
    sign_in,
    sources,
    teams,
    timeline,
    webhooks,
)

_MODULES = (
    files, sign_in, home, cis, ci, timeline, manual_values, impact, incidents, changes, drift, services, teams, sources,
    events, differences, webhooks, data_health, review,
    jobs,
)  # fmt: skip
ROUTERS: tuple[APIRouter, ...] = tuple(module.router for module in _MODULES)


def mount(app: FastAPI) -> None:
    """Add the pages to this app. Its refusals must be installed before: pages show them in their own way."""
    errors.install(app)
    for router in ROUTERS:
        app.router.routes.extend(router.routes)
