"""Windows that come again: on these days, from then to then on the clocks of a place; as spans of instants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From an instant to another, which is no longer in it; epoch milliseconds."""

    start_at: int
    end_at: int

    def meets(self, other: Span) -> bool:
        """Whether the two have an instant in common."""
        return self.start_at < other.end_at and other.start_at < self.end_at


@dataclass(frozen=True, slots=True)
class Recurring:
    """A window on these days of the week (0 is Monday), by the clocks of a time zone (an IANA name).

    One that ends at or before its start ends on the day after. An hour that clocks skip is not there; of one
    that they show twice, the first begins a window and the second ends one.
    """

    days: frozenset[int]
    start: time
    end: time
    zone: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """Windows once and windows again and again."""

    once: tuple[Span, ...] = ()
    recurring: tuple[Recurring, ...] = ()

    def spans(self, within: Span) -> tuple[Span, ...]:
        """The windows that meet this span, whole, in order; those that touch or overlap are one."""
        found = [one for one in self.once if one.meets(within)]
        for one in self.recurring:
            found.extend(span for span in _spans(one, within) if span.meets(within))
        return joined(found)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same instants in as few spans as possible, in order."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start_at <= found[-1].end_at:
            found[-1] = Span(found[-1].start_at, max(found[-1].end_at, span.end_at))
        else:
            found.append(span)
    return tuple(found)


def uncovered(span: Span, by: Iterable[Span]) -> tuple[Span, ...]:
    """The parts of a span that lie in none of these."""
    left: list[Span] = []
    at = span.start_at
    for one in joined(by):
        if one.start_at > at:
            left.append(Span(at, min(one.start_at, span.end_at)))
        at = max(at, one.end_at)
        if at >= span.end_at:
            break
    if at < span.end_at:
        left.append(Span(at, span.end_at))
    return tuple(part for part in left if part.start_at < part.end_at)


def _spans(window: Recurring, within: Span) -> Iterator[Span]:
    zone = ZoneInfo(window.zone)
    day = _local_date(within.start_at, zone) - timedelta(days=1)
    last = _local_date(within.end_at, zone)
    while day <= last:
        if day.weekday() in window.days:
            ends_on = day if window.end > window.start else day + timedelta(days=1)
            start_at, end_at = _instant(day, window.start, zone, 0), _instant(ends_on, window.end, zone, 1)
            if start_at < end_at:
                yield Span(start_at, end_at)
        day += timedelta(days=1)


def _local_date(at: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).date()


def _instant(day: date, clock: time, zone: ZoneInfo, fold: int) -> int:
    """The instant at which clocks show this, the first of two (fold 0) or the second (1); of the jump where none."""
    local = datetime.combine(day, clock.replace(fold=fold), tzinfo=zone)
    shown = local.astimezone(UTC).astimezone(zone)
    if shown.replace(tzinfo=None, fold=0) != local.replace(tzinfo=None, fold=0):
        local = _jump(day, clock, zone)
    return round(local.timestamp() * 1000)


def _jump(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant at which clocks skipped over this time, found by halving; they jump at whole seconds."""
    early, late = (datetime.combine(day, clock.replace(fold=of), tzinfo=zone).astimezone(UTC) for of in (1, 0))
    offset = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)
