"""Changes: what is going to be done to CIs, when, and who agreed."""

from __future__ import annotations

from typing import Literal

from cmdb.errors import Invalid, NotAllowed
from cmdb.practices.lifecycle import Lifecycle

State = Literal["draft", "submitted", "approved", "rejected", "implementing", "completed", "cancelled"]
Effect = Literal["none", "degraded", "down", "unknown"]
Outcome = Literal["successful", "with_issues", "failed", "backed_out"]

LIFECYCLE = Lifecycle(
    "a change",
    "draft",
    {
        "draft": ("submitted", "cancelled"),
        "submitted": ("approved", "rejected", "draft", "cancelled"),
        "approved": ("implementing", "completed", "cancelled"),
        "rejected": ("draft", "cancelled"),
        "implementing": ("completed",),
        "completed": (),
        "cancelled": (),
    },
)
EDITABLE = ("draft",)
"""What was submitted stands as it was assessed; to alter it, take it back to draft."""
UNDER_WAY = ("implementing",)
"""While a change is in one of these, what it takes down counts as failed for other tickets."""
EFFECTS: tuple[Effect, ...] = ("none", "degraded", "down", "unknown")
OUTCOMES: tuple[Outcome, ...] = ("successful", "with_issues", "failed", "backed_out")
MAX_WINDOW_MS = 90 * 24 * 60 * 60 * 1000


def counts_as(effect: str) -> Literal["degraded", "down"] | None:
    """The failure an effect is assessed as: unknown counts as down, none as no failure (None)."""
    return None if effect == "none" else "degraded" if effect == "degraded" else "down"


def check_window(start_at: int | None, end_at: int | None) -> None:
    """Raises Invalid for a window without an end, or one that ends before it starts or lasts over 90 days."""
    if (start_at is None) != (end_at is None):
        raise Invalid("a window has a start and an end", "planned_end_at" if end_at is None else "planned_start_at")
    if start_at is not None and end_at is not None:
        if end_at <= start_at:
            raise Invalid("the window ends before it starts", "planned_end_at")
        if end_at - start_at > MAX_WINDOW_MS:
            raise Invalid("a window lasts at most 90 days", "planned_end_at")


def check_complete(cis: int, start_at: int | None, end_at: int | None, now: int, backout_plan: str | None) -> None:
    """Raises Invalid where a change lacks what must be known before anyone can agree to it."""
    if not cis:
        raise Invalid("name the CIs that the change touches", "cis")
    if start_at is None or end_at is None:
        raise Invalid("plan a window", "planned_start_at")
    if end_at <= now:
        raise Invalid("the window is over already", "planned_end_at")
    if not backout_plan:
        raise Invalid("say how to go back if it fails", "backout_plan")


def check_decider(by: str, wanted_by: set[str], override: str | None, *, is_admin: bool) -> None:
    """Raises NotAllowed where somebody decides on what they asked for themselves.

    An administrator may, with a reason (`override`) that is kept with the decision.
    """
    if by not in wanted_by or (is_admin and override):
        return
    way_out = " (an administrator may, by giving a reason in `override`)" if is_admin else ""
    raise NotAllowed(f"{by!r} asked for this change, so somebody else decides on it{way_out}")
