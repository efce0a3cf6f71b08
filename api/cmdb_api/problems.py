"""Refusals as problem documents (RFC 9457, application/problem+json): one table for all of them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from cmdb.errors import CMDBError, Conflict, Invalid, NotAllowed, NotFound, TooLarge, Unavailable
from cmdb.usecases.declaring import Stale
from cmdb_api.headers import SECURITY_HEADERS

MEDIA_TYPE = "application/problem+json"
log = logging.getLogger("cmdb.api")


class Unauthenticated(CMDBError):
    """No token, or one that is unknown, revoked or expired."""


class TooManyFailures(CMDBError):
    """This client has shown too many wrong tokens lately."""

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__("too many wrong tokens came from this address: wait before the next try")
        self.retry_after_seconds = retry_after_seconds


STATUS: Mapping[type[CMDBError], HTTPStatus] = {
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFound: HTTPStatus.NOT_FOUND,
    Stale: HTTPStatus.PRECONDITION_FAILED,
    Conflict: HTTPStatus.CONFLICT,
    NotAllowed: HTTPStatus.FORBIDDEN,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    Unauthenticated: HTTPStatus.UNAUTHORIZED,
    TooManyFailures: HTTPStatus.TOO_MANY_REQUESTS,
}


class FieldProblem(BaseModel):
    """One thing that is wrong with one field."""

    field: str = Field(description="JSON path in the body, or the name of a parameter.", examples=["items[3].key"])
    detail: str = Field(examples=["Field required"])


class Problem(BaseModel):
    """Why a request was refused (RFC 9457). `type` is about:blank: the status says what kind of refusal it is."""

    type: str = Field(default="about:blank", examples=["about:blank"])
    title: str = Field(description="The status in words.", examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(description="One sentence for a person.", examples=["there is no CI 'ci_x'"])
    field: str | None = Field(default=None, description="The field at fault, where there is one.")
    errors: list[FieldProblem] | None = Field(default=None, description="All of them, where there are several.")


def problem(
    status: HTTPStatus,
    detail: str,
    *,
    errors: Sequence[FieldProblem] = (),
    field: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """The response for a refusal."""
    body = Problem(
        title=status.phrase,
        status=status,
        detail=detail,
        field=errors[0].field if errors else field,
        errors=list(errors) if len(errors) > 1 else None,
    )
    return JSONResponse(
        body.model_dump(exclude_none=True), status, headers=dict(headers or {}), media_type=MEDIA_TYPE
    )  # fmt: skip


def install(app: FastAPI) -> None:
    """Answer every refusal of this app with a problem document."""
    app.add_exception_handler(CMDBError, _core_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)


def core_problem(error: CMDBError) -> JSONResponse:
    """The response for a refusal of the core."""
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), HTTPStatus.INTERNAL_SERVER_ERROR)
    headers: dict[str, str] = {}
    if isinstance(error, (Unavailable, TooManyFailures)):
        headers["Retry-After"] = str(error.retry_after_seconds)
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="cmdb"'
    return problem(status, str(error), field=getattr(error, "field", None), headers=headers)


def _core_error(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, Unavailable):
        log.warning("%s %s: %s", request.method, request.url.path, error)
    return core_problem(error) if isinstance(error, CMDBError) else _unexpected(request, error)


def _validation_error(_: Request, error: Exception) -> JSONResponse:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    errors = [FieldProblem(field=_path(one["loc"]), detail=_detail(one)) for one in found]
    named = ", ".join(one.field for one in errors if one.field) or "the body"
    detail = errors[0].detail if len(errors) == 1 else f"{len(errors)} fields are not right: {named}"
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=errors)


def _detail(error: Mapping[str, Any]) -> str:
    reason = error.get("ctx", {}).get("error")
    return f"the body is not JSON: {reason}" if error["type"] == "json_invalid" else str(error["msg"])


def _path(location: Sequence[Any]) -> str:
    """`("body", "cis", 0, "id")` as `cis[0].id`; a parameter by its name alone."""
    path = ""
    for part in location[1:]:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path


def _http_error(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    detail = "there is nothing at this address" if status is HTTPStatus.NOT_FOUND else str(error.detail)
    return problem(status, detail, headers=error.headers)


def _unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "this is a fault of the server; its log says more", headers=SECURITY_HEADERS
    )  # fmt: skip


def responses(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route or router that may answer with these problems."""
    return {
        int(status): {
            "description": status.phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }
