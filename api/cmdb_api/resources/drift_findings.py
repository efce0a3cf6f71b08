"""Kept drift: what nobody had approved, and what people say about it."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Query, Response
from pydantic import Field

from cmdb.practices.drift import State
from cmdb.usecases.drift_findings import (
    MAX_SHOWN,
    Finding,
    Wanted,
    accept_finding,
    comment_finding,
    count_findings,
    list_findings,
    read_finding,
    reject_finding,
)
from cmdb.usecases.retrospective import record_change
from cmdb_api.auth import ChangeManager, Reader, TheCore
from cmdb_api.declared import Editor
from cmdb_api.instants import Instant
from cmdb_api.paging import Cursors, PageCursor, PageLimit
from cmdb_api.problems import responses
from cmdb_api.resource import Answer, Given, resource
from cmdb_api.resources.cis import Value
from cmdb_api.resources.sources import SeenCIAnswer
from cmdb_api.tickets import Comment, EntryAnswer
from cmdb_api.versions import Version, tag

router = resource("drift")
FOUND = responses(HTTPStatus.NOT_FOUND)
DECIDED = responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED)


class KeptFindingRowAnswer(Answer):
    """A finding in a list."""

    id: str = Field(examples=["DRF-000001"])
    revision: int = Field(description="Counts its changes; the ETag.")
    title: str = Field(examples=["package openssl: 3.0.15 → 0.9.8 on web-1"])
    state: State
    ci_type: str = Field(examples=["Server"])
    attribute: str = Field(examples=["dns_servers"], description="Or `presence`, `address`, `cable`, or a package.")
    reason: str = Field(description="Why nothing authorised it when it was found.")
    created_at: Instant = Field(description="When it was found.")
    changed_at: Instant
    not_before_at: Instant = Field(description="It happened after this: the last reading without it.")
    first_seen_at: Instant
    last_seen_at: Instant
    ci_count: int
    revision_count: int
    change: str | None = Field(examples=["CHG-000012"], description="What authorises it, or was recorded for it.")
    decided_by: str | None = Field(description="`cmdb`: it was settled by what became known later.")
    decided_at: Instant | None


class KeptRevisionAnswer(Answer):
    """What changed on one CI, at some time after `changed_after` and not after `seen_at`."""

    ci: SeenCIAnswer
    ci_state: Literal["active", "retired"]
    place: SeenCIAnswer | None = Field(description="What the CI runs on or is part of.")
    old: Value | None
    new: Value | None = Field(description="null: it has none any more.")
    changed_after: Instant
    seen_at: Instant
    settled: Literal["authorised", "noise", "reverted"] | None = Field(description="What became of it by itself.")


class KeptFindingAnswer(KeptFindingRowAnswer):
    """A finding with its story."""

    next_states: list[str] = Field(examples=[["accepted", "rejected", "recorded"]])
    revisions: list[KeptRevisionAnswer] = Field(description=f"The first {MAX_SHOWN}.")
    entries: list[EntryAnswer] = Field(description="Oldest first, at most the newest 1000.")


class KeptFindingsAnswer(Answer):
    """One page of findings, newest first."""

    findings: list[KeptFindingRowAnswer]
    counts: dict[State, int] = Field(description="How many there are in each state.")
    next_cursor: str | None = Field(description="Ask for the next page with it; null: this is the last.")


class Reason(Given):
    """Why it is decided so."""

    reason: str = Field(min_length=1, max_length=20_000, examples=["Emergency repair, told by telephone."])


class ChangeToRecord(Reason):
    """A change to record afterwards."""

    title: str | None = Field(default=None, max_length=300, description="null: the finding's.")
    requester: str | None = Field(default=None, max_length=200, description="Who had it done; null: the caller.")


@router.get("/drift/findings", response_model=KeptFindingsAnswer)
def list_kept(
    core: TheCore,
    _: Reader,
    cursors: Cursors,
    state: Annotated[list[State] | None, Query(description="One of these.")] = None,
    q: Annotated[str | None, Query(max_length=300, description="A part of the title.")] = None,
    limit: PageLimit = 100,
    cursor: PageCursor = None,
) -> object:
    """List what was found to have changed without an approved change, newest first."""
    question = json.dumps(["drift findings", state, q])
    after = cursors.read(cursor, question)
    wanted = Wanted(states=tuple(state) if state else None, text=q)
    found = list_findings(core.graph, wanted, after.value if after else None, limit + 1)
    return {
        "findings": found[:limit],
        "counts": count_findings(core.graph),
        "next_cursor": cursors.next(found, limit, question, after, core.now(), lambda one: (one.number, one.id)),
    }


@router.get("/drift/findings/{finding_id}", response_model=KeptFindingAnswer, responses=FOUND)
def show_kept(core: TheCore, _: Reader, response: Response, finding_id: str) -> Finding:
    """One finding, with what changed and what was said about it."""
    return _tagged(response, read_finding(core.graph, finding_id))


@router.post("/drift/findings/{finding_id}/acceptance", response_model=KeptFindingAnswer, responses=DECIDED)
def accept(
    core: TheCore, caller: Editor, response: Response, finding_id: str, version: Version, given: Reason
) -> Finding:
    """Say that what changed may stay."""
    found = accept_finding(core.graph, finding_id, given.reason, version, caller.name, core.now())
    return _tagged(response, found)


@router.post("/drift/findings/{finding_id}/rejection", response_model=KeptFindingAnswer, responses=DECIDED)
def reject(
    core: TheCore, caller: Editor, response: Response, finding_id: str, version: Version, given: Reason
) -> Finding:
    """Say that what changed must be undone. It is open work until it is as it was."""
    found = reject_finding(core.graph, finding_id, given.reason, version, caller.name, core.now())
    return _tagged(response, found)


@router.post("/drift/findings/{finding_id}/change", response_model=KeptFindingAnswer, responses=DECIDED)
def record(
    core: TheCore, caller: ChangeManager, response: Response, finding_id: str, version: Version, given: ChangeToRecord
) -> Finding:
    """Record a change afterwards: completed, on these CIs, within the time in which it must have happened."""
    found = record_change(
        core.graph, finding_id, given.reason, version, caller.name, core.now(), title=given.title,
        requester=given.requester,
    )  # fmt: skip
    return _tagged(response, found)


@router.post("/drift/findings/{finding_id}/comments", response_model=KeptFindingAnswer, responses=FOUND)
def comment(core: TheCore, caller: Editor, response: Response, finding_id: str, given: Comment) -> Finding:
    """Add words to a finding."""
    return _tagged(response, comment_finding(core.graph, finding_id, given.text, caller.name, core.now()))


def _tagged(response: Response, finding: Finding) -> Finding:
    tag(response, finding.revision)
    return finding
