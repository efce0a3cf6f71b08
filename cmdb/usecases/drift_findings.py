"""Kept drift: looked at, and decided by people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cmdb.errors import Invalid
from cmdb.practices.drift import LIFECYCLE, UNSETTLED, State
from cmdb.store.driver import Graph, Transaction
from cmdb.store.queries import drift_findings as stored
from cmdb.store.queries import tickets
from cmdb.store.queries.drift_findings import KIND, About, KeptRevision
from cmdb.store.queries.tickets import Entry, StoredTicket, Wanted
from cmdb.usecases.tickets import MAX_ENTRIES, checked_text, comment, existing, lock_current

__all__ = [
    "About",
    "Finding",
    "FindingRow",
    "KeptRevision",
    "Wanted",
    "accept_finding",
    "comment_finding",
    "count_findings",
    "findings_about",
    "list_findings",
    "read_finding",
    "reject_finding",
]

MAX_SHOWN = 500
MAX_ABOUT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """A finding as lists show it. `number` counts findings from 1.

    It happened after `not_before_at`, and was seen from `first_seen_at` to `last_seen_at` (epoch ms) on `ci_count` CIs.
    `change`: what authorises it or was recorded for it; `decided_by` None: nobody has; "cmdb": it settled by itself.
    """

    id: str
    number: int
    revision: int
    title: str
    state: State
    ci_type: str
    attribute: str
    reason: str
    created_at: int
    changed_at: int
    not_before_at: int
    first_seen_at: int
    last_seen_at: int
    ci_count: int
    revision_count: int
    change: str | None
    decided_by: str | None
    decided_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(FindingRow):
    """A finding with the first `MAX_SHOWN` of what changed, and its story."""

    revisions: tuple[KeptRevision, ...]
    entries: tuple[Entry, ...]
    next_states: tuple[str, ...]


def list_findings(graph: Graph, wanted: Wanted, before: int | None = None, limit: int = 50) -> list[FindingRow]:
    """Findings, newest first, from below the number `before`."""
    return [FindingRow(**_columns(one)) for one in graph.read(lambda tx: tickets.page(tx, KIND, wanted, before, limit))]


def read_finding(graph: Graph, finding_id: str) -> Finding:
    """The finding; raises NotFound."""
    return graph.read(lambda tx: finding_of(tx, existing(tx, KIND, finding_id)))


def count_findings(graph: Graph) -> dict[str, int]:
    """How many findings there are in each state."""
    found = graph.read(stored.counts)
    return {state: found.get(state, 0) for state in LIFECYCLE.states}


def findings_about(graph: Graph, ci: str) -> list[About]:
    """Unsettled findings about the CI with this id and what lives in it, newest first, at most `MAX_ABOUT`."""
    return graph.read(lambda tx: stored.about(tx, ci, UNSETTLED, MAX_ABOUT))


def accept_finding(
    graph: Graph, finding_id: str, reason: str | None, revision: int | None, by: str, now: int
) -> Finding:
    """What changed may stay. `revision`: as the caller has read it, None: any.

    Raises Invalid without a reason, NotFound, Stale, Conflict for one that is settled.
    """
    return _decide(graph, finding_id, "accepted", reason, revision, by, now)


def reject_finding(
    graph: Graph, finding_id: str, reason: str | None, revision: int | None, by: str, now: int
) -> Finding:
    """What changed must be undone: it stays open work until the values are back. Raises as `accept_finding`."""
    return _decide(graph, finding_id, "rejected", reason, revision, by, now)


def comment_finding(graph: Graph, finding_id: str, text: str, by: str, now: int) -> Finding:
    """Add words to a finding; raises NotFound, Invalid."""
    comment(graph, KIND, finding_id, text, by, now)
    return read_finding(graph, finding_id)


def move(
    tx: Transaction, finding_id: str, state: State, words: str, revision: int | None, by: str, now: int,
    change: str | None = None,
) -> None:  # fmt: skip
    """Let a finding be in another state, in a transaction that does more. Raises NotFound, Stale, Conflict."""
    ticket = lock_current(tx, KIND, finding_id, revision)
    old = ticket.values["state"]
    LIFECYCLE.check_move(old, state)
    values: dict[str, Any] = {"state": state, "decided_by": by, "decided_at": now}
    changes: dict[str, tuple[Any, Any]] = {"state": (old, state)}
    if change is not None:
        values["change"] = change
        changes["change"] = (None, change)
    tickets.set_values(tx, finding_id, values)
    tickets.log(tx, finding_id, now, by, "state", words, changes)


def reason_of(text: str | None) -> str:
    """The reason for a decision; raises Invalid where there is none."""
    found = checked_text(text, "reason")
    if found is None:
        raise Invalid("say why", "reason")
    return found


def finding_of(tx: Transaction, ticket: StoredTicket) -> Finding:
    """The finding that a stored ticket is."""
    return Finding(
        **_columns(ticket),
        revisions=tuple(stored.revisions(tx, ticket.id, MAX_SHOWN)),
        entries=tuple(tickets.entries(tx, ticket.id, MAX_ENTRIES)),
        next_states=LIFECYCLE.follows[ticket.values["state"]],
    )


def _decide(
    graph: Graph, finding_id: str, state: State, reason: str | None, revision: int | None, by: str, now: int
) -> Finding:
    words = reason_of(reason)

    def write(tx: Transaction) -> Finding:
        move(tx, finding_id, state, words, revision, by, now)
        return finding_of(tx, existing(tx, KIND, finding_id))

    return graph.write(write)


def _columns(ticket: StoredTicket) -> dict[str, Any]:
    names = (
        "number", "title", "state", "ci_type", "attribute", "reason", "created_at", "changed_at", "not_before_at",
        "first_seen_at", "last_seen_at", "ci_count", "revision_count", "change", "decided_by", "decided_at",
    )  # fmt: skip
    found: dict[str, Any] = {name: ticket.values.get(name) for name in names}
    return found | {"id": ticket.id, "revision": ticket.revision}
