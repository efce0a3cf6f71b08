"""Windows that come again, where clocks jump and where they do not."""

from datetime import UTC, datetime, time

import pytest

from cmdb.analyse.calendars import Calendar, Recurring, Span, joined, uncovered

BERLIN = "Europe/Berlin"
EVERY_DAY = frozenset(range(7))


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def shown(calendar: Calendar, start: str, end: str) -> list[tuple[str, str]]:
    spans = calendar.spans(Span(at(start), at(end)))
    return [tuple(f"{datetime.fromtimestamp(i / 1000, UTC):%d %H:%M}" for i in (s.start_at, s.end_at)) for s in spans]


def nightly(start: str, end: str, days: frozenset[int] = EVERY_DAY, zone: str = BERLIN) -> Calendar:
    return Calendar(recurring=(Recurring(days, time.fromisoformat(start), time.fromisoformat(end), zone),))


def test_a_window_keeps_its_place_on_the_clock_when_summer_time_begins():
    assert shown(nightly("22:00", "23:00"), "2026-03-28", "2026-03-30") == [
        ("28 21:00", "28 22:00"),
        ("29 20:00", "29 21:00"),
    ]


def test_a_window_over_midnight_belongs_to_the_day_it_begins_on():
    saturdays = nightly("22:00", "04:00", frozenset({5}), "UTC")
    assert shown(saturdays, "2026-11-22 01:00", "2026-11-24") == [("21 22:00", "22 04:00")]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("02:15", "02:45", []),
        ("01:00", "02:30", [("29 00:00", "29 01:00")]),
        ("02:30", "04:00", [("29 01:00", "29 02:00")]),
        ("01:00", "04:00", [("29 00:00", "29 02:00")]),
    ],
)
def test_an_hour_that_clocks_skip_is_not_there(start: str, end: str, expected: list[tuple[str, str]]):
    assert shown(nightly(start, end, frozenset({6})), "2026-03-28 12:00", "2026-03-29 12:00") == expected


def test_an_hour_that_clocks_show_twice_is_in_the_window_both_times():
    assert shown(nightly("02:00", "02:30", frozenset({6})), "2026-10-25", "2026-10-26") == [("25 00:00", "25 01:30")]


def test_windows_that_touch_are_one_and_what_they_leave_is_told():
    assert joined([Span(5, 9), Span(0, 3), Span(3, 4)]) == (Span(0, 4), Span(5, 9))
    assert uncovered(Span(0, 10), [Span(5, 9), Span(-3, 3), Span(3, 4)]) == (Span(4, 5), Span(9, 10))
    assert uncovered(Span(0, 10), []) == (Span(0, 10),)
    assert uncovered(Span(2, 3), [Span(0, 10)]) == ()


def test_windows_once_and_again_stand_in_one_calendar():
    calendar = Calendar(
        (Span(at("2026-11-24 10:00"), at("2026-11-24 11:00")),), nightly("11:00", "12:00", zone="UTC").recurring
    )
    assert shown(calendar, "2026-11-24", "2026-11-25") == [("24 10:00", "24 12:00")]
