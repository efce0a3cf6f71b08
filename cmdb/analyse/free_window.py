"""When a change could go ahead instead: the next window in which nothing stands against it."""

from collections.abc import Sequence
from dataclasses import replace

from cmdb.analyse.calendars import DAY_MS, Span
from cmdb.analyse.conflicts import Ask, Assessor
from cmdb.analyse.planned import PlannedChange, Rules

SEARCHED_MS = 90 * DAY_MS


def next_free_window(
    change: PlannedChange, others: Sequence[PlannedChange], ask: Ask, rules: Rules, now: int, earliest: int,
    searched_ms: int = SEARCHED_MS,
) -> Span | None:  # fmt: skip
    """The first window as long as the change's own, from `earliest` on, without anything but notes against it.

    None: there is none that begins within `searched_ms`. Tried are the earliest instant and those at which something
    ends that could stand against it, for the first free window begins at one of these.
    """
    length = change.window.end_at - change.window.start_at
    searched = Span(earliest, earliest + searched_ms + 1)
    ends = {span.end_at for other in others if (span := other.in_force(now))}
    ends.update(span.end_at for freeze in rules.freezes for span in freeze.calendar.spans(searched))
    ends.update(span.start_at for calendar in rules.maintenance.values() for span in calendar.spans(searched))
    assessor = Assessor(ask, rules, now)
    for start_at in sorted({earliest, *(at for at in ends if searched.start_at < at < searched.end_at)}):
        moved = replace(change, window=Span(start_at, start_at + length))
        found = assessor.conflicts([moved, *others], moved.window, change.id)
        if all(conflict.severity == "note" for conflict in found):
            return moved.window
    return None
