"""How long ago something was, over sleeps and restarts of the program: CLOCK_BOOTTIME with the boot's own id."""

from __future__ import annotations

import time
from typing import NamedTuple

_BOOT_ID = "/proc/sys/kernel/random/boot_id"


class Moment(NamedTuple):
    """An instant on one machine: by the wall clock (which may be set) and by the time since boot (which may not)."""

    wall_ms: int
    since_boot_ms: int
    boot_id: str | None


class Clock:
    """The machine's clocks."""

    def now(self) -> Moment:
        """This moment."""
        return Moment(time.time_ns() // 1_000_000, _since_boot_ms(), _boot_id())


def age_ms(then: Moment, now: Moment) -> tuple[int, bool]:
    """How long ago `then` was, and whether that is uncertain.

    Within one boot it is exact, whatever was done to the wall clock. Across a boot it is the difference of wall clocks,
    never negative, and uncertain.
    """
    if then.boot_id is not None and then.boot_id == now.boot_id:
        return max(now.since_boot_ms - then.since_boot_ms, 0), False
    return max(now.wall_ms - then.wall_ms, 0), True


def _since_boot_ms() -> int:
    """Milliseconds since boot, sleep included where the system can tell (clock_gettime(2), CLOCK_BOOTTIME)."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime_ns(clock) // 1_000_000


def _boot_id() -> str | None:
    try:
        with open(_BOOT_ID, encoding="ascii") as file:
            return file.read().strip() or None
    except OSError:
        return None
