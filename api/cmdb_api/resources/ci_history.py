"""What happened to a CI."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Literal

from pydantic import Field

from cmdb.usecases.past import Event, past_of
from cmdb.usecases.relations import BY_TYPE, phrase
from cmdb_api.auth import Reader, TheCore
from cmdb_api.instants import Instant
from cmdb_api.paging import Cursors, PageCursor, PageLimit
from cmdb_api.problems import responses
from cmdb_api.resource import Answer, resource
from cmdb_api.resources.cis import Value

router = resource("cis")


class ChangeAnswer(Answer):
    """A value that became another, at some time between `changed_after` and the event's `at`."""

    attribute: str = Field(examples=["os_version"])
    old: Value | None = Field(description="null: there was none.")
    new: Value | None = Field(description="null: nothing followed.")
    changed_after: Instant = Field(description="The last time it was surely still so.")
    cause: str = Field(description="world, observer (another version of the source words it anew), identity, …")
    said_by: str = Field(description="Whose claim it was.")


class EndpointAnswer(Answer):
    """A relationship that began or ended, at some time between `changed_after` and the event's `at`.

    `id` and `type` are null for a far end, which is no CI.
    """

    verb: str
    direction: Literal["in", "out"]
    phrase: str
    id: str | None
    type: str | None
    title: str
    changed_after: Instant | None = Field(
        description="When it was last read otherwise; null: that is not known, and it may have been so long before."
    )
    cause: str = Field(description="world, observer, identity, reconcile (another source decides) or person.")


class EventAnswer(Answer):
    """Something that happened to the CI."""

    at: Instant
    kind: Literal["appeared", "retired", "value", "began", "ended"]
    recorded_at: Instant | None = Field(description="When it became known here; null: at once, or not kept.")
    value: ChangeAnswer | None = Field(description="Of the kind `value`.")
    relationship: EndpointAnswer | None = Field(description="Of the kinds `began` and `ended`.")


class HistoryAnswer(Answer):
    """One page of events, newest first."""

    id: str = Field(description="The CI's present id.")
    events: list[EventAnswer]
    next_cursor: str | None = Field(description="Ask for the next page with it; null: this is the last.")


@router.get("/cis/{ci_id}/history", response_model=HistoryAnswer, responses=responses(HTTPStatus.NOT_FOUND))
def list_history(
    core: TheCore, _: Reader, ci_id: str, cursors: Cursors, limit: PageLimit = 100, cursor: PageCursor = None
) -> object:
    """What happened to the CI: values that changed, relationships that began and ended after it appeared."""
    question = json.dumps(["history", ci_id])
    after = cursors.read(cursor, question)
    found = past_of(core.graph, ci_id, limit + 1, (after.value, after.id) if after else None)

    def key(one: Event) -> tuple[int, str]:
        return one.at, one.tie

    return {
        "id": found.id,
        "events": [_event(one) for one in found.events[:limit]],
        "next_cursor": cursors.next(found.events, limit, question, after, core.now(), key),
    }


def _event(one: Event) -> dict[str, object]:
    change = relationship = None
    if one.kind == "value":
        change = {
            "attribute": one.attribute, "old": one.value, "new": one.next_value, "changed_after": one.changed_after,
            "cause": one.cause, "said_by": one.owner,
        }  # fmt: skip
    if one.type and one.direction and one.other:
        ci_id, ci_type, title = one.other
        relationship = {
            "verb": BY_TYPE[one.type].name, "direction": one.direction, "phrase": phrase(one.type, one.direction),
            "id": ci_id, "type": ci_type, "title": title, "changed_after": one.changed_after, "cause": one.cause,
        }  # fmt: skip
    return {
        "at": one.at, "kind": one.kind, "recorded_at": one.recorded_at, "value": change, "relationship": relationship
    }  # fmt: skip
