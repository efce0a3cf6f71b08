"""The files that pages load: one style sheet and one icon, our own."""

from __future__ import annotations

from fastapi.responses import Response

from cmdb_api.auth import PUBLIC
from cmdb_api.web.page import ICON, STYLE, pages

router = pages()
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}


@router.get("/style.css", dependencies=[PUBLIC])
async def style() -> Response:
    """The style sheet; its address carries its digest, so that a browser may keep it."""
    return Response(STYLE, media_type="text/css", headers=FOREVER)


@router.get("/icon.svg", dependencies=[PUBLIC])
async def icon() -> Response:
    """The icon in a browser's tab."""
    return Response(ICON, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})
