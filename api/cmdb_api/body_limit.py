"""How large a request may be."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cmdb_api.problems import problem


class BodyLimit:
    """Refuses a body over the limit of its path with 413, having read no more of it than that."""

    def __init__(self, app: ASGIApp, limit: int, limits: Mapping[str, int]) -> None:
        """`limits`: paths with a limit of their own, in bytes; `limit`: all others."""
        self.app, self.limit, self.limits = app, limit, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.limits.get(scope["path"], self.limit)
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdigit() and int(announced) > limit:
            await _refuse(limit, scope, receive, send)
            return
        read = 0

        async def bounded_receive() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                # What is over the limit is dropped here; the answer below does not depend on what follows from it.
                return {"type": "http.disconnect"}
            return message

        async def send_unless_refused(message: Message) -> None:
            if read <= limit:
                await send(message)

        try:
            await self.app(scope, bounded_receive, send_unless_refused)
        except ClientDisconnect:
            if read <= limit:
                raise
        if read > limit:
            await _refuse(limit, scope, receive, send)


async def _refuse(limit: int, scope: Scope, receive: Receive, send: Send) -> None:

    response = problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a request to this address may have {limit} bytes")
    await response(scope, receive, send)
