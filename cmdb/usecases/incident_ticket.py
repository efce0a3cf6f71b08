"""An incident as it is shown: what stands on the ticket, in the practice's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cmdb.practices.incident import LIFECYCLE, HoldReason, State
from cmdb.practices.priority import Level
from cmdb.store.driver import Transaction
from cmdb.store.queries import tickets
from cmdb.store.queries.tickets import Entry, Link, StoredTicket
from cmdb.usecases.assessment import Assessment
from cmdb.usecases.tickets import MAX_ENTRIES, kept_assessment, sources_of

KIND = "incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """An incident as lists show it. `number` counts them; `priority` 1 is the most urgent; `sources` failed."""

    id: str
    number: int
    revision: int
    title: str
    state: State
    hold_reason: HoldReason | None
    impact: Level
    urgency: Level
    priority: int
    started_at: int
    reported_at: int
    reported_by: str
    changed_at: int
    resolved_at: int | None
    team_id: str | None
    team_name: str | None
    sources: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident(IncidentRow):
    """An incident with its story. `impact_is_suggested`: nobody stated it, the affected services did."""

    description: str | None
    resolution: str | None
    impact_is_suggested: bool
    links: tuple[Link, ...]
    entries: tuple[Entry, ...]
    next_states: tuple[str, ...]
    assessment: Assessment | None


def _columns(ticket: StoredTicket) -> dict[str, Any]:
    values = ticket.values
    names = ("number", "title", "state", "impact", "urgency", "priority", "started_at", "reported_at", "reported_by")
    return {name: values[name] for name in names} | {
        "id": ticket.id, "revision": ticket.revision, "hold_reason": values.get("hold_reason"),
        "changed_at": values["changed_at"], "resolved_at": values.get("resolved_at"),
        "team_id": ticket.team_id, "team_name": ticket.team_name, "sources": sources_of(ticket),
    }  # fmt: skip


def row_of(ticket: StoredTicket) -> IncidentRow:
    """The row of a stored incident."""
    return IncidentRow(**_columns(ticket))


def incident_of(tx: Transaction, ticket: StoredTicket) -> Incident:
    """The incident that a stored ticket is, with its entries."""
    values = ticket.values
    return Incident(
        **_columns(ticket),
        description=values.get("description"),
        resolution=values.get("resolution"),
        impact_is_suggested=values["impact_is_suggested"],
        links=ticket.links,
        entries=tuple(tickets.entries(tx, ticket.id, MAX_ENTRIES)),
        next_states=LIFECYCLE.follows[values["state"]],
        assessment=kept_assessment(ticket),
    )
