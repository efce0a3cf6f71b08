"""A revision: one value followed by another, with the interval in which that must have happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """`attribute` of `ci` went from `old` to `new` (None: none) after `changed_after` and not after `seen_at`.

    Instants are epoch milliseconds, by effective time. `scope`: whose reading shows it, empty where several are
    reconciled; `cause`: why it ended, as claims and relationships carry it.
    """

    ci: str
    type: str
    attribute: str
    old: Any
    new: Any
    changed_after: int
    seen_at: int
    cause: str
    scope: str


Key = tuple[str, str, int, int, str, str]
Wording = tuple[str, str, str, str]


def key_of(one: Revision) -> Key:
    """What tells revisions apart and sorts them; values may be lists, which neither hash nor sort."""
    return one.ci, one.attribute, one.changed_after, one.seen_at, repr(one.old), repr(one.new)


def wording_of(one: Revision) -> Wording:
    """What became what, wherever that was."""
    return one.type, one.attribute, repr(one.old), repr(one.new)


def seen_once(revisions: Iterable[Revision]) -> list[Revision]:
    """Sorted, and one for what is given twice, or several sources saw of one CI.

    What several saw happened in the interval that all of them allow.
    """
    found: list[Revision] = []
    latest: dict[tuple[str, str, str, str], int] = {}
    for _, one in sorted({(key_of(one), one.scope): one for one in revisions}.items(), key=lambda item: item[0]):
        same = one.ci, one.attribute, repr(one.old), repr(one.new)
        place = latest.get(same)
        if place is not None and one.scope != found[place].scope and one.changed_after < found[place].seen_at:
            first = min(found[place], one, key=lambda other: (other.seen_at, other.scope))
            found[place] = replace(first, changed_after=one.changed_after)
        else:
            latest[same] = len(found)
            found.append(one)
    return sorted(found, key=key_of)
