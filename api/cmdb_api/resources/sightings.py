"""Sightings: what single sources say, and what is held back until someone decides."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import Query
from pydantic import Field

from cmdb.usecases.sources import StoredSighting, list_sightings
from cmdb_api.auth import Reader, TheCore
from cmdb_api.instants import Instant
from cmdb_api.paging import Cursors, PageCursor, PageLimit
from cmdb_api.resource import Answer, resource
from cmdb_api.resources.sources import SeenCIAnswer

router = resource("sightings")


class AsideAnswer(Answer):
    """An identifier that joins nothing, and why."""

    identifier: str = Field(examples=["system_uuid:03000200-0400-0500-0006-000700080009"])
    tier: str = Field(examples=["strong"])
    reason: str = Field(
        description="direct: two things that cannot be one have it; chain: it links two such things through others; "
        "crowded: too many have it.",
        examples=["direct"],
    )
    witness: list[str] = Field(description="Keys of two sightings that cannot be one thing.")
    clash: str | None = Field(description="Why they cannot: contradiction, exclusive, family or decided.")
    clash_kind: str | None = Field(description="The kind of identifier that differs.", examples=["permanent_macs"])
    groups: int | None = Field(description="How many have it, where it is crowded.")


class SightingAnswer(Answer):
    """What one source says about one thing."""

    key: str
    scope: str = Field(description="Key of the source; see /sources.")
    item: str = Field(examples=["host"])
    epoch: int
    source_kind: str
    name: str | None = Field(examples=["web-1"])
    first_seen_at: Instant
    last_seen_at: Instant
    is_held: bool = Field(description="Nothing tells which CI it is.")
    is_superseded: bool
    identifiers: list[str]
    ci: SeenCIAnswer | None
    set_aside: list[AsideAnswer]


class SightingsAnswer(Answer):
    """One page of sightings."""

    sightings: list[SightingAnswer]
    next_cursor: str | None = Field(description="Ask for the next page with it; null: this is the last.")


@router.get("/sightings", response_model=SightingsAnswer)
def list_all(
    core: TheCore,
    _: Reader,
    cursors: Cursors,
    held: Annotated[bool | None, Query(description="true: those that are held; false: the others.")] = None,
    limit: PageLimit = 100,
    cursor: PageCursor = None,
) -> object:
    """Sightings with the identifiers that were set aside, and why. `held=true` is what awaits a decision."""
    question = json.dumps(["sightings", held])
    after = cursors.read(cursor, question)
    found = list_sightings(core.graph, limit + 1, after.id if after else "", held)

    def key(one: StoredSighting) -> tuple[str, str]:
        return "", one.key

    return {
        "sightings": found[:limit],
        "next_cursor": cursors.next(found, limit, question, after, core.now(), key),
    }
