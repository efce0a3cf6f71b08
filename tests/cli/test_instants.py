"""Instants on the command line, also in the nights when the clock is set."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from cmdb.cli.instants import instant
from cmdb.errors import Invalid


@pytest.fixture
def _in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine in Berlin, where the clock was set back on 26 October 2025 at 3:00, and forward on 30 March at 2:00."""
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_in_berlin")
def test_a_local_time_is_that_of_this_machine_in_summer_and_winter() -> None:
    assert instant("2025-10-26 01:30", "at") == "2025-10-26T01:30:00+02:00"
    assert instant("2025-10-26 03:30", "at") == "2025-10-26T03:30:00+01:00"
    assert instant("2025-11-24", "at") == "2025-11-24T00:00:00+01:00"
    assert instant(None, "at") is None


@pytest.mark.usefixtures("_in_berlin")
def test_a_local_time_that_the_clock_showed_twice_is_refused_with_both_that_it_may_mean() -> None:
    with pytest.raises(Invalid, match="twice") as refused:
        instant("2025-10-26 02:30", "at")
    assert "2025-10-26T02:30:00+02:00 or 2025-10-26T02:30:00+01:00" in str(refused.value)


@pytest.mark.usefixtures("_in_berlin")
def test_a_local_time_that_the_clock_skipped_is_refused() -> None:
    with pytest.raises(Invalid, match="set forward"):
        instant("2025-03-30 02:30", "at")


@pytest.mark.usefixtures("_in_berlin")
def test_an_instant_with_its_offset_is_taken_as_it_is_also_in_the_repeated_hour() -> None:
    assert instant("2025-10-26T02:30:00+01:00", "at") == "2025-10-26T02:30:00+01:00"
    assert instant("2025-10-26T00:30:00Z", "at") == "2025-10-26T00:30:00+00:00"


def test_what_is_no_instant_is_refused() -> None:
    with pytest.raises(Invalid, match="no instant"):
        instant("yesterday", "at")
