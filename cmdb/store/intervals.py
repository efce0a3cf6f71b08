"""What relationships carry about their beginning and end; what is usual is not written."""

from __future__ import annotations

from cmdb.reconcile.causes import Ending
from cmdb.reconcile.revisions import Cause
from cmdb.store.driver import Row

PROMPT_MS = 60_000
"""What was learnt within this time of when it was so was learnt at once."""


def begun(valid_from: int, recorded_at: int, cause: Cause) -> Row:
    """`began_recorded_at` where it was learnt later, `began_cause` where it is not `world`."""
    found: Row = {}
    if recorded_at - valid_from > PROMPT_MS:
        found["began_recorded_at"] = recorded_at
    if cause != "world":
        found["began_cause"] = cause
    return found


def over(ending: Ending, at: int, recorded_at: int) -> Row:
    """`valid_to`, `recorded_at`; `ended_after` where it is known, `ended_cause` where it is not `world`."""
    found: Row = {"valid_to": at, "recorded_at": recorded_at}
    if ending.after is not None:
        found["ended_after"] = ending.after
    if ending.cause != "world":
        found["ended_cause"] = ending.cause
    return found
