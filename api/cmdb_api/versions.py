"""Versions of what people edit: ETag says which one was read, If-Match which one a change is for (RFC 9110)."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Header, Response

from cmdb.errors import Invalid

_TAG = re.compile(r'(?:W/)?"(\d{1,9})"')


def tag(response: Response, revision: int) -> None:
    """Say which version the answer shows."""
    response.headers["ETag"] = f'"{revision}"'


async def wanted_version(
    if_match: Annotated[
        str | None,
        Header(
            description="`ETag` of the version that was read; another one is current: 412. Without it the last wins."
        ),
    ] = None,
) -> int | None:
    """The version the caller has read; None where any will do. Raises Invalid for what is no ETag of this API."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise Invalid('an ETag of this API looks like "3"', "If-Match")
    return int(found[1])


Version = Annotated[int | None, Depends(wanted_version)]
