"""The API's own description, for programs and for people: no script, and nothing loaded from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import Any

from fastapi.responses import HTMLResponse, JSONResponse

from cmdb.usecases.intake import schema
from cmdb_api.auth import PUBLIC
from cmdb_api.openapi import document, operations
from cmdb_api.resource import PREFIX, resource

router = resource("reference")
STYLE = (
    ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;"
    "padding:0 1rem}code{font-size:.95em}h2{margin:2rem 0 0;font-size:1.05rem}p{margin:.25rem 0}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'; base-uri 'none'"


@router.get("/openapi.json", response_class=JSONResponse, dependencies=[PUBLIC])
def show_openapi() -> JSONResponse:
    """This description, for programs."""
    return JSONResponse(document())


@router.get("/observation.schema.json", response_class=JSONResponse, dependencies=[PUBLIC])
def show_observation_schema() -> JSONResponse:
    """The JSON Schema of the observation document."""
    return JSONResponse(schema(), media_type="application/schema+json")


@router.get("/docs", response_class=HTMLResponse, dependencies=[PUBLIC])
def show_docs() -> HTMLResponse:
    """This description, for people."""
    about = "".join(f"<p>{escape(part)}</p>" for part in document()["info"]["description"].split("\n\n"))
    body = "".join(_operation(method, path, operation) for method, path, operation in operations())
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>CMDB API</title><style>{STYLE}</style>'
        f'<meta name="viewport" content="width=device-width"><h1>CMDB API</h1>{about}'
        f'<p>For programs: <a href="{PREFIX}/openapi.json">openapi.json</a></p>{body}</html>',
        headers={"Content-Security-Policy": POLICY},
    )


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    roles = ", ".join(operation["x-roles"]) or "anyone, without a token"
    given = ", ".join(f"<code>{escape(one['name'])}</code>" for one in operation.get("parameters", ()))
    return (
        f"<h2><code>{method} {escape(path)}</code></h2><p>{escape(operation.get('description', ''))}</p>"
        f"<p>Who: {escape(roles)}.{f' Parameters: {given}.' if given else ''}</p>"
    )
