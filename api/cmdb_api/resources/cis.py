"""CIs: found by type, state, attributes and words; one with where each of its values comes from."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Query, Request
from pydantic import Field

from cmdb.usecases.as_of import checked_instant, show_ci_at
from cmdb.usecases.inventory import Found, Wanted, find_cis
from cmdb.usecases.show import Shown, show_ci
from cmdb_api.auth import Reader, TheCore
from cmdb_api.instants import AsOf, Instant
from cmdb_api.paging import Cursors, PageCursor, PageLimit
from cmdb_api.problems import responses
from cmdb_api.resource import Answer, resource
from cmdb_api.resources.sources import ProblemAnswer

router = resource("cis")
OWN_PARAMETERS = frozenset({"type", "state", "q", "as_of", "limit", "cursor"})


Value = str | int | float | bool | list[str]


class PlaceAnswer(Answer):
    """What a CI runs on or is part of."""

    id: str = Field(examples=["ci_k3v6x2m4q7"])
    title: str = Field(examples=["web-1"])


class CIAnswer(Answer):
    """A CI in a list."""

    id: str = Field(examples=["ci_p2l9c4w8z1"])
    type: str = Field(examples=["ServiceInstance"])
    title: str = Field(examples=["postgres"])
    state: Literal["active", "stale", "retired"]
    valid_from: Instant | None = Field(description="null: an address, subnet or package has no beginning.")
    valid_to: Instant | None = Field(description="When it ended.")
    domain: str | None = Field(description="Routing domain, of addresses and subnets.")
    place: PlaceAnswer | None = Field(description="What it runs on or is part of.")
    values: dict[str, Value] = Field(
        description="Current values by attribute, without those that always move; none with `as_of`.",
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
    state: Annotated[
        Literal["current", "active", "stale", "retired", "any"],
        Query(description="current: what has not ended, active or stale. With `as_of` nobody knows who was stale."),
    ] = "current",
    q: Annotated[str | None, Query(max_length=500, description="Words that all occur in it; best first.")] = None,
    as_of: AsOf = None,
    limit: PageLimit = 100,
    cursor: PageCursor = None,
) -> object:
    """Find CIs, by title, or the best match first where `q` gives words.

    Every attribute of the type is a parameter too, as in `?type=Server&os_name=Debian`: it has exactly this value, or
    a list that holds it. What began after the first page was asked for stands on no later page.

    With `as_of`: what was there then, in its state and place of then, by its title and words of today; attributes are
    not looked for, and each CI itself tells its values.
    """
    at = None if as_of is None else checked_instant(core.graph, as_of, core.now())
    given = {name: text for name, text in request.query_params.items() if name not in OWN_PARAMETERS}
    question = json.dumps(["cis", ci_type, state, q, sorted(given.items()), at])
    after = cursors.read(cursor, question)
    asked_at = after.as_of if after else core.now()
    wanted = Wanted(ci_type, state, q, given, at)
    found = find_cis(core.graph, wanted, limit + 1, asked_at, (after.value, after.id) if after else None)

    def key(one: Found) -> tuple[str | float, str]:
        return one.position, one.ci.id

    return {
        "cis": [one.ci for one in found[:limit]],
        "next_cursor": cursors.next(found, limit, question, after, asked_at, key),
    }


class ClaimedAnswer(Answer):
    """What one scope, or a person, says."""

    value: Value
    scope: str = Field(description="Key of the scope; see /sources.", examples=["agent|5b0c…|host|default|5b0c…"])
    source_kind: str = Field(description="`person`: it was set; see the CI's manual values.", examples=["agent"])
    since_at: Instant | None = Field(description="When this claim last changed; null for what always moves.")
    is_stale: bool = Field(description="The scope has been silent for more than three of its own periods.")
    by: str | None = Field(description="Who set it.")
    reason: str | None = Field(description="Why they did.")
    until_at: Instant | None = Field(description="When what was set expires.")


class ValueAnswer(Answer):
    """A value that stands, and where it comes from."""

    name: str = Field(examples=["memory_bytes"])
    value: Value
    unit: str | None = Field(examples=["bytes"])
    is_volatile: bool = Field(description="It always moves: this is the last one read.")
    source: ClaimedAnswer | None = Field(description="Whose value it is; null: nobody claims it at present.")
    others: list[ClaimedAnswer] = Field(description="What the others say, the most believed first.")
    ground: Literal["manual", "alone", "agreed", "joined", "fresh", "rank", "later", "key"] | None = Field(
        description="Why it stands. manual: a person set it. alone, agreed: nobody says anything else. joined: all "
        "lists together. fresh: the others are silent. rank: its source is believed more. later: its claim changed "
        "later. key: of equals always the same one."
    )
    why: str | None = Field(
        description="That in a sentence.", examples=["agent is believed before snmp for os_version"]
    )  # fmt: skip


class ProofAnswer(Answer):
    """Why a sighting is taken for the same thing as others."""

    tier: str = Field(examples=["strong"])
    members: list[str] = Field(description="Keys of the sightings it was joined with.")
    since_at: Instant | None
    identifiers: list[str] = Field(examples=[["system_uuid:4c4c4544-…"]])
    name: str | None
    addresses: list[str]


class SeenAnswer(Answer):
    """A sighting: which scope has this CI as which item."""

    scope: str
    source_kind: str
    item: str = Field(examples=["host"])
    epoch: int = Field(description="Counts the things that stood under this name in turn.")
    first_seen_at: Instant
    last_seen_at: Instant
    is_stale: bool = Field(description="Silent for more than three of its own periods.")
    is_superseded: bool = Field(description="Another scope sees what this one saw before.")
    identifiers: list[str]
    proofs: list[ProofAnswer]
    problems: list[ProblemAnswer] = Field(description="What the source could not read the last time.")


class ShownAnswer(Answer):
    """One CI with everything known about it. `id` is its present one, whichever was asked for."""

    id: str
    type: str
    title: str
    state: Literal["active", "stale", "retired", "absent"] = Field(
        description="absent: at the instant asked for nobody knew it yet, or it was away. Who was stale is not kept."
    )
    as_of: Instant | None = Field(description="The instant of which this tells; null: the present.")
    valid_from: Instant | None
    valid_to: Instant | None = Field(description="As known today, also with `as_of`.")
    last_seen_at: Instant | None = Field(description="null: nobody sees it, people declared it; or `as_of` was given.")
    domain: str | None
    place: PlaceAnswer | None
    values: list[ValueAnswer]
    sightings: list[SeenAnswer]


@router.get("/cis/{ci_id}", response_model=ShownAnswer, responses=responses(HTTPStatus.NOT_FOUND))
def show(core: TheCore, _: Reader, ci_id: str, as_of: AsOf = None) -> Shown:
    """One CI: its values and where each comes from, who sees it, and why they are taken for one thing.

    With `as_of`: the values that stood then, where it lived and whether it was there, by what is today taken for one
    thing. Values that always move are not kept.
    """
    if as_of is None:
        return show_ci(core.graph, ci_id, core.now())
    return show_ci_at(core.graph, ci_id, checked_instant(core.graph, as_of, core.now()))
