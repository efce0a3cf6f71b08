"""Decisions of people about what is one thing: shown before they are made, made, listed and undone."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field, field_validator

from cmdb.usecases.decisions import (
    Decided,
    Decision,
    Said,
    list_decisions,
    make_decision,
    preview_decision,
    preview_undo,
    read_decision,
    undo_decision,
)
from cmdb_api.auth import ChangeManager, Reader, TheCore
from cmdb_api.instants import Instant
from cmdb_api.paging import Cursors, PageCursor, PageLimit
from cmdb_api.problems import responses
from cmdb_api.resource import Answer, Given, resource
from cmdb_api.resources.sources import SeenCIAnswer

router = resource("decisions")

_REFUSALS = responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)
Preview = Annotated[bool, Query(description="true: say what it would change, and change nothing.")]


def _text(key: object) -> object:
    return getattr(key, "text", key)


class DecisionAnswer(Answer):
    """What a person decided."""

    id: str = Field(examples=["DEC-000001"])
    kind: Literal["join", "separate"]
    sightings: list[str]
    apart_from: list[str] = Field(description="separate: what the sightings are not.")
    disavowed: list[str] = Field(
        description="separate: what the sightings share with the others, and what counts for nothing there since."
    )
    reason: str
    made_by: str
    made_at: Instant
    undone_by: str | None
    undone_at: Instant | None

    @field_validator("sightings", "apart_from", mode="before")
    @classmethod
    def _keys(cls, value: tuple[object, ...]) -> list[object]:
        return [_text(one) for one in value]

    @field_validator("disavowed", mode="before")
    @classmethod
    def _claims(cls, value: frozenset[tuple[object, object]]) -> list[str]:
        return sorted({str(getattr(identifier, "key", identifier)) for _, identifier in value})


class MergeAnswer(Answer):
    """Several CIs that become one."""

    into: SeenCIAnswer
    of: list[SeenCIAnswer]


class PartAnswer(Answer):
    """One side of a split."""

    ci: SeenCIAnswer | None = Field(description="null: it is held, since nothing tells what it is.")
    is_new: bool = Field(description="Its id is not in use now.")
    sightings: list[str]


class SplitAnswer(Answer):
    """A CI that becomes several."""

    of: SeenCIAnswer
    parts: list[PartAnswer]


class FormerAnswer(Answer):
    """An id that becomes a former one, and where it leads."""

    id: str
    now: str

    @classmethod
    def of(cls, pair: tuple[str, str]) -> FormerAnswer:
        """From the core's pair."""
        return cls(id=pair[0], now=pair[1])


class AttachedAnswer(Answer):
    """A relationship that a person declared, or a ticket, which goes along with its CI."""

    ci: str = Field(description="Id of the CI that it is attached to now.")
    verb: str = Field(examples=["SUPPORTED_BY"])
    is_outgoing: bool
    id: str = Field(examples=["INC-000001"])
    title: str | None
    is_ticket: bool


class EffectAnswer(Answer):
    """What a decision changes."""

    is_nothing: bool = Field(description="Every CI stays what it is.")
    merges: list[MergeAnswer]
    splits: list[SplitAnswer]
    former: list[FormerAnswer]
    released: list[SeenCIAnswer] = Field(description="CIs that come into the graph out of what was held.")
    moves: list[AttachedAnswer]
    in_use_again: list[str] = Field(description="Identifiers that are not set aside any more.")
    set_aside: list[str] = Field(description="Identifiers that are set aside from now on.")
    ended: dict[str, int] = Field(description="Parts that end, by type.")
    begun: dict[str, int] = Field(description="Parts that begin, by type.")
    merged: dict[str, int] = Field(description="Parts that become one with another, by type.")

    @field_validator("former", mode="before")
    @classmethod
    def _pairs(cls, value: tuple[tuple[str, str], ...]) -> list[FormerAnswer]:
        return [FormerAnswer.of(one) for one in value]


class DecidedAnswer(Answer):
    """A decision with what it changed; `decision` is null in a preview."""

    decision: DecisionAnswer | None
    effect: EffectAnswer


class DecisionsAnswer(Answer):
    """One page of decisions, newest first."""

    decisions: list[DecisionAnswer]
    next_cursor: str | None = Field(description="Ask for the next page with it; null: this is the last.")


class NewDecision(Given):
    """What a person says about sightings, or about all sightings of CIs."""

    kind: Literal["join", "separate"] = Field(
        description="join: all of them are one thing. separate: the sightings, or those of the first CI, are not what "
        "`apart_from`, or the other CIs, are; with neither, not what else is in their CI. What they share with the "
        "others is not believed of them any more."
    )
    sightings: list[str] = Field(default=[], max_length=200, description="Keys; see /sightings.")
    apart_from: list[str] = Field(default=[], max_length=200, description="Keys; only to separate.")
    cis: list[str] = Field(default=[], max_length=50, description="Ids, instead of sightings.")
    reason: str = Field(default="", max_length=20_000, description="Why, for whoever looks at it later.")

    def said(self) -> Said:
        """In the core's words."""
        return Said(self.kind, tuple(self.sightings), tuple(self.apart_from), tuple(self.cis), self.reason)


@router.get("/decisions", response_model=DecisionsAnswer)
def list_all(
    core: TheCore,
    _: Reader,
    cursors: Cursors,
    active: Annotated[bool | None, Query(description="true: those in force; false: those that were undone.")] = None,
    limit: PageLimit = 100,
    cursor: PageCursor = None,
) -> object:
    """What people decided, who, when and why; the undone ones too."""
    question = json.dumps(["decisions", active])
    after = cursors.read(cursor, question)
    found = list_decisions(core.graph, active, after.value if after else None, limit + 1)

    def key(one: Decision) -> tuple[int, str]:
        return one.number, one.id

    return {
        "decisions": found[:limit],
        "next_cursor": cursors.next(found, limit, question, after, core.now(), key),
    }


@router.post("/decisions", response_model=DecidedAnswer, responses=_REFUSALS)
def decide(core: TheCore, caller: ChangeManager, given: NewDecision, preview: Preview = False) -> object:
    """Join or separate sightings, or say what that would change. It holds in every later reading until it is undone."""
    if preview:
        return {"decision": None, "effect": preview_decision(core.graph, given.said())}
    return make_decision(core.graph, given.said(), caller.name, core.now())


@router.get("/decisions/{decision_id}", response_model=DecisionAnswer, responses=responses(HTTPStatus.NOT_FOUND))
def show(core: TheCore, _: Reader, decision_id: str) -> Decision:
    """One decision."""
    return read_decision(core.graph, decision_id)


@router.post("/decisions/{decision_id}/undo", response_model=DecidedAnswer, responses=_REFUSALS)
def undo(core: TheCore, caller: ChangeManager, decision_id: str, preview: Preview = False) -> object | Decided:
    """Take a decision back, or say what that would change: what evidence makes of it stands again."""
    if preview:
        return {"decision": None, "effect": preview_undo(core.graph, decision_id)}
    return undo_decision(core.graph, decision_id, caller.name, core.now())
