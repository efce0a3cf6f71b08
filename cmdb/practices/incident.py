"""Incidents: something does not work as agreed, and is brought back."""

from __future__ import annotations

from typing import Literal

from cmdb.errors import Invalid
from cmdb.practices.lifecycle import Lifecycle

State = Literal["new", "in_progress", "on_hold", "resolved", "closed", "cancelled"]
HoldReason = Literal["awaiting_caller", "awaiting_change", "awaiting_problem", "awaiting_vendor"]

LIFECYCLE = Lifecycle(
    "an incident",
    "new",
    {
        "new": ("in_progress", "on_hold", "resolved", "cancelled"),
        "in_progress": ("on_hold", "resolved", "cancelled"),
        "on_hold": ("in_progress", "resolved", "cancelled"),
        "resolved": ("in_progress", "closed"),
        "closed": (),
        "cancelled": (),
    },
)
UNSOLVED = ("new", "in_progress", "on_hold")
"""While an incident is in one of these, what it names as failed counts as failed for other tickets."""
HOLD_REASONS: tuple[HoldReason, ...] = ("awaiting_caller", "awaiting_change", "awaiting_problem", "awaiting_vendor")


def check_move(old: str, new: str, hold_reason: str | None, resolution: str | None, comment: str | None) -> None:
    """Raises where the move is not allowed, or lacks what it needs: a reason to wait, words for the caller, a cure."""
    LIFECYCLE.check_move(old, new)
    if new == "on_hold" and hold_reason not in HOLD_REASONS:
        raise Invalid(f"say what it waits for: one of {', '.join(HOLD_REASONS)}", "hold_reason")
    if new == "on_hold" and hold_reason == "awaiting_caller" and not comment:
        raise Invalid("a comment must tell the caller what is asked of them", "comment")
    if new == "resolved" and not resolution:
        raise Invalid("say how it was resolved", "resolution")
