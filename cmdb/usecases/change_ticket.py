"""A change as it is shown: what stands on the ticket, in the practice's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cmdb.practices.change import LIFECYCLE, Outcome, State
from cmdb.store.driver import Transaction
from cmdb.store.queries import tickets
from cmdb.store.queries.tickets import Entry, Link, StoredTicket
from cmdb.usecases.assessment import Assessment
from cmdb.usecases.tickets import MAX_ENTRIES, kept_assessment, sources_of

KIND = "change"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A change as lists show it. `number` counts changes from 1; `cis` are what it touches, each with its effect.

    `is_retrospective`: it was recorded after what it describes had been found done.
    """

    id: str
    number: int
    revision: int
    title: str
    state: State
    requester: str
    planned_start_at: int | None
    planned_end_at: int | None
    created_at: int
    created_by: str
    changed_at: int
    outcome: Outcome | None
    completed_at: int | None
    team_id: str | None
    team_name: str | None
    is_retrospective: bool
    cis: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(ChangeRow):
    """A change with its story. `assessment` None: not assessed yet; `decided_by` None: nobody decided yet."""

    description: str | None
    test_plan: str | None
    backout_plan: str | None
    submitted_by: str | None
    decided_by: str | None
    decided_at: int | None
    links: tuple[Link, ...]
    entries: tuple[Entry, ...]
    next_states: tuple[str, ...]
    assessment: Assessment | None


def _columns(ticket: StoredTicket) -> dict[str, Any]:
    names = (
        "number", "title", "state", "requester", "created_at", "created_by", "changed_at", "planned_start_at",
        "planned_end_at", "outcome", "completed_at",
    )  # fmt: skip
    found: dict[str, Any] = {name: ticket.values.get(name) for name in names}
    found |= {"id": ticket.id, "revision": ticket.revision, "cis": sources_of(ticket)}
    found["is_retrospective"] = bool(ticket.values.get("is_retrospective"))
    return found | {"team_id": ticket.team_id, "team_name": ticket.team_name}


def row_of(ticket: StoredTicket) -> ChangeRow:
    """The row of a stored change."""
    return ChangeRow(**_columns(ticket))


def change_of(tx: Transaction, ticket: StoredTicket) -> Change:
    """The change that a stored ticket is, with its entries."""
    values = ticket.values
    found = _columns(ticket)
    for name in ("description", "test_plan", "backout_plan", "submitted_by", "decided_by", "decided_at"):
        found[name] = values.get(name)
    return Change(
        **found,
        links=ticket.links,
        entries=tuple(tickets.entries(tx, ticket.id, MAX_ENTRIES)),
        next_states=LIFECYCLE.follows[values["state"]],
        assessment=kept_assessment(ticket),
    )
