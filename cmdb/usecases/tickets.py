"""What incidents and changes have in common: versions, entries, links to CIs, and the assessment they keep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from cmdb.analyse.answer import shown_state
from cmdb.errors import Invalid, NotFound
from cmdb.practices import change, incident
from cmdb.store.driver import Graph, Transaction
from cmdb.store.queries import tickets
from cmdb.store.queries.tickets import Link, StoredTicket
from cmdb.usecases.assessment import Assessment
from cmdb.usecases.declaring import Stale

MAX_TEXT = 20_000
MAX_ENTRIES = 1_000


def existing(tx: Transaction, kind: str, ticket_id: str) -> StoredTicket:
    """The ticket; raises NotFound."""
    found = tickets.read(tx, ticket_id, kind)
    if found is None:
        raise NotFound(kind, ticket_id)
    return found


def lock_current(tx: Transaction, kind: str, ticket_id: str, revision: int | None) -> StoredTicket:
    """The ticket, locked and counted one revision up.

    `revision` is the one the caller has read; None skips the check. Raises NotFound, Stale.
    """
    if not tickets.lock(tx, ticket_id, kind):
        raise NotFound(kind, ticket_id)
    found = existing(tx, kind, ticket_id)
    if revision is not None and found.revision != revision + 1:
        raise Stale(f"{ticket_id} is at version {found.revision - 1}, not {revision}: read it again")
    return found


def differences(ticket: StoredTicket, wanted: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Of the wanted values those that differ from what stands: name → (old, new)."""
    return {
        name: (ticket.values.get(name), value)
        for name, value in wanted.items()
        if value != ticket.values.get(name)
    }  # fmt: skip


def checked_text(text: str | None, field: str) -> str | None:
    """The text, trimmed, None where nothing is left; raises Invalid where it is too long."""
    text = (text or "").strip()
    if len(text) > MAX_TEXT:
        raise Invalid(f"at most {MAX_TEXT} characters", field)
    return text or None


def checked_title(title: str | None) -> str:
    """The title, trimmed; raises Invalid where there is none, or it is longer than a line."""
    found = checked_text(title, "title")
    if found is None or len(found) > 300:
        raise Invalid("a title has 1 to 300 characters", "title")
    return found


def keep_assessment(tx: Transaction, ticket_id: str, found: Assessment, at: int) -> None:
    """Store an assessment on its ticket, and link what it reaches in place of what the one before did."""
    tickets.unlink(tx, ticket_id, origins=["computed"])
    failed = {one.ci.id for one in found.failed} | {one.ci.id for one in found.excluded}
    tickets.link(
        tx,
        ticket_id,
        [
            {"ci": one.ci.id, "role": "affected", "effect": shown_state(one.state, isolated=one.isolated),
             "origin": "computed", "distance": one.distance}
            for one in found.reached if one.ci.id not in failed
        ],
        at,
    )  # fmt: skip
    body = msgspec.json.encode(found).decode()
    tickets.set_values(tx, ticket_id, {"assessment": body, "assessed_at": found.made_at})


def kept_assessment(ticket: StoredTicket) -> Assessment | None:
    """The assessment that a ticket keeps, None where none was made."""
    body = ticket.values.get("assessment")
    return msgspec.json.decode(body, type=Assessment) if body else None


def excluded_of(ticket: StoredTicket) -> frozenset[str]:
    """The CIs that a person marked as not affected."""
    return frozenset(one.ci_id for one in ticket.links if one.origin == "excluded")


def sources_of(ticket: StoredTicket) -> tuple[Link, ...]:
    """The CIs that failed, or that a change touches."""
    return tuple(one for one in ticket.links if one.role == "source")


def other_outages(graph: Graph, but: str) -> dict[str, str]:
    """CIs that other open tickets state to be down, each with the ticket: unsolved incidents, changes under way."""
    return graph.read(lambda tx: tickets.held_down(tx, but, incident.UNSOLVED, change.UNDER_WAY))


def link_sources(tx: Transaction, ticket_id: str, effects: Mapping[str, str], at: int) -> None:
    """Link the CIs that a person named, with the effect they stated."""
    tickets.unlink(tx, ticket_id, cis=effects)
    tickets.link(
        tx,
        ticket_id,
        [
            {"ci": ci, "role": "source", "effect": effect, "origin": "manual", "distance": 0}
            for ci, effect in effects.items()
        ],
        at,
    )


def comment(graph: Graph, kind: str, ticket_id: str, text: str, by: str, now: int) -> StoredTicket:
    """Add words to a ticket; raises NotFound, Invalid where there are none."""
    words = checked_text(text, "text")
    if words is None:
        raise Invalid("a comment needs words", "text")

    def write(tx: Transaction) -> StoredTicket:
        lock_current(tx, kind, ticket_id, None)
        tickets.log(tx, ticket_id, now, by, "comment", words)
        return existing(tx, kind, ticket_id)

    return graph.write(write)
