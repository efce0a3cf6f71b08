"""When a part that ended is started again, and when it is given up."""

from __future__ import annotations

from dataclasses import dataclass

_FIRST_PAUSE_SECONDS = 1.0
_MOST_FAILURES = 5
# A part that ran this long was in order; its end is a new story.
_IN_ORDER_SECONDS = 60.0


@dataclass
class Restarts:
    """The ends of one part in a row."""

    failures: int = 0

    def pause_seconds(self, ran_seconds: float) -> float | None:
        """How long to wait before the next start of a part that ended after `ran_seconds`; None: give it up."""
        self.failures = 1 if ran_seconds >= _IN_ORDER_SECONDS else self.failures + 1
        if self.failures > _MOST_FAILURES:
            return None
        return _FIRST_PAUSE_SECONDS * 2 ** (self.failures - 1)
