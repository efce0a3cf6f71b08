"""The loop that keeps parts running."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from cmdb.cli.supervise.parts import Part
from cmdb.cli.supervise.restarts import Restarts
from cmdb.errors import Unavailable

_GLANCE_SECONDS = 0.3


@dataclass
class _Watched:
    part: Part
    started_at: float
    restarts: Restarts = field(default_factory=Restarts)
    start_again_at: float | None = None


class Watch:
    """Parts in the order in which they were started. Leaving its `with` block stops them in reverse.

    `say` gets a line for people whenever a part ends or is back.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._watched: list[_Watched] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, part: Part) -> None:
        """Starts a part and watches it from now on."""
        # Watched before it runs: an interruption in between must not leave it behind.
        self._watched.append(_Watched(part, time.monotonic()))
        part.start()

    def wait_until(self, is_so: Callable[[], bool], seconds: float) -> bool:
        """Whether it became so in time.

        Raises Unavailable when a part ends meanwhile: while everything starts, nothing is started twice.
        """
        deadline = time.monotonic() + seconds
        while not is_so():
            for one in self._watched:
                if (code := one.part.exit_code()) is not None:
                    raise _ended(one.part, code)
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def keep_running(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Restarts what ends, for ever, and calls `meanwhile` between two looks.

        Raises Unavailable when a part does not stay.
        """
        while True:
            meanwhile()
            for one in self._watched:
                self._glance(one, time.monotonic())
            time.sleep(_GLANCE_SECONDS)

    def stop(self) -> None:
        """Asks all to end at once, then waits for each, last started first."""
        for one in reversed(self._watched):
            one.part.ask_to_end()
        while self._watched:
            self._watched[-1].part.stop()
            self._watched.pop()

    def _glance(self, one: _Watched, now: float) -> None:
        if one.start_again_at is None:
            code = one.part.exit_code()
            if code is None:
                return
            pause = one.restarts.pause_seconds(now - one.started_at)
            if pause is None:
                raise _ended(one.part, code)
            self._say(f"the {one.part.name} ended ({_how(code)}); starting it again in {pause:.0f} s")
            one.start_again_at = now + pause
        elif now >= one.start_again_at:
            one.start_again_at, one.started_at = None, now
            one.part.start()
            self._say(f"the {one.part.name} runs again")


def _ended(part: Part, code: int) -> Unavailable:
    return Unavailable(f"the {part.name} ended ({_how(code)}). The last it said:\n{part.last_words()}")


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
