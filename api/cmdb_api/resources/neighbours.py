"""Neighbours: what interfaces hear of, and which of it is no known device yet."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import Query
from pydantic import Field

from cmdb.usecases.neighbours import HeardOf, list_neighbours
from cmdb_api.auth import Reader, TheCore
from cmdb_api.instants import Instant
from cmdb_api.paging import Cursors, PageCursor, PageLimit
from cmdb_api.resource import Answer, resource
from cmdb_api.resources.sources import SeenCIAnswer

router = resource("neighbours")


class SeenByAnswer(Answer):
    """An interface that hears of the neighbour."""

    interface: SeenCIAnswer
    machine: SeenCIAnswer
    discovered_by: str = Field(examples=["lldp"], description="lldp, cdp, both, fdb (learnt from frames) or arp.")
    port_id: str = Field(examples=["Gi0/1"], description="Which of its ports the neighbour spoke from; empty: unsaid.")


class HeardOfAnswer(Answer):
    """A neighbour. `machines` holds the device it is; none while nobody reads it, several where that is disputed."""

    key: str = Field(examples=["default|macAddress|00:1c:73:00:01:00"])
    domain: str
    subtype: str = Field(examples=["macAddress"], description="What the id is (LldpChassisIdSubtype, or cdpDeviceId).")
    chassis_id: str
    address: str | None
    name: str | None
    description: str | None
    machines: list[SeenCIAnswer]
    seen_by: list[SeenByAnswer] = Field(description="The first twenty.")
    seen_count: int
    first_seen_at: Instant
    last_seen_at: Instant


class NeighboursAnswer(Answer):
    """One page of neighbours."""

    neighbours: list[HeardOfAnswer]
    next_cursor: str | None = Field(description="Ask for the next page with it; null: this is the last.")


@router.get("/neighbours", response_model=NeighboursAnswer)
def list_all(
    core: TheCore,
    _: Reader,
    cursors: Cursors,
    resolved: Annotated[bool | None, Query(description="false: those that no known device is.")] = None,
    announced: Annotated[bool, Query(description="Only those that LLDP or CDP tell of.")] = False,
    limit: PageLimit = 100,
    cursor: PageCursor = None,
) -> object:
    """What stands next to what. `resolved=false&announced=true` shows which network devices nobody reads yet."""
    question = json.dumps(["neighbours", resolved, announced])
    after = cursors.read(cursor, question)
    found = list_neighbours(core.graph, limit + 1, after.id if after else "", resolved, announced=announced)

    def key(one: HeardOf) -> tuple[str, str]:
        return "", one.key

    return {"neighbours": found[:limit], "next_cursor": cursors.next(found, limit, question, after, core.now(), key)}
