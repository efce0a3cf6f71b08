"""The difference of two instants: of one CI, and of the estate."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field

from cmdb.usecases.differences import ChangedCI, ChangedRelation, ci_difference, estate_difference
from cmdb.usecases.impact import MAX_DEPTH
from cmdb.usecases.impact_difference import impact_difference
from cmdb.usecases.needs_difference import needs_difference
from cmdb.usecases.relations import phrase
from cmdb_api.assessments import NodeAnswer, ReasonAnswer
from cmdb_api.auth import Reader, TheCore
from cmdb_api.instants import GivenInstant, Instant
from cmdb_api.paging import Cursors, PageCursor, PageLimit
from cmdb_api.problems import responses
from cmdb_api.resource import Answer, resource
from cmdb_api.resources.cis import Value

router = resource("differences")
From = Annotated[GivenInstant, Query(alias="from", description="The earlier instant.")]
To = Annotated[GivenInstant | None, Query(description="The later instant, which does not lie ahead; by default now.")]


class ChangedValueAnswer(Answer):
    """A value that differs."""

    name: str = Field(examples=["os_version"])
    unit: str | None
    old: Value | None = Field(description="null: there was none.")
    new: Value | None = Field(description="null: there is none.")


class ChangedRelationAnswer(Answer):
    """A relationship that held at one of the instants only. `id` and `type` are null for a far end, which is no CI."""

    began: bool = Field(description="true: it held at the later one.")
    verb: str = Field(examples=["HAS_INSTALLED"])
    direction: Literal["in", "out"] = Field(description="out: it starts at this CI.")
    phrase: str
    id: str | None
    type: str | None
    title: str


class CIDifferenceAnswer(Answer):
    """What of a CI differs between two instants."""

    id: str = Field(description="The CI's present id.")
    type: str
    title: str = Field(description="As it was called at the later one.")
    start: Instant
    end: Instant
    state_before: Literal["active", "retired", "absent"]
    state_after: Literal["active", "retired", "absent"]
    values: list[ChangedValueAnswer]
    relations: list[ChangedRelationAnswer]
    is_cut: bool = Field(description="More relationships differ than are listed.")


class ChangedNeedAnswer(Answer):
    """A CI, needed at one of the instants, in which something differs."""

    id: str
    type: str
    title: str
    place: str | None = Field(description="What it runs on or is part of.")
    was_needed: bool = Field(description="At the earlier instant.")
    is_needed: bool = Field(description="At the later one.")
    state_before: Literal["active", "retired", "absent"]
    state_after: Literal["active", "retired", "absent"]
    values: list[ChangedValueAnswer]
    relations: list[ChangedRelationAnswer] = Field(description="Those that start at it.")


class NeedsDifferenceAnswer(Answer):
    """What differs between two instants in a CI and all that it needed at either."""

    id: str = Field(description="The CI's present id.")
    start: Instant
    end: Instant
    looked_at: int = Field(description="How many CIs it needed at either instant, itself included.")
    cis: list[ChangedNeedAnswer] = Field(description="Those in which something differs, by title.")
    is_cut: bool = Field(description="There was more to look at, or more differs than is listed.")


class ChangedCIAnswer(Answer):
    """A CI that came, went or changed."""

    id: str
    type: str = Field(examples=["Server"])
    title: str
    place: str | None = Field(description="What it runs on or is part of.")
    at: Instant = Field(description="When, for the last time.")
    attributes: list[str] = Field(description="Those whose values changed or went, of the kind `changed`.")


class EstateDifferenceAnswer(Answer):
    """One page of the CIs of one kind of difference."""

    known_from: Instant | None = Field(description="Before it nothing is known, and the estate counts as empty.")
    counts: dict[str, int] = Field(examples=[{"appeared": 3, "retired": 1, "changed": 12}])
    cis: list[ChangedCIAnswer]
    next_cursor: str | None = Field(description="Ask for the next page with it; null: this is the last.")


@router.get("/cis/{ci_id}/difference", response_model=CIDifferenceAnswer, responses=responses(HTTPStatus.NOT_FOUND))
def show_ci_difference(core: TheCore, _: Reader, ci_id: str, start: From, to: To = None) -> object:
    """What of the CI differs between two instants: its state, its values, and what it relates to."""
    now = core.now()
    found = ci_difference(core.graph, ci_id, start, now if to is None else to, now)
    return {
        "id": found.id, "type": found.type, "title": found.title, "start": found.start, "end": found.end,
        "state_before": found.state_before, "state_after": found.state_after, "values": found.values,
        "relations": [_relation(one) for one in found.relations], "is_cut": found.is_cut,
    }  # fmt: skip


@router.get(
    "/cis/{ci_id}/difference/needs", response_model=NeedsDifferenceAnswer, responses=responses(HTTPStatus.NOT_FOUND)
)
def show_needs_difference(core: TheCore, _: Reader, ci_id: str, start: From, to: To = None) -> object:
    """What differs between two instants in the CI and everything it needed, such as a service's whole support."""
    now = core.now()
    found = needs_difference(core.graph, ci_id, start, now if to is None else to, now)
    return {
        "id": found.id, "start": found.start, "end": found.end, "looked_at": found.looked_at, "is_cut": found.is_cut,
        "cis": [
            ChangedNeedAnswer.model_validate(
                {
                    "id": one.id, "type": one.type, "title": one.title, "place": one.place,
                    "was_needed": one.was_needed, "is_needed": one.is_needed, "state_before": one.state_before,
                    "state_after": one.state_after,
                    "values": [ChangedValueAnswer.model_validate(each) for each in one.values],
                    "relations": [_relation(each) for each in one.relations],
                }
            )
            for one in found.cis
        ],
    }  # fmt: skip


