"""What the modules of `resources` start from."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from cmdb_api.problems import responses

PREFIX = "/api/v1"


def resource(tag: str) -> APIRouter:
    """A router for one resource; its paths stand under `PREFIX`, its refusals are problem documents."""
    return APIRouter(
        prefix=PREFIX,
        tags=[tag],
        responses=responses(
            HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY,
            HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE,
        ),
    )  # fmt: skip


class Answer(BaseModel):
    """A response's schema, filled from the plain values of the core by attribute."""

    model_config = ConfigDict(from_attributes=True)


class Given(BaseModel):
    """A request's schema: what it does not know is an error, and not ignored."""

    model_config = ConfigDict(extra="forbid")
