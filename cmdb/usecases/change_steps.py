"""The way of a change: assessed, submitted, decided, done."""

from __future__ import annotations

from typing import Any

from cmdb.analyse.answer import Effect as Failure
from cmdb.errors import Conflict, Invalid
from cmdb.practices import change as practice
from cmdb.practices.change import LIFECYCLE, Outcome, State
from cmdb.store.driver import Graph, Transaction
from cmdb.store.queries import tickets
from cmdb.store.queries.tickets import StoredTicket
from cmdb.usecases.assessment import Assessment
from cmdb.usecases.change_ticket import KIND, Change, change_of
from cmdb.usecases.impact import assess_ids
from cmdb.usecases.tickets import (
    checked_text,
    differences,
    existing,
    keep_assessment,
    lock_current,
    sources_of,
)


def assess_change(graph: Graph, change_id: str, by: str, now: int) -> Change:
    """Assess what a change reaches, over the graph as it is now, and keep that on it; raises NotFound, Invalid."""
    ticket = graph.read(lambda tx: existing(tx, KIND, change_id))
    found = _assess(graph, ticket, now)

    def write(tx: Transaction) -> Change:
        _keep(tx, lock_current(tx, KIND, change_id, None), ticket, found, by, now)
        return change_of(tx, existing(tx, KIND, change_id))

    return graph.write(write)


def submit_change(graph: Graph, change_id: str, revision: int | None, by: str, now: int) -> Change:
    """Ask for approval: the change is assessed, and from then on stands as it is.

    Raises NotFound, Stale, Conflict for a change that is no draft, Invalid naming what is still missing.
    """
    ticket = graph.read(lambda tx: existing(tx, KIND, change_id))
    LIFECYCLE.check_move(ticket.values["state"], "submitted")
    values = ticket.values
    practice.check_complete(
        len(sources_of(ticket)), values.get("planned_start_at"), values.get("planned_end_at"), now,
        values.get("backout_plan"),
    )  # fmt: skip
    found = _assess(graph, ticket, now)

    def write(tx: Transaction) -> Change:
        current = lock_current(tx, KIND, change_id, revision)
        LIFECYCLE.check_move(current.values["state"], "submitted")
        _keep(tx, current, ticket, found, by, now)
        _move(tx, current, {"state": "submitted", "submitted_by": by}, by, now)
        return change_of(tx, existing(tx, KIND, change_id))

    return graph.write(write)


def decide_change(
    graph: Graph,
    change_id: str,
    *,
    approve: bool,
    by: str,
    now: int,
    note: str | None = None,
    revision: int | None = None,
    is_admin: bool = False,
    override: str | None = None,
) -> Change:
    """Approve or reject a submitted change. The delivery has checked that the caller may decide at all.

    Raises NotAllowed where the caller asked for it, unless an administrator gives a reason in `override`; Invalid
    for a rejection without a note; NotFound, Stale, Conflict.
    """
    words = checked_text(note, "note")
    if not approve and words is None:
        raise Invalid("say why it is rejected", "note")

    def write(tx: Transaction) -> Change:
        ticket = lock_current(tx, KIND, change_id, revision)
        values = ticket.values
        state = "approved" if approve else "rejected"
        LIFECYCLE.check_move(values["state"], state)
        asked = {values["requester"], values["created_by"], values.get("submitted_by", "")}
        practice.check_decider(by, asked, checked_text(override, "override"), is_admin=is_admin)
        text = "\n".join(part for part in (words, f"Decided on own request: {override}" if override else None) if part)
        _move(tx, ticket, {"state": state, "decided_by": by, "decided_at": now}, by, now, text or None)
        return change_of(tx, existing(tx, KIND, change_id))

    return graph.write(write)


def move_change(
    graph: Graph, change_id: str, state: State, revision: int | None, by: str, now: int, words: str | None = None
) -> Change:
    """Take a change back to draft, start it, or cancel it; raises NotFound, Stale, Conflict, Invalid."""
    if state not in {"draft", "implementing", "cancelled"}:
        raise Invalid("submit, decide and complete have ways of their own", "state")

    def write(tx: Transaction) -> Change:
        ticket = lock_current(tx, KIND, change_id, revision)
        LIFECYCLE.check_move(ticket.values["state"], state)
        wanted: dict[str, Any] = {"state": state}
        if state == "draft":
            wanted |= {"submitted_by": None, "decided_by": None, "decided_at": None}
        elif state == "implementing":
            wanted["implementing_at"] = now
        _move(tx, ticket, wanted, by, now, checked_text(words, "comment"))
        return change_of(tx, existing(tx, KIND, change_id))

    return graph.write(write)


def complete_change(
    graph: Graph, change_id: str, outcome: Outcome, revision: int | None, by: str, now: int, words: str | None = None
) -> Change:
    """Say how a change went; raises NotFound, Stale, Conflict, Invalid."""
    if outcome not in practice.OUTCOMES:
        raise Invalid(f"one of {', '.join(practice.OUTCOMES)}", "outcome")

    def write(tx: Transaction) -> Change:
        ticket = lock_current(tx, KIND, change_id, revision)
        LIFECYCLE.check_move(ticket.values["state"], "completed")
        wanted = {"state": "completed", "outcome": outcome, "completed_at": now}
        _move(tx, ticket, wanted, by, now, checked_text(words, "comment"))
        return change_of(tx, existing(tx, KIND, change_id))

    return graph.write(write)


def _assess(graph: Graph, ticket: StoredTicket, now: int) -> Assessment:
    """The whole blast radius: a change comes later, and what is down now by others may be up by then."""
    failed: dict[str, Failure] = {}
    for one in sources_of(ticket):
        counted = practice.counts_as(one.effect or "unknown")
        if counted is not None:
            failed[one.ci_id] = counted
    return assess_ids(graph, failed, now)


def _keep(tx: Transaction, current: StoredTicket, assessed: StoredTicket, found: Assessment, by: str, now: int) -> None:
    if {one.ci_id: one.effect for one in sources_of(current)} != {o.ci_id: o.effect for o in sources_of(assessed)}:
        raise Conflict(f"what {current.id} touches was changed meanwhile: assess it again")
    keep_assessment(tx, current.id, found, now)
    services = ", ".join(one.ci.name for one in found.services) or "none"
    tickets.log(tx, current.id, now, by, "assessed", f"{found.reached_count} CIs; services: {services}")


def _move(
    tx: Transaction, ticket: StoredTicket, wanted: dict[str, Any], by: str, now: int, words: str | None = None
) -> None:
    tickets.set_values(tx, ticket.id, wanted)
    tickets.log(tx, ticket.id, now, by, "state", words, differences(ticket, wanted))
