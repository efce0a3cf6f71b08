"""Revisions of what is there: things that came or went, and what a machine has installed, answers at, is cabled to.

What came with the first reading of what it is in, or went with its end, has not changed by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from cmdb.analyse.drift_noise import PRESENCE
from cmdb.analyse.revision import Revision
from cmdb.model import verbs
from cmdb.model.types import BY_LABEL

ADDRESS = "address"
CABLE = "cable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One end of a relationship; `since`, `until`: from and until when it was there, None where that is not known.

    `named` and `told`: what it is called where several of it may be had, and what is said of it instead of its title:
    of a package manager, name and architecture, and its version; of a port itself and its machine.
    """

    id: str
    type: str
    title: str
    since: int | None
    until: int | None
    named: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A relationship of `verb` that began, or ended, after `changed_after` and not after `seen_at`."""

    verb: str
    start: Thing
    end: Thing
    began: bool
    changed_after: int
    seen_at: int
    cause: str


class _Held(NamedTuple):
    holder: str
    type: str
    attribute: str
    seen_at: int


def presence_revisions(intervals: Iterable[Interval]) -> list[Revision]:
    """The revisions that these intervals mean, sorted by CI and time.

    What stands for itself, such as a machine or a container, does not drift by being there. An upgraded package is one
    revision. A cable counts where it moved: that a port is down says how it does.
    """
    found: list[Revision] = []
    held: dict[_Held, list[tuple[Interval, str]]] = defaultdict(list)
    for one in intervals:
        if one.verb == verbs.LINKED_TO.name:
            for near, far in ((one.start, one.end), (one.end, one.start)):
                if not _with_its_holder(one, near):
                    held[_Held(near.id, near.type, CABLE, one.seen_at)].append((one, far.told or far.title))
        elif one.verb in (verbs.HAS_INSTALLED.name, verbs.HAS_ADDRESS.name):
            attribute = one.end.named or ADDRESS
            if not _with_its_holder(one, one.start):
                key = _Held(one.start.id, one.start.type, attribute, one.seen_at)
                held[key].append((one, one.end.told or one.end.title))
        elif BY_LABEL[one.start.type].needs_parent and not _with_its_holder(one, one.end):
            found.append(_came_or_went(one))
    for key, ends in held.items():
        revision = _replaced(key, ends)
        if revision.old != revision.new and (key.attribute != CABLE or (revision.old and revision.new)):
            found.append(revision)
    return sorted(found, key=lambda one: (one.ci, one.seen_at, one.attribute))


def _with_its_holder(one: Interval, holder: Thing) -> bool:
    """Whether the holder was first seen, or ended, at this instant too."""
    return holder.since is not None and one.seen_at <= holder.since if one.began else holder.until == one.seen_at


def _came_or_went(one: Interval) -> Revision:
    title = one.start.title
    return Revision(
        ci=one.start.id, type=one.start.type, attribute=PRESENCE, old=None if one.began else title,
        new=title if one.began else None, changed_after=one.changed_after, seen_at=one.seen_at, cause=one.cause,
        scope="",
    )  # fmt: skip


def _replaced(key: _Held, ends: list[tuple[Interval, str]]) -> Revision:
    old, new = (sorted({said for one, said in ends if one.began is began}) or None for began in (False, True))
    causes = {one.cause for one, _ in ends}
    return Revision(
        ci=key.holder, type=key.type, attribute=key.attribute, old=old, new=new,
        changed_after=max(one.changed_after for one, _ in ends), seen_at=key.seen_at,
        # What a correction replaced, the world did not change.
        cause="world" if causes == {"world"} else min(causes - {"world"}), scope="",
    )  # fmt: skip
