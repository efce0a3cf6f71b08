"""The kinds of events: what can happen in the graph, as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EventKind:
    """One kind. `other`: what an event of it names in `other_id`, None where it names nothing."""

    name: str
    about: str
    other: str | None = None


CREATED = EventKind("created", "a CI was seen for the first time")
RETURNED = EventKind("returned", "a stale or retired CI was seen again, under the id it had")
STALE = EventKind("stale", "all sources of a CI have fallen silent")
CHANGED = EventKind("changed", "values of a CI, its parts, or its relationships changed")
ENDED = EventKind("ended", "a CI was retired")
MERGED = EventKind("merged", "two CIs turned out to be one", other="the id that is an alias now")
SPLIT = EventKind("split", "a CI was taken out of another one", other="the CI that it had been part of")
RENAMED = EventKind("renamed", "a CI goes by another id", other="the id that is an alias now")
DRIFT = EventKind("drift", "something changed that no approved change explains", other="the finding")

SILENT = EventKind("silent", "a source has not been heard of for three of its intervals")
HEARD = EventKind("heard", "a silent source was heard again")
HELD = EventKind("held", "so much vanished from a source at once that it is kept until somebody says that it is gone")

SOURCE = "Source"
"""What stands for the CI's type in events of a source; its key stands for the CI's id."""
KINDS = (CREATED, RETURNED, CHANGED, STALE, ENDED, MERGED, SPLIT, RENAMED, DRIFT, SILENT, HEARD, HELD)
"""Every kind that a filter may name; a new one is one line here."""
KIND_NAMES = tuple(kind.name for kind in KINDS)
