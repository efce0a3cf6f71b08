"""The review queue: what evidence cannot decide, each question with both sides and what may be said about it."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field

from cmdb.usecases.review import Kind, Review, list_reviews, show_review
from cmdb_api.auth import Reader, TheCore
from cmdb_api.instants import Instant
from cmdb_api.paging import Cursors, PageCursor
from cmdb_api.problems import responses
from cmdb_api.resource import Answer, resource
from cmdb_api.resources.sources import SeenCIAnswer

router = resource("reviews")


class BriefAnswer(Answer):
    """A sighting on one side."""

    key: str
    scope: str
    item: str
    epoch: int
    source_kind: str
    instance: str | None
    name: str | None
    first_seen_at: Instant
    last_seen_at: Instant
    identifiers: list[str]
    addresses: list[str]
    is_held: bool
    is_superseded: bool
    is_gone: bool


class SideAnswer(Answer):
    """Sightings that stand for one thing at present."""

    ci: SeenCIAnswer | None = Field(description="null: it is held.")
    name: str
    sightings: list[BriefAnswer]


class ComparedAnswer(Answer):
    """One kind of evidence, or the names or addresses, on every side."""

    kind: str = Field(examples=["system_uuid"])
    words: str = Field(examples=["system UUID"])
    values: list[list[str]] = Field(description="In the order of the sides.")
    shared: list[str] = Field(description="What at least two sides have.")
    verdict: Literal["equal", "shared", "different", "one_side"]


class ActionAnswer(Answer):
    """A decision that a person may make: send it to /decisions with a reason."""

    kind: Literal["join", "separate"]
    words: str = Field(examples=["They are one thing"])
    sightings: list[str]
    apart_from: list[str]


class ReviewAnswer(Answer):
    """One question."""

    key: str = Field(examples=["aside:system_uuid:4c4c4544-0031-3510-8052-b4c04f4a4832"])
    kind: Kind = Field(
        description="aside: several things have one identifier; held: nothing tells which CI it is; proposal: two may "
        "be one; replacement: one took another's place; ending: too many things vanished at once."
    )
    title: str
    why: str
    identifier: str | None
    reason: str | None = Field(description="aside: direct, chain or crowded.")
    scope: str | None = Field(description="ending: the source that it is held by.")
    side_count: int
    sides: list[SideAnswer] = Field(description="The first six.")
    compared: list[ComparedAnswer]
    actions: list[ActionAnswer]


class ReviewsAnswer(Answer):
    """One page of questions."""

    reviews: list[ReviewAnswer]
    next_cursor: str | None = Field(description="Ask for the next page with it; null: this is the last.")


@router.get("/reviews", response_model=ReviewsAnswer)
def list_all(
    core: TheCore,
    _: Reader,
    cursors: Cursors,
    kind: Annotated[list[Kind] | None, Query(description="Any of these.")] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="Rows on a page.")] = 20,
    cursor: PageCursor = None,
) -> object:
    """What waits for a person, by key."""
    question = json.dumps(["reviews", sorted(kind or ())])
    after = cursors.read(cursor, question)
    found = list_reviews(core.graph, kind or (), limit + 1, after.id if after else "")

    def key(one: Review) -> tuple[str, str]:
        return "", one.key

    return {
        "reviews": found[:limit],
        "next_cursor": cursors.next(found, limit, question, after, core.now(), key),
    }


@router.get("/reviews/{key:path}", response_model=ReviewAnswer, responses=responses(HTTPStatus.NOT_FOUND))
def show(core: TheCore, _: Reader, key: str) -> Review:
    """One question; it is gone once somebody decided, or evidence did."""
    return show_review(core.graph, key)
