"""Incidents: opened on what failed, with what that affects and why, worked on until it is resolved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from cmdb.analyse.answer import Effect
from cmdb.errors import Conflict, Invalid
from cmdb.practices.incident import LIFECYCLE, UNSOLVED, HoldReason, State, check_move
from cmdb.practices.priority import LEVELS, Level, priority, suggested_impact
from cmdb.store.driver import Graph, Transaction
from cmdb.store.queries import tickets
from cmdb.store.queries.tickets import StoredTicket, Wanted
from cmdb.usecases.assessment import Assessment
from cmdb.usecases.impact import assess_ids, resolve_failures
from cmdb.usecases.incident_ticket import KIND, Incident, IncidentRow, incident_of, row_of
from cmdb.usecases.resolve import resolve
from cmdb.usecases.teams import team_id
from cmdb.usecases.tickets import (
    checked_text,
    checked_title,
    comment,
    differences,
    excluded_of,
    existing,
    keep_assessment,
    link_sources,
    lock_current,
    other_outages,
    sources_of,
)


class NewIncident(TypedDict, total=False):
    """What is said of a new incident: `cis` is needed, names as `resolve` takes them with what became of each.

    Without `impact` the affected services suggest one; without `started_at` it started when it was reported.
    """

    cis: dict[str, Effect]
    title: str
    description: str | None
    impact: Level | None
    urgency: Level
    started_at: int
    team: str | None


class IncidentChanges(TypedDict, total=False):
    """What to change of an incident; a `comment` goes with the change."""

    title: str
    description: str | None
    impact: Level
    urgency: Level
    started_at: int
    team: str | None
    state: State
    hold_reason: HoldReason | None
    resolution: str | None
    comment: str | None


def open_incident(graph: Graph, said: NewIncident, by: str, now: int) -> Incident:
    """Open an incident on what failed, and assess what that affects.

    Raises NotFound, Ambiguous or Invalid for CIs that cannot be found, Invalid for values that cannot be.
    """
    started_at = _checked_start(said.get("started_at", now), now)
    failed = resolve_failures(graph, said.get("cis", {}))
    found = assess_ids(graph, failed, now, context=other_outages(graph, ""))
    stated = said.get("impact")
    impact = stated or suggested_impact((one.criticality, one.state) for one in found.services)
    urgency = said.get("urgency", "medium")
    description = checked_text(said.get("description"), "description")
    values = {
        "title": checked_title(said.get("title") or _title(found)),
        "description": description,
        "state": LIFECYCLE.initial, "impact": _level(impact, "impact"), "urgency": _level(urgency, "urgency"),
        "priority": priority(impact, urgency), "impact_is_suggested": stated is None,
        "started_at": started_at, "reported_at": now, "reported_by": by, "changed_at": now,
    }  # fmt: skip

    def write(tx: Transaction) -> Incident:
        team = said.get("team")
        team = team_id(tx, team, "team") if team else None
        incident_id = tickets.create(tx, KIND, "INC", values)
        tickets.assign(tx, incident_id, team)
        link_sources(tx, incident_id, failed, now)
        tickets.log(tx, incident_id, now, by, "opened", description)
        keep_assessment(tx, incident_id, found, now)
        return incident_of(tx, existing(tx, KIND, incident_id))

    return graph.write(write)


def change_incident(
    graph: Graph, incident_id: str, changes: IncidentChanges, revision: int | None, by: str, now: int
) -> Incident:
    """Change fields or the state of an incident that the caller has read at `revision`.

    Raises NotFound, Stale, Conflict for a state that does not follow, Invalid for what a state needs and lacks.
    """

    def write(tx: Transaction) -> Incident:
        ticket = lock_current(tx, KIND, incident_id, revision)
        if not LIFECYCLE.follows[ticket.values["state"]]:
            raise Conflict(f"{incident_id} is {ticket.values['state']}: only comments can be added")
        words = checked_text(changes.get("comment"), "comment")
        wanted = _fields(changes, ticket.values, now)
        if "state" in changes and changes["state"] != ticket.values["state"]:
            wanted |= _move(ticket.values, changes, words, now)
        changed = differences(ticket, wanted)
        if "team" in changes:
            team = team_id(tx, changes["team"], "team") if changes["team"] else None
            if team != ticket.team_id:
                tickets.assign(tx, incident_id, team)
                changed["team"] = (ticket.team_id, team)
        tickets.set_values(tx, incident_id, wanted)
        if changed or words:
            kind = "state" if "state" in changed else "edited" if changed else "comment"
            tickets.log(tx, incident_id, now, by, kind, words, changed)
        return incident_of(tx, existing(tx, KIND, incident_id))

    return graph.write(write)


def comment_incident(graph: Graph, incident_id: str, text: str, by: str, now: int) -> Incident:
    """Add words to an incident, closed ones too; raises NotFound, Invalid."""
    comment(graph, KIND, incident_id, text, by, now)
    return read_incident(graph, incident_id)


def assess_incident(graph: Graph, incident_id: str, by: str, now: int) -> Incident:
    """Assess anew what an incident affects, over the graph as it is now; raises NotFound."""
    ticket = graph.read(lambda tx: existing(tx, KIND, incident_id))
    failed = _failed(ticket)
    context = other_outages(graph, incident_id)
    found = assess_ids(graph, failed, now, excluded=excluded_of(ticket), context=context)

    def write(tx: Transaction) -> Incident:
        current = lock_current(tx, KIND, incident_id, None)
        if _failed(current) != failed or excluded_of(current) != excluded_of(ticket):
            raise Conflict(f"what failed in {incident_id} was changed meanwhile: assess it again")
        keep_assessment(tx, incident_id, found, now)
        services = ", ".join(one.ci.name for one in found.services) or "none"
        tickets.log(tx, incident_id, now, by, "assessed", f"{found.reached_count} CIs; services: {services}")
        return incident_of(tx, existing(tx, KIND, incident_id))

    return graph.write(write)


def mark_ci(graph: Graph, incident_id: str, ci: str, effect: Effect | None, by: str, now: int) -> Incident:
    """Say that a CI failed (`effect`), or that it is not affected whatever is computed (None), and assess anew.

    Raises what `resolve` raises, NotFound, and Conflict for an incident that is over or would be left without a source.
    """
    found = resolve(graph, ci, "ci")

    def write(tx: Transaction) -> None:
        ticket = lock_current(tx, KIND, incident_id, None)
        if ticket.values["state"] not in UNSOLVED:
            raise Conflict(f"{incident_id} is {ticket.values['state']}")
        if effect is None and {one.ci_id for one in sources_of(ticket)} == {found.id}:
            raise Conflict(f"{incident_id} has no other CI that failed")
        if effect is not None:
            link_sources(tx, incident_id, {found.id: effect}, now)
        else:
            tickets.unlink(tx, incident_id, cis=[found.id])
            excluded = {"ci": found.id, "role": "affected", "effect": None, "origin": "excluded", "distance": None}
            tickets.link(tx, incident_id, [excluded], now)
        tickets.log(tx, incident_id, now, by, "linked", f"{found.label}: {effect or 'not affected'}")

    graph.write(write)
    return assess_incident(graph, incident_id, by, now)


def read_incident(graph: Graph, incident_id: str) -> Incident:
    """The incident with its newest entries; raises NotFound."""
    return graph.read(lambda tx: incident_of(tx, existing(tx, KIND, incident_id)))


def list_incidents(graph: Graph, wanted: Wanted, before: int | None = None, limit: int = 50) -> list[IncidentRow]:
    """Incidents, newest first, from below the number `before`; `wanted.team` and `wanted.ci` are ids."""
    return [row_of(one) for one in graph.read(lambda tx: tickets.page(tx, KIND, wanted, before, limit))]


def _failed(ticket: StoredTicket) -> dict[str, Effect]:
    return {one.ci_id: "degraded" if one.effect == "degraded" else "down" for one in sources_of(ticket)}


def _fields(changes: IncidentChanges, standing: Mapping[str, Any], now: int) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    if "title" in changes:
        wanted["title"] = checked_title(changes["title"])
    if "description" in changes:
        wanted["description"] = checked_text(changes["description"], "description")
    if "resolution" in changes:
        wanted["resolution"] = checked_text(changes["resolution"], "resolution")
    if "started_at" in changes:
        wanted["started_at"] = _checked_start(changes["started_at"], now)
    if "impact" in changes:
        wanted |= {"impact": _level(changes["impact"], "impact"), "impact_is_suggested": False}
    if "urgency" in changes:
        wanted["urgency"] = _level(changes["urgency"], "urgency")
    wanted["priority"] = priority(wanted.get("impact", standing["impact"]), wanted.get("urgency", standing["urgency"]))
    return wanted


def _move(standing: Mapping[str, Any], changes: IncidentChanges, words: str | None, now: int) -> dict[str, Any]:
    new = changes.get("state", "")
    hold_reason = changes.get("hold_reason") if new == "on_hold" else None
    check_move(standing["state"], new, hold_reason, changes.get("resolution") or standing.get("resolution"), words)
    wanted: dict[str, Any] = {"state": new, "hold_reason": hold_reason}
    if new == "resolved":
        wanted["resolved_at"] = now
    elif standing["state"] == "resolved" and new == "in_progress":
        wanted |= {"resolved_at": None, "resolution": None}
    elif new in {"closed", "cancelled"}:
        wanted["closed_at"] = now
    return wanted


def _checked_start(started_at: int, now: int) -> int:
    if started_at > now:
        raise Invalid("an incident does not start in the future", "started_at")
    return started_at


def _level(level: Level, field: str) -> Level:
    if level not in LEVELS:
        raise Invalid(f"one of {', '.join(LEVELS)}", field)
    return level


def _title(found: Assessment) -> str:
    first = found.failed[0]
    more = f" and {len(found.failed) - 1} more" if len(found.failed) > 1 else ""
    return f"{first.ci.name}{more}: {first.effect}"
