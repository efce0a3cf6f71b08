"""Changes that are recorded afterwards: what drifted was right, and is as documented as if it had been planned."""

from __future__ import annotations

from typing import Any

from cmdb.errors import Conflict, Invalid
from cmdb.practices.change import MAX_WINDOW_MS
from cmdb.store.driver import Graph, Transaction
from cmdb.store.queries import drift_findings, tickets
from cmdb.store.queries.drift_findings import KIND
from cmdb.usecases.change_ticket import KIND as CHANGE
from cmdb.usecases.changes import MAX_CIS
from cmdb.usecases.drift_findings import Finding, finding_of, move, reason_of
from cmdb.usecases.tickets import checked_text, checked_title, existing, link_sources


def record_change(
    graph: Graph,
    finding_id: str,
    reason: str | None,
    revision: int | None,
    by: str,
    now: int,
    *,
    title: str | None = None,
    requester: str | None = None,
) -> Finding:
    """Record a completed change for what a finding is about; its window is the time in which that must have happened.

    `title` None: the finding's; `requester`: who had it done, None: nobody says, so that it is `by`. Raises Invalid
    without a reason or with more than `MAX_CIS` CIs, NotFound, Stale, Conflict for a finding that is settled.
    """
    words = reason_of(reason)
    wanted_title = checked_title(title) if title else None
    asked_by = checked_text(requester, "requester") or by

    def write(tx: Transaction) -> Finding:
        finding = finding_of(tx, existing(tx, KIND, finding_id))
        if "recorded" not in finding.next_states:
            raise Conflict(f"{finding_id} is {finding.state}: there is nothing left to record")
        cis = drift_findings.cis_of(tx, finding_id, MAX_CIS + 1)
        if len(cis) > MAX_CIS:
            raise Invalid(f"{finding_id} is about more than the {MAX_CIS} CIs that a change may touch", "finding")
        end = finding.last_seen_at
        values: dict[str, Any] = {
            "title": wanted_title or finding.title, "description": f"{finding.title}. {finding_id}.",
            "state": "completed", "outcome": "successful", "is_retrospective": True, "requester": asked_by,
            "planned_start_at": max(finding.not_before_at, end - MAX_WINDOW_MS), "planned_end_at": end,
            "completed_at": end, "created_at": now, "created_by": by, "decided_by": by, "decided_at": now,
        }  # fmt: skip
        change = tickets.create(tx, CHANGE, "CHG", values)
        link_sources(tx, change, dict.fromkeys(cis, "none"), now)
        tickets.log(tx, change, now, by, "opened", f"Recorded afterwards from {finding_id}: {words}")
        move(tx, finding_id, "recorded", words, revision, by, now, change)
        return finding_of(tx, existing(tx, KIND, finding_id))

    return graph.write(write)
