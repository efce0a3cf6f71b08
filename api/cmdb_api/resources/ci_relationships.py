"""What a CI relates to, now or before."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field

from cmdb.usecases.as_of import checked_instant
from cmdb.usecases.relations import BY_TYPE, Relationship, phrase, relations
from cmdb_api.auth import Reader, TheCore
from cmdb_api.instants import AsOf, Instant
from cmdb_api.paging import Cursors, PageCursor, PageLimit
from cmdb_api.problems import responses
from cmdb_api.resource import Answer, resource

router = resource("cis")


class NeighbourAnswer(Answer):
    """The CI at the other end."""

    id: str
    type: str = Field(examples=["Server"])
    title: str = Field(examples=["web-1"])
    state: Literal["active", "retired"]


class FarEndAnswer(Answer):
    """What is no CI at the other end: an address and port, or a neighbour known by its chassis id."""

    title: str = Field(examples=["tcp 10.99.0.31:5432"])
    protocol: str | None = Field(examples=["tcp"])
    address: str | None = Field(examples=["10.99.0.31"])
    port: int | None = Field(examples=[5432])
    chassis_id: str | None = Field(examples=["00:1c:73:00:01:00"])
    name: str | None = Field(description="As the neighbour calls itself.")


class RelationshipAnswer(Answer):
    """One relationship, told from the CI's side. Either `ci` or `far_end` is null."""

    verb: str = Field(examples=["RUNS_ON"])
    direction: Literal["in", "out"] = Field(description="out: it starts at this CI.")
    phrase: str = Field(description="The verb in words, from this side.", examples=["executes on a machine"])
    ci: NeighbourAnswer | None
    far_end: FarEndAnswer | None
    valid_from: Instant | None
    valid_to: Instant | None
    last_seen_at: Instant | None = Field(description="Day of the last sample, of sampled connections.")
    samples: int | None
    strength: str | None = Field(description="hard or soft, where a person declared it.")
    scope: str | None = Field(description="Who says so.")


class CountAnswer(Answer):
    """How many relationships there are of one verb in one direction."""

    verb: str
    direction: Literal["in", "out"]
    phrase: str
    count: int


class RelationshipsAnswer(Answer):
    """One page of relationships, and the number of all of them."""

    id: str = Field(description="The CI's present id.")
    counts: list[CountAnswer]
    relationships: list[RelationshipAnswer]
    next_cursor: str | None = Field(description="Ask for the next page with it; null: this is the last.")


@router.get("/cis/{ci_id}/relationships", response_model=RelationshipsAnswer, responses=responses(HTTPStatus.NOT_FOUND))
def list_relationships(
    core: TheCore,
    _: Reader,
    ci_id: str,
    cursors: Cursors,
    direction: Literal["in", "out"] | None = None,
    verb: Annotated[str | None, Query(examples=["RUNS_ON"])] = None,
    past: Annotated[bool, Query(description="Those that have ended, in place of the current ones.")] = False,
    as_of: AsOf = None,
    limit: PageLimit = 100,
    cursor: PageCursor = None,
) -> object:
    """What the CI relates to, or with `as_of` related to then: by direction, verb and title, as they are called today.

    `valid_to` of one that held then says when it has ended since.
    """
    at = None if as_of is None else checked_instant(core.graph, as_of, core.now())
    question = json.dumps(["relationships", ci_id, direction, verb, past, at])
    after = cursors.read(cursor, question)
    found = relations(
        core.graph, ci_id, limit=limit + 1, after=(after.value, after.id) if after else None, direction=direction,
        verb=verb, past=past, as_of=at,
    )  # fmt: skip

    def key(one: Relationship) -> tuple[str, str]:
        return one.position, one.tie

    return {
        "id": found.id,
        "counts": found.counts,
        "relationships": [_answer(one) for one in found.relationships[:limit]],
        "next_cursor": cursors.next(found.relationships, limit, question, after, core.now(), key),
    }


def _answer(one: Relationship) -> RelationshipAnswer:
    return RelationshipAnswer(
        verb=BY_TYPE[one.type].name,
        direction="out" if one.direction == "out" else "in",
        phrase=phrase(one.type, one.direction),
        ci=NeighbourAnswer.model_validate(one.ci) if one.ci else None,
        far_end=FarEndAnswer.model_validate(one.far_end) if one.far_end else None,
        valid_from=one.valid_from,
        valid_to=one.valid_to,
        last_seen_at=one.last_seen_at,
        samples=one.samples,
        strength=one.strength,
        scope=one.scope,
    )
