"""Planned changes and what may bind them, and a conflict between them: the words of the search."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cmdb.analyse.answer import Effect
from cmdb.analyse.calendars import Calendar, Span

FOREVER = 1 << 62
"""The end of what has none, as an instant."""

Severity = Literal["blocking", "warning", "note"]
Kind = Literal["same_ci", "lost_together", "freeze", "maintenance_window", "takes_down", "booked_twice", "shared"]
SEVERITY_OF: Mapping[Kind, Severity] = {
    "same_ci": "blocking",
    "lost_together": "blocking",
    "freeze": "blocking",
    "maintenance_window": "blocking",
    "takes_down": "warning",
    "booked_twice": "warning",
    "shared": "note",
}


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """A change with its window, the effect on each CI it touches (None: none), and the people who are to do it.

    An effect that is not known counts as down. `is_over` says that it ended as it should: one that has not is in
    force after its window, until somebody closes it.
    """

    id: str
    window: Span
    effects: Mapping[str, Effect | None]
    people: frozenset[str] = frozenset()
    is_over: bool = False

    def in_force(self, now: int) -> Span | None:
        """When it has to be reckoned with; None when it is over."""
        if self.is_over:
            return None
        return self.window if self.window.end_at > now else Span(self.window.start_at, FOREVER)

    @property
    def failures(self) -> dict[str, Effect]:
        """What of it fails something."""
        return {ci: effect for ci, effect in self.effects.items() if effect is not None}


@dataclass(frozen=True, slots=True)
class Freeze:
    """Nothing of `cis` (None: of all there is) may go down in these times."""

    name: str
    calendar: Calendar
    cis: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What binds: freezes, and for services that declared any, the windows in which they may go down."""

    freezes: tuple[Freeze, ...] = ()
    maintenance: Mapping[str, Calendar] = field(default_factory=dict[str, Calendar])


@dataclass(frozen=True, slots=True)
class Conflict:
    """What stands in the way of these changes, sorted by id, in these windows.

    `cis` are, by kind: the CI that both touch; what goes down; what is taken down under another change; what is
    shared. `by` is the freeze, the person, or for "takes_down" the change that does.
    """

    kind: Kind
    changes: tuple[str, ...]
    cis: tuple[str, ...]
    windows: tuple[Span, ...]
    by: str | None = None

    @property
    def severity(self) -> Severity:
        """How much it weighs."""
        return SEVERITY_OF[self.kind]
