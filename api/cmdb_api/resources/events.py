"""Events: what happened in the graph, in one order, page by page or as they come."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Header, Query, Request
from fastapi.responses import Response
from pydantic import Field

from cmdb.bootstrap import Core
from cmdb.errors import Unavailable
from cmdb.model.events import KINDS
from cmdb.usecases.access import authenticate
from cmdb.usecases.events import Event, Page, Wanted, read_stream
from cmdb_api.auth import Reader, TheCore
from cmdb_api.instants import Instant, written
from cmdb_api.paging import PageLimit
from cmdb_api.resource import Answer, resource
from cmdb_api.streams import EventStream, Streams, TheStreams

router = resource("events")

POLL_SECONDS = 1
HEARTBEAT_SECONDS = 15
BATCH = 100
RETRY_MS = 3_000

_KINDS = "; ".join(f"{kind.name}: {kind.about}" for kind in KINDS)


class EventAnswer(Answer):
    """Something that happened to a CI, with what changed in it."""

    position: int = Field(description="Its place in the stream: 1, 2, 3 … without gaps.", examples=[4711])
    kind: str = Field(description=_KINDS, examples=["changed"])
    ci_id: str = Field(description="The id that the CI had then; a former id still resolves. Of a source its key.")
    ci_type: str = Field(description="Of a source `Source`.", examples=["Server"])
    title: str = Field(examples=["web-1"])
    other_id: str | None = Field(
        description="; ".join(f"{kind.name}: {kind.other}" for kind in KINDS if kind.other), examples=[None]
    )
    at: Instant = Field(description="When it was so.")
    recorded_at: Instant = Field(description="When it became known here.")
    details: dict[str, Any] = Field(
        description="What changed: `attributes` (name, old, new), `parts` and `relationships` as counts by type and "
        "verb, `listed` some of them by name (with `direction` in, for a relationship that ends here), `left_out` how "
        "many are not listed, `by` the person who declared it.",
        examples=[{"attributes": [{"name": "os_version", "old": "12", "new": "13"}]}],
    )


class EventsAnswer(Answer):
    """One page of events, oldest first."""

    events: list[EventAnswer]
    after: int = Field(description="Ask with it for what follows, now or later.", examples=[4711])
    more: bool = Field(description="Whether to ask on at once: the page ends before the stream does.")
    last: int = Field(description="Position of the newest event, whether it was asked for or not.", examples=[4711])


def wanted_of(
    kinds: Annotated[list[str] | None, Query(description="Of these kinds alone.", max_length=20)] = None,
    types: Annotated[list[str] | None, Query(description="Of CIs of these types alone.", max_length=50)] = None,
    ci: Annotated[str | None, Query(description="Of this CI, under every id it had.", max_length=100)] = None,
) -> Wanted:
    """The filter of a request. Raises Invalid for a kind that there is not."""
    return Wanted(tuple(kinds or ()) or None, tuple(types or ()) or None, ci)


TheWanted = Annotated[Wanted, Depends(wanted_of)]


@router.get("/events", response_model=EventsAnswer)
def list_events(
    core: TheCore,
    _: Reader,
    wanted: TheWanted,
    after: Annotated[int | None, Query(ge=0, description="Position after which to begin.")] = None,
    newest: Annotated[int | None, Query(ge=0, le=500, description="Begin so many events before the end.")] = None,
    limit: PageLimit = 100,
) -> object:
    """List what happened, oldest first. With neither `after` nor `newest` it begins with the oldest that is kept.

    A page may hold fewer events than asked for, or none, and still have `more`: it looks at a bounded stretch.
    """
    page = read_stream(core.graph, after, limit, wanted, newest=newest)
    return {
        "events": [fields_of(event) for event in page.events], "after": page.after, "more": page.more,
        "last": page.last,
    }  # fmt: skip


@router.get(
    "/events/stream",
    response_class=Response,
    responses={HTTPStatus.OK: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
def stream_events(
    request: Request,
    core: TheCore,
    _: Reader,
    wanted: TheWanted,
    streams: TheStreams,
    after: Annotated[int | None, Query(ge=0, description="Where to begin; else with what comes.")] = None,
    last_event_id: Annotated[int | None, Header(ge=0, description="What a returning reader had last.")] = None,
) -> Response:
    """Follow what happens as server-sent events: `id` is the position, `event` the kind, `data` the event as JSON.

    `Last-Event-ID` goes before `after`. A comment every 15 seconds keeps the connection, and its `id` the place.
    """
    begin = last_event_id if last_event_id is not None else after
    first = read_stream(core.graph, begin, BATCH, wanted, newest=0)
    secret = request.headers["Authorization"].partition(" ")[2]
    return EventStream(streams, _lines(core, streams, first, wanted, secret))


async def _lines(core: Core, streams: Streams, page: Page, wanted: Wanted, secret: str) -> AsyncIterator[str]:
    """What a stream says, until the server stops, the graph does not answer, or the token has ended."""
    clock = asyncio.get_running_loop().time
    yield f"retry: {RETRY_MS}\n\n"
    spoken = clock()
    while True:
        for event in page.events:
            yield f"id: {event.position}\nevent: {event.kind}\ndata: {json.dumps(body_of(event))}\n\n"
            spoken = clock()
        if streams.is_stopping():
            return
        if not page.more:
            await asyncio.sleep(POLL_SECONDS)
        if clock() - spoken >= HEARTBEAT_SECONDS:
            if await asyncio.to_thread(authenticate, core.graph, secret, core.now()) is None:
                return
            yield f"id: {page.after}\n: still here\n\n"
            spoken = clock()
        try:
            page = await asyncio.to_thread(read_stream, core.graph, page.after, BATCH, wanted)
        except Unavailable:
            return  # its reader connects again, and is then told why it cannot


def fields_of(event: Event) -> dict[str, Any]:
    """The fields of an answer; instants are epoch ms."""
    return {
        "position": event.position, "kind": event.kind, "ci_id": event.ci, "ci_type": event.type,
        "title": event.title, "other_id": event.other, "at": event.at, "recorded_at": event.recorded_at,
        "details": event.details,
    }  # fmt: skip


def body_of(event: Event) -> dict[str, Any]:
    """The event as JSON outside an answer's schema: the same, with instants written."""
    return fields_of(event) | {"at": written(event.at), "recorded_at": written(event.recorded_at)}
