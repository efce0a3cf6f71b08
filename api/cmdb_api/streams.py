"""Server-sent events (WHATWG HTML, section 9.2): a response that goes on as long as its reader listens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from cmdb.errors import Unavailable
from cmdb_api.problems import core_problem

MAX_STREAMS = 32


class Streams:
    """The open streams of one app, at most `MAX_STREAMS`."""

    def __init__(self) -> None:
        self.open = 0
        self.is_stopping: Callable[[], bool] = lambda: False
        """Whether the server stops; streams then end, or it would wait for them."""


class EventStream(StreamingResponse):
    """A stream of server-sent events; 503 where too many are open."""

    media_type = "text/event-stream"

    def __init__(self, streams: Streams, lines: AsyncIterator[str]) -> None:
        super().__init__(lines, headers={"X-Accel-Buffering": "no"})  # a proxy that collects would show nothing
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if self._streams.open >= MAX_STREAMS:
            refusal = Unavailable(f"{MAX_STREAMS} streams are open already: ask again later", 30)
            await core_problem(refusal)(scope, receive, send)
            return
        self._streams.open += 1
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._streams.open -= 1


async def streams_of(request: Request) -> Streams:
    """The streams of this app."""
    return request.app.state.streams


TheStreams = Annotated[Streams, Depends(streams_of)]
