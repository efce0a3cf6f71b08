"""Which machine took another's place: a new epoch of a key, under the same name and address, after the old one fell
silent.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from cmdb.identify.epochs import replaces
from cmdb.identify.sighting import Sighting


class Tenure(NamedTuple):
    """One epoch of a key, and how long the CI that it belongs to has been known at all, by whatever source."""

    sighting: Sighting
    ci: str
    ci_first_at: int
    ci_last_at: int


class Succession(NamedTuple):
    """`successor` stands in the place of `predecessor` since `since_at`, epoch ms."""

    successor: Tenure
    predecessor: Tenure
    since_at: int


def successions(tenures: Collection[Tenure]) -> tuple[Succession, ...]:
    """Who replaced whom among the epochs of one key, the earliest first.

    What another source still sees was not replaced, and what was known before took nobody's place: two devices
    that take turns behind one address replace each other never.
    """
    found: list[Succession] = []
    for new in tenures:
        olds = [old for old in tenures if replaces(new.sighting, old.sighting) and new.ci_first_at > old.ci_last_at]
        if olds:
            last = max(olds, key=lambda old: (old.sighting.last_seen_at, old.sighting.key))
            found.append(Succession(new, last, new.sighting.first_effective_at))
    return tuple(sorted(found, key=lambda one: (one.since_at, one.successor.sighting.key)))
