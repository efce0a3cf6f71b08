"""Values that ended between two contents of one scope: in which interval, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cmdb.model.types import BY_LABEL
from cmdb.model.vocabulary import Value
from cmdb.reconcile.content import Content, ContentItem, surely_there

Cause = Literal["world", "observer", "identity", "reconcile", "person"]
"""Why something changed: it did so in the world; a new version of its source words or finds things anew; other
sightings are taken for one thing; another source decides; a person said so."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A value that ended: `item` had it from `valid_from` until some instant between `changed_after` and `valid_to`.

    `value` None: whole readings had found none, the last of them at `valid_from`.
    """

    item: str
    birth: str
    attribute: str
    value: Value | None
    valid_from: int
    changed_after: int
    valid_to: int
    cause: Cause


def revisions(previous: Content, current: Content, now: int) -> list[Revision]:
    """The values that ended between two contents of one scope, for things present in both; `endings` has the rest."""
    before = {(item.type, item.birth): item for item in previous.items.values()}
    found: list[Revision] = []
    for key, item in current.items.items():
        old = before.get((item.type, item.birth))
        if old is None or old is item:
            continue
        found += [
            _revision(previous, current, key, old, name, now)
            for name, value in old.values.items()
            if item.values.get(name) != value
        ]
        found += [
            _revision(previous, current, key, old, name, now)
            for name in item.values.keys() - old.values.keys()
            if (looked_at := previous.last_whole(_section(old, name))) is not None and looked_at >= old.since
        ]
    return found


def endings(previous: Content, current: Content, now: int) -> list[Revision]:
    """What the scope said last of the things it has no more, by their keys in `previous`; nothing of value things."""
    present = {(item.type, item.birth) for item in current.items.values()}
    return [
        _revision(previous, current, key, item, name, now)
        for key, item in previous.items.items()
        if (item.type, item.birth) not in present and not BY_LABEL[item.type].value_key
        for name in item.values
    ]


def read_by(previous: Content, section: str | None, version: str) -> Cause:
    """Why a reading differs from those before it: another version of the source may find things that were there.

    What counts is the version that last read this section wholly: one that could not read it may have come since.
    """
    last = previous.whole.get(section or "")
    former = last.version if last else previous.version
    return "observer" if former and former != version else "world"


def _section(item: ContentItem, attribute: str) -> str:
    return BY_LABEL[item.type].by_name[attribute].section


def _revision(previous: Content, current: Content, key: str, old: ContentItem, name: str, now: int) -> Revision:
    section = _section(old, name)
    since = old.changed.get(name, old.since)
    last = surely_there(previous, section, since) if old.held_after is None else max(old.held_after, since)
    return Revision(
        item=key,
        birth=old.birth,
        attribute=name,
        value=old.values.get(name),
        valid_from=since if name in old.values else last,
        changed_after=last,
        valid_to=now,
        cause=read_by(previous, section, current.version),
    )
