"""What happened around a CI, on one time line."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field

from cmdb.usecases.impact import MAX_DEPTH
from cmdb.usecases.timeline import SPAN_MS, Happened, timeline_of
from cmdb_api.auth import Reader, TheCore
from cmdb_api.instants import GivenInstant, Instant
from cmdb_api.paging import Cursors, PageCursor, PageLimit
from cmdb_api.problems import responses
from cmdb_api.resource import Answer, resource
from cmdb_api.resources.cis import Value

router = resource("cis")


class HappenedToAnswer(Answer):
    """The CI that something happened to."""

    id: str
    type: str = Field(examples=["Server"])
    title: str
    place: str | None = Field(description="What it runs on or is part of.")
    distance: int | None = Field(description="Hops from the CI asked about; null: a part of one of those.")


class OtherEndAnswer(Answer):
    """The other end of a relationship. `id` and `type` are null for a far end, which is no CI."""

    id: str | None
    type: str | None
    title: str


class NewValueAnswer(Answer):
    """A value that became another."""

    attribute: str = Field(examples=["os_version"])
    old: Value | None = Field(description="null: there was none.")
    new: Value | None = Field(description="null: nothing followed.")


class RelatedAnswer(Answer):
    """Relationships of one verb that began or ended at once."""

    verb: str = Field(examples=["HAS_INSTALLED"])
    direction: Literal["in", "out"] = Field(description="out: they start at the CI.")
    others: list[OtherEndAnswer] = Field(description="The first of them.")
    count: int


class TicketStepAnswer(Answer):
    """What became of a ticket that names the CI as failed, or to be touched."""

    id: str = Field(examples=["INC-000007"])
    title: str
    kind: Literal["incident", "change"]
    step: str = Field(examples=["started"])
    ci_count: int = Field(description="How many of the CIs looked at it names.")


class HappenedAnswer(Answer):
    """Something that happened."""

    at: Instant = Field(description="When it became so, or was first read.")
    not_before_at: Instant | None = Field(description="When it was still otherwise; null: not known, or exactly `at`.")
    kind: Literal["value", "began", "ended", "appeared", "retired", "ticket"]
    ci: HappenedToAnswer
    cause: str = Field(description="world, observer (another version of the source words it anew), identity, …")
    text: str = Field(description="In words.", examples=["has installed openssl 3.0.15"])
    value: NewValueAnswer | None
    relationships: RelatedAnswer | None
    ticket: TicketStepAnswer | None


class TimelineAnswer(Answer):
    """One page of what happened, newest first."""

    id: str = Field(description="The CI's present id.")
    start: Instant
    end: Instant
    ci_count: int = Field(description="CIs looked at, beside their parts.")
    is_cut: bool = Field(description="There are more around it than were looked at.")
    entries: list[HappenedAnswer]
    next_cursor: str | None = Field(description="Ask for the next page with it; null: this is the last.")


@router.get("/cis/{ci_id}/timeline", response_model=TimelineAnswer, responses=responses(HTTPStatus.NOT_FOUND))
def show_timeline(
    core: TheCore,
    _: Reader,
    ci_id: str,
    cursors: Cursors,
    start: Annotated[
        GivenInstant | None, Query(alias="from", description="From when on; by default the week before `to`.")
    ] = None,
    to: Annotated[GivenInstant | None, Query(description="Until when; by default now.")] = None,
    around: Annotated[
        Literal["needs", "dependents", "itself"],
        Query(description="What it needs, what depends on it, or the CI alone; at either instant."),
    ] = "needs",
    depth: Annotated[int | None, Query(ge=0, le=MAX_DEPTH, description="How many hops; left out: all.")] = None,
    limit: PageLimit = 100,
    cursor: PageCursor = None,
) -> object:
    """What happened to the CI and around it: values, relationships, CIs that came and went, incidents and changes.

    What came or went at once is one entry. Connections are told as the calls that follow from them.
    """
    question = json.dumps(["timeline", ci_id, start, to, around, depth])
    after = cursors.read(cursor, question)
    now = after.as_of if after else core.now()
    end = now if to is None else to
    found = timeline_of(
        core.graph, ci_id, end - SPAN_MS if start is None else start, end, now, around=around, depth=depth,
        limit=limit + 1, after=(after.value, after.id) if after else None,
    )  # fmt: skip

    def key(one: Happened) -> tuple[int, str]:
        return one.entry.at, one.entry.tie

    return {
        "id": found.id, "start": found.start, "end": found.end, "ci_count": found.ci_count, "is_cut": found.is_cut,
        "entries": [_entry(one) for one in found.happened[:limit]],
        "next_cursor": cursors.next(found.happened, limit, question, after, now, key),
    }  # fmt: skip


def _entry(one: Happened) -> dict[str, object]:
    entry = one.entry
    value = related = ticket = None
    if entry.kind == "value":
        value = {"attribute": entry.what, "old": entry.told[0], "new": entry.told[1]}
    elif entry.kind == "ticket":
        number, title, kind, _ = entry.told
        ticket = {"id": number, "title": title, "kind": kind, "step": entry.what, "ci_count": entry.number}
    elif entry.kind in ("began", "ended"):
        verb, _, direction = entry.what.partition(" ")
        others = [{"id": ci, "type": kind, "title": title} for ci, kind, title in entry.told]
        related = {"verb": verb, "direction": direction, "others": others, "count": entry.number}
    return {
        "at": entry.at, "not_before_at": entry.after, "kind": entry.kind, "cause": entry.cause, "text": one.text,
        "ci": {"id": entry.ci, "type": entry.type, "title": entry.title, "place": entry.place,
               "distance": one.distance},
        "value": value, "relationships": related, "ticket": ticket,
    }  # fmt: skip
