"""Kept drift: what somebody has to say about a change that nobody had approved."""

from __future__ import annotations

from typing import Literal

from cmdb.practices.lifecycle import Lifecycle

State = Literal["open", "rejected", "accepted", "recorded", "authorised", "noise", "reverted"]

LIFECYCLE = Lifecycle(
    "a finding",
    "open",
    {
        "open": ("accepted", "rejected", "recorded", "authorised", "noise"),
        "rejected": ("accepted", "recorded", "authorised", "noise", "reverted"),
        "accepted": (),
        "recorded": (),
        "authorised": (),
        "noise": (),
        "reverted": (),
    },
)
UNSETTLED = LIFECYCLE.open
"""While a finding is in one of these, somebody has to decide, or to undo what was done."""
ABOUT: dict[str, str] = {
    "open": "nobody has decided yet",
    "rejected": "somebody must undo it",
    "accepted": "it may stay, without a change",
    "recorded": "a change was recorded afterwards",
    "authorised": "a change that was approved later explains it",
    "noise": "it turned out to mean nothing",
    "reverted": "it was undone, as was asked",
}
"""Every state, in the words of pages and answers."""
