"""Every resource, one module each, in the order in which the documentation shows them."""

from fastapi import APIRouter

from cmdb_api.resources import (
    changes,
    ci_history,
    ci_relationships,
    ci_types,
    cis,
    dependencies,
    enrolments,
    far_ends,
    impact,
    incidents,
    observations,
    operations,
    services,
    sightings,
    sources,
    teams,
    tokens,
)

ROUTERS: tuple[APIRouter, ...] = (
    observations.router,
    enrolments.router,
    tokens.router,
    ci_types.router,
    cis.router,
    ci_relationships.router,
    ci_history.router,
    sources.router,
    sightings.router,
    far_ends.router,
    impact.router,
    services.router,
    teams.router,
    dependencies.router,
    incidents.router,
    changes.router,
    operations.router,
)
