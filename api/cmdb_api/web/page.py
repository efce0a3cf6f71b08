"""Pages: templates, and the headers that keep them plain."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cmdb.analyse.picture import plural, spoken
from cmdb.bootstrap import Core
from cmdb.model.types import BY_LABEL
from cmdb_api.web import formats, words

HERE = Path(__file__).parent
STYLE = (HERE / "static" / "style.css").read_bytes()
ICON = (HERE / "static" / "icon.svg").read_bytes()
STYLE_VERSION = hashlib.sha256(STYLE).hexdigest()[:16]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}

_environment = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ALWAYS: dict[str, object] = {
    "formats": formats,
    "words": words,
    "spoken": spoken,
    "plural": plural,
    "types": BY_LABEL,
    "style_version": STYLE_VERSION,
}
"""What every template may use."""


def pages() -> APIRouter:
    """A router for pages: not part of the API's description."""
    return APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


def render(
    request: Request, template: str, values: Mapping[str, object], status: HTTPStatus = HTTPStatus.OK
) -> HTMLResponse:
    """The page that a template makes of these values, of the visitor and the present instant.

    A page about the past says of which instant in `past`, as fields send it: what it leads to is then of that instant.
    """
    core: Core = request.app.state.core
    visitor = getattr(request.state, "visitor", None)
    text = _environment.get_template(template, globals=_ALWAYS).render(
        {"past": "", **values}, now=core.now(), visitor=visitor, path=request.url.path
    )  # fmt: skip
    return HTMLResponse(text, status, headers=HEADERS)


def go_to(path: str) -> RedirectResponse:
    """What follows an accepted form: a page to look at, so that loading it again sends nothing again."""
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)
