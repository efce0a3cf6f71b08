"""Far ends of connections: who is connected to, and whether anyone known answers there."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import Query
from pydantic import Field

from cmdb.usecases.far_ends import FarEnd, count_far_ends, list_far_ends
from cmdb_api.auth import Reader, TheCore
from cmdb_api.instants import Instant
from cmdb_api.paging import Cursors, PageCursor, PageLimit
from cmdb_api.resource import Answer, resource
from cmdb_api.resources.sources import SeenCIAnswer

router = resource("far-ends")


class FarEndAnswer(Answer):
    """An address and port that something connects to."""

    key: str = Field(examples=["default|tcp|10.0.0.31|5432"])
    domain: str = Field(description="Routing domain; `local:…` for what means something inside one machine only.")
    protocol: str = Field(examples=["tcp"])
    address: str = Field(examples=["10.0.0.31"])
    port: int = Field(examples=[5432])
    users: list[SeenCIAnswer] = Field(description="Who connects to it, the first twenty.")
    user_count: int
    answering: list[SeenCIAnswer] = Field(description="Who listens there; empty while nobody known does.")
    first_seen_at: Instant
    last_seen_at: Instant


class FarEndsAnswer(Answer):
    """One page of far ends."""

    far_ends: list[FarEndAnswer]
    total: int = Field(description="Far ends in use.")
    unresolved: int = Field(description="Those at which nobody known answers.")
    next_cursor: str | None = Field(description="Ask for the next page with it; null: this is the last.")


@router.get("/far-ends", response_model=FarEndsAnswer)
def list_all(
    core: TheCore,
    _: Reader,
    cursors: Cursors,
    resolved: Annotated[bool | None, Query(description="false: those at which nobody known answers.")] = None,
    limit: PageLimit = 100,
    cursor: PageCursor = None,
) -> object:
    """Where connections go. `resolved=false` shows which machines still lack an agent."""
    question = json.dumps(["far-ends", resolved])
    after = cursors.read(cursor, question)
    found = list_far_ends(core.graph, limit + 1, after.id if after else "", resolved)
    total, unresolved = count_far_ends(core.graph)

    def key(one: FarEnd) -> tuple[str, str]:
        return "", one.key

    return {
        "far_ends": found[:limit],
        "total": total,
        "unresolved": unresolved,
        "next_cursor": cursors.next(found, limit, question, after, core.now(), key),
    }
