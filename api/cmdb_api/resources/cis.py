"""CIs: found by type, state, attributes and words."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from fastapi import Query, Request
from pydantic import Field

from cmdb.usecases.inventory import Found, Wanted, find_cis
from cmdb_api.auth import Reader, TheCore
from cmdb_api.instants import Instant
from cmdb_api.paging import Cursors, PageCursor, PageLimit
from cmdb_api.resource import Answer, resource

router = resource("cis")
OWN_PARAMETERS = frozenset({"type", "state", "q", "limit", "cursor"})


class PlaceAnswer(Answer):
    """What a CI runs on or is part of."""

    id: str = Field(examples=["ci_k3v6x2m4q7"])
    title: str = Field(examples=["web-1"])


class CIAnswer(Answer):
    """A CI in a list."""

    id: str = Field(examples=["ci_p2l9c4w8z1"])
    type: str = Field(examples=["ServiceInstance"])
    title: str = Field(examples=["postgres"])
    state: Literal["active", "retired"]
    valid_from: Instant | None = Field(description="null: an address, subnet or package has no beginning.")
    valid_to: Instant | None = Field(description="When it ended.")
    domain: str | None = Field(description="Routing domain, of addresses and subnets.")
    place: PlaceAnswer | None = Field(description="What it runs on or is part of.")
    values: dict[str, str | int | float | bool | list[str]] = Field(
        description="Current values by attribute, without those that always move.",
        examples=[{"name": "postgres", "listens": ["tcp 0.0.0.0:5432"]}],
    )


class CIsAnswer(Answer):
    """One page of CIs."""

    cis: list[CIAnswer]
    next_cursor: str | None = Field(description="Ask for the next page with it; null: this is the last.")


@router.get("/cis", response_model=CIsAnswer)
def list_cis(
    request: Request,
    core: TheCore,
    _: Reader,
    cursors: Cursors,
    ci_type: Annotated[str | None, Query(alias="type", description="A type's label.", examples=["Server"])] = None,
    state: Annotated[Literal["active", "retired", "any"], Query()] = "active",
    q: Annotated[str | None, Query(max_length=500, description="Words that all occur in it; best first.")] = None,
    limit: PageLimit = 100,
    cursor: PageCursor = None,
) -> object:
    """Find CIs, by title, or the best match first where `q` gives words.

    Every attribute of the type is a parameter too, as in `?type=Server&os_name=Debian`: it has exactly this value, or
    a list that holds it. What began after the first page was asked for stands on no later page.
    """
    given = {name: text for name, text in request.query_params.items() if name not in OWN_PARAMETERS}
    question = json.dumps(["cis", ci_type, state, q, sorted(given.items())])
    after = cursors.read(cursor, question)
    as_of = after.as_of if after else core.now()
    wanted = Wanted(ci_type, state, q, given)
    found = find_cis(core.graph, wanted, limit + 1, as_of, (after.value, after.id) if after else None)

    def key(one: Found) -> tuple[str | float, str]:
        return one.position, one.ci.id

    return {
        "cis": [one.ci for one in found[:limit]],
        "next_cursor": cursors.next(found, limit, question, after, as_of, key),
    }
