"""Refusals on a page: what the API answers with a problem document, a person reads as a sentence."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from cmdb.errors import CMDBError
from cmdb_api.headers import SECURITY_HEADERS
from cmdb_api.resource import PREFIX
from cmdb_api.web.page import render

Handler = Callable[[Request, Any], Response | Awaitable[Response]]

MEANINGS = {
    HTTPStatus.FORBIDDEN: "Not allowed",
    HTTPStatus.NOT_FOUND: "Not found",
    HTTPStatus.CONFLICT: "This does not fit the present state",
    HTTPStatus.PRECONDITION_FAILED: "This has changed meanwhile",
    HTTPStatus.UNPROCESSABLE_ENTITY: "This cannot be done",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many tries",
    HTTPStatus.SERVICE_UNAVAILABLE: "Not available now",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something is broken here",
}


def install(app: FastAPI) -> None:
    """Show the refusals of the handlers that stand so far as pages to those who came for a page."""
    for kind in (CMDBError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, _shown(app.exception_handlers[kind]))


def _shown(handler: Handler) -> Callable[[Request, Exception], Response]:
    def show(request: Request, error: Exception) -> Response:
        refusal = handler(request, error)
        if not isinstance(refusal, JSONResponse):
            raise error
        if not _wants_page(request):
            return refusal
        status = HTTPStatus(refusal.status_code)
        if status is HTTPStatus.UNAUTHORIZED:
            return _to_sign_in(request)
        detail = str(json.loads(bytes(refusal.body))["detail"])
        meaning = MEANINGS.get(status, status.phrase)
        page = render(request, "error.html", {"meaning": meaning, "detail": detail, "status": status.value}, status)
        if "retry-after" in refusal.headers:
            page.headers["Retry-After"] = refusal.headers["retry-after"]
        for name, value in SECURITY_HEADERS.items():
            page.headers.setdefault(name, value)
        return page

    return show


def _wants_page(request: Request) -> bool:
    return not request.url.path.startswith(PREFIX) and "text/html" in request.headers.get("accept", "")


def _to_sign_in(request: Request) -> Response:
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = {"next": target} if request.method == "GET" and target != "/" else {}
    return RedirectResponse("/sign-in" + (f"?{urlencode(back)}" if back else ""), HTTPStatus.SEE_OTHER)
