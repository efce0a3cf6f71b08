"""How long to wait before the next attempt."""

from __future__ import annotations

import random

FIRST_SECONDS = 5.0
CAP_SECONDS = 600.0


def delay_seconds(failures: int, retry_after_seconds: int | None, draw: random.Random) -> float:
    """The wait after so many failures in a row, drawn anew each time.

    The whole range up to the doubled, capped wait is drawn from: jitter that is added before the cap is lost at the
    cap, and everyone who waits for a server that was down comes back at once. What the server asked for is waited
    first, and the draw comes on top of it.
    """
    ceiling = min(CAP_SECONDS, FIRST_SECONDS * 2 ** min(failures - 1, 16))
    return (retry_after_seconds or 0) + draw.uniform(0, ceiling)
