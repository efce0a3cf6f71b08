"""Incidents: opened on what failed; what that affects and why, and what changed lately beneath it."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated, Any, Literal, cast

from fastapi import Query, Response
from pydantic import Field

from cmdb.usecases.incident_ticket import HoldReason, Incident, Level, State
from cmdb.usecases.incidents import (
    IncidentChanges,
    NewIncident,
    Wanted,
    assess_incident,
    change_incident,
    comment_incident,
    list_incidents,
    mark_ci,
    open_incident,
    read_incident,
)
from cmdb.usecases.recent_changes import MAX_HOURS, RecentChanges, recent_changes
from cmdb.usecases.resolve import resolve
from cmdb.usecases.teams import find_team
from cmdb_api.assessments import AssessmentAnswer
from cmdb_api.auth import Reader, Responder, TheCore
from cmdb_api.given import said
from cmdb_api.instants import GivenInstant, Instant
from cmdb_api.paging import Cursors, PageCursor, PageLimit
from cmdb_api.problems import responses
from cmdb_api.resource import Answer, Given, resource
from cmdb_api.resources.impact import NAMES_OF_CIS, FailedCI
from cmdb_api.tickets import Comment, EntryAnswer, LinkAnswer
from cmdb_api.versions import Version, tag

router = resource("incidents")
FOUND = responses(HTTPStatus.NOT_FOUND)
EDITED = responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED)


class IncidentRowAnswer(Answer):
    """An incident in a list."""

    id: str = Field(examples=["INC-000001"])
    revision: int = Field(description="Counts its changes; the ETag.")
    title: str = Field(examples=["postgres on web-1: down"])
    state: State
    hold_reason: HoldReason | None
    impact: Level
    urgency: Level
    priority: int = Field(description="1 is the most urgent of 5.", examples=[2])
    started_at: Instant
    reported_at: Instant
    reported_by: str
    changed_at: Instant
    resolved_at: Instant | None
    team_id: str | None
    team_name: str | None
    sources: list[LinkAnswer] = Field(description="What failed.")


class IncidentAnswer(IncidentRowAnswer):
    """An incident with its story."""

    description: str | None
    resolution: str | None
    impact_is_suggested: bool = Field(description="The affected services suggest it; nobody stated one.")
    next_states: list[str] = Field(examples=[["in_progress", "on_hold", "resolved", "cancelled"]])
    links: list[LinkAnswer] = Field(description="What failed and what is affected, nearest first.")
    entries: list[EntryAnswer] = Field(description="Oldest first, at most the newest 1000.")
    assessment: AssessmentAnswer | None = Field(
        description="Beyond what other open incidents explain. null: none was made."
    )


class IncidentsAnswer(Answer):
    """One page of incidents, newest first."""

    incidents: list[IncidentRowAnswer]
    next_cursor: str | None = Field(description="Ask for the next page with it; null: this is the last.")


class IncidentToOpen(Given):
    """An incident to open."""

    cis: list[FailedCI] = Field(min_length=1, max_length=500)
    title: str | None = Field(default=None, max_length=300, description="null: made from the CIs.")
    description: str | None = Field(default=None, max_length=20_000)
    impact: Level | None = Field(default=None, description="null: as the affected services suggest.")
    urgency: Level = "medium"
    started_at: GivenInstant | None = Field(default=None, description="null: now.")
    team: str | None = Field(default=None, description="Id or name of the team that is to work on it.")


class IncidentPatch(Given):
    """What to change; what is left out stays."""

    title: str = Field(default="", max_length=300)
    description: str | None = Field(default=None, max_length=20_000)
    impact: Level = "low"
    urgency: Level = "medium"
    started_at: GivenInstant = 0
    team: str | None = Field(default=None, description="Id or name; null: nobody's.")
    state: State = "new"
    hold_reason: HoldReason | None = Field(default=None, description="Goes with the state `on_hold`.")
    resolution: str | None = Field(default=None, max_length=20_000, description="The state `resolved` needs it.")
    comment: str | None = Field(default=None, max_length=20_000, description="Words to go with the change.")


class Mark(Given):
    """What a person says about a CI in an incident."""

    ci: str = Field(description=NAMES_OF_CIS, min_length=1, max_length=500, examples=["app@web-2"])
    effect: Literal["degraded", "down"] | None = Field(description="It failed; null: it is not affected.")


class HappeningAnswer(Answer):
    """One thing that happened to a CI beneath the incident."""

    at: Instant = Field(description="When it was noticed.")
    not_before_at: Instant | None = Field(description="When it had not yet happened; null: nobody knows.")
    kind: str = Field(examples=["upgraded"])
    ci_id: str
    ci_type: str = Field(examples=["Server"])
    ci_name: str = Field(examples=["web-1"])
    distance: int = Field(description="Hops down what the services need.")
    text: str = Field(examples=["openssl 3.0.15 → 3.0.16"])
    old: Any
    new: Any
    ticket: str | None = Field(description="The change that people made.")


class RecentChangesAnswer(Answer):
    """What changed, newest first, at most 200."""

    since: Instant
    until: Instant
    happenings: list[HappeningAnswer]
    more: bool
    ci_count: int = Field(description="CIs that were looked at.")
    cone_is_cut: bool = Field(description="There are more CIs beneath than were looked at.")


@router.post("/incidents", status_code=HTTPStatus.CREATED, response_model=IncidentAnswer, responses=FOUND)
def open_(core: TheCore, caller: Responder, response: Response, given: IncidentToOpen) -> Incident:
    """Open an incident, and see which services it affects and why."""
    wanted = said(given, with_null=False) | {"cis": {one.ci: one.effect for one in given.cis}}
    return _tagged(response, open_incident(core.graph, cast(NewIncident, wanted), caller.name, core.now()))


@router.get("/incidents", response_model=IncidentsAnswer)
def list_all(
    core: TheCore,
    _: Reader,
    cursors: Cursors,
    state: Annotated[list[State] | None, Query(description="One of these.")] = None,
    priority: Annotated[int | None, Query(ge=1, le=5)] = None,
    team: Annotated[str | None, Query(max_length=200, description="Id or name of the team that works on it.")] = None,
    ci: Annotated[str | None, Query(max_length=500, description=f"It names this CI. {NAMES_OF_CIS}")] = None,
    q: Annotated[str | None, Query(max_length=300, description="A part of the title.")] = None,
    limit: PageLimit = 100,
    cursor: PageCursor = None,
) -> object:
    """List incidents, newest first."""
    question = json.dumps(["incidents", state, priority, team, ci, q])
    after = cursors.read(cursor, question)
    wanted = Wanted(
        states=tuple(state) if state else None, priority=priority, text=q,
        team=find_team(core.graph, team) if team else None, ci=resolve(core.graph, ci, "ci").id if ci else None,
    )  # fmt: skip
    found = list_incidents(core.graph, wanted, after.value if after else None, limit + 1)
    return {
        "incidents": found[:limit],
        "next_cursor": cursors.next(found, limit, question, after, core.now(), lambda one: (one.number, one.id)),
    }


@router.get("/incidents/{incident_id}", response_model=IncidentAnswer, responses=FOUND)
def show(core: TheCore, _: Reader, response: Response, incident_id: str) -> Incident:
    """One incident with its entries and what it affects."""
    return _tagged(response, read_incident(core.graph, incident_id))


@router.patch("/incidents/{incident_id}", response_model=IncidentAnswer, responses=EDITED)
def change(
    core: TheCore, caller: Responder, response: Response, incident_id: str, version: Version, given: IncidentPatch
) -> Incident:
    """Change fields or the state of an incident."""
    changes = cast(IncidentChanges, said(given))
    return _tagged(response, change_incident(core.graph, incident_id, changes, version, caller.name, core.now()))


@router.post("/incidents/{incident_id}/comments", response_model=IncidentAnswer, responses=FOUND)
def comment(core: TheCore, caller: Responder, response: Response, incident_id: str, given: Comment) -> Incident:
    """Add words to an incident, closed ones too."""
    return _tagged(response, comment_incident(core.graph, incident_id, given.text, caller.name, core.now()))


@router.post(
    "/incidents/{incident_id}/assessment",
    response_model=IncidentAnswer,
    responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
)
def assess(core: TheCore, caller: Responder, response: Response, incident_id: str) -> Incident:
    """Assess anew what an incident affects, over the graph as it is now."""
    return _tagged(response, assess_incident(core.graph, incident_id, caller.name, core.now()))


@router.post(
    "/incidents/{incident_id}/cis",
    response_model=IncidentAnswer,
    responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
)
def mark(core: TheCore, caller: Responder, response: Response, incident_id: str, given: Mark) -> Incident:
    """Say that a CI failed too, or that it is not affected whatever is computed; the incident is assessed anew."""
    return _tagged(response, mark_ci(core.graph, incident_id, given.ci, given.effect, caller.name, core.now()))


@router.get("/incidents/{incident_id}/recent-changes", response_model=RecentChangesAnswer, responses=FOUND)
def what_changed(
    core: TheCore, _: Reader, incident_id: str, hours: Annotated[int, Query(ge=1, le=MAX_HOURS)] = 24
) -> RecentChanges:
    """What changed within these hours before the incident began on what its services depend on, newest first."""
    return recent_changes(core.graph, incident_id, hours, core.now())


def _tagged(response: Response, incident: Incident) -> Incident:
    tag(response, incident.revision)
    return incident