class ChangedReachAnswer(Answer):
    """A CI that the failure would have done something else to."""

    ci: NodeAnswer
    before: Literal["degraded", "down", "at_risk", "isolated"] | None = Field(
        description="At the earlier instant; null: it was not reached."
    )
    after: Literal["degraded", "down", "at_risk", "isolated"] | None = Field(
        description="At the later one; null: it is not reached."
    )
    reason: ReasonAnswer = Field(description="Why it is reached at the later instant, or was at the earlier one.")


class ImpactDifferenceAnswer(Answer):
    """What the failure of a CI reaches at one of two instants only, or in another way."""

    start: Instant
    end: Instant
    failed: list[NodeAnswer]
    cis: list[ChangedReachAnswer] = Field(description="What became exposed first, at most 500.")
    exposed_count: int = Field(description="Reached at the later instant only.")
    relieved_count: int = Field(description="Reached at the earlier one only.")
    changed_count: int = Field(description="Reached at both, in another way.")


@router.get(
    "/cis/{ci_id}/difference/impact", response_model=ImpactDifferenceAnswer, responses=responses(HTTPStatus.NOT_FOUND)
)
def show_impact_difference(
    core: TheCore,
    _: Reader,
    ci_id: str,
    start: From,
    to: To = None,
    effect: Annotated[Literal["degraded", "down"], Query()] = "down",
    depth: Annotated[int | None, Query(ge=0, le=MAX_DEPTH, description="How many hops to look; left out: all.")] = None,
) -> object:
    """What became exposed to the failure of this CI between two instants, and what is so no more, with the reasons."""
    now = core.now()
    return impact_difference(core.graph, {ci_id: effect}, start, now if to is None else to, now, depth)


@router.get("/differences", response_model=EstateDifferenceAnswer)
def list_differences(
    core: TheCore,
    _: Reader,
    cursors: Cursors,
    start: From,
    to: To = None,
    kind: Annotated[Literal["appeared", "retired", "changed"], Query()] = "changed",
    ci_type: Annotated[str | None, Query(alias="type", description="A type's label.", examples=["Server"])] = None,
    limit: PageLimit = 100,
    cursor: PageCursor = None,
) -> object:
    """Which CIs of the estate were there at one of two instants only, or had values that changed between them.

    The latest first. What came and went between the instants is in none of the kinds.
    """
    question = json.dumps(["differences", kind, ci_type, start, to])
    after = cursors.read(cursor, question)
    now = after.as_of if after else core.now()
    found = estate_difference(
        core.graph, kind, start, now if to is None else to, now, ci_type=ci_type, limit=limit + 1,
        after=(after.value, after.id) if after else None,
    )  # fmt: skip

    def key(one: ChangedCI) -> tuple[int, str]:
        return one.at, one.id

    return {
        "known_from": found.known_from, "counts": found.counts, "cis": found.cis[:limit],
        "next_cursor": cursors.next(found.cis, limit, question, after, now, key),
    }  # fmt: skip


def _relation(one: ChangedRelation) -> dict[str, object]:
    return {
        "began": one.began, "verb": one.verb, "direction": one.direction, "phrase": phrase(one.verb, one.direction),
        "id": one.other, "type": one.other_type, "title": one.other_title,
    }  # fmt: skip
