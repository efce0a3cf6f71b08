"""Every target again and again, each at its own interval, begun at a moment of its own."""

from __future__ import annotations

import asyncio
import logging
import math
import random
from collections.abc import Iterable

from cmdb_collectors.sweep import Done, Sweep
from cmdb_collectors.targets import Target

log = logging.getLogger("cmdb_collectors")


async def repeat(sweep: Sweep, targets: Iterable[Target], done: Done, draw: random.Random) -> None:
    """Read until cancelled.

    The first reading comes at a moment drawn from the whole interval: a collector that starts does not fall upon all
    its targets, nor several collectors upon the server. From then on a target keeps its own beat.
    """
    async with asyncio.TaskGroup() as group:
        for target in targets:
            group.create_task(_keep(sweep, target, done, draw.uniform(0, target.interval_seconds)))


async def _keep(sweep: Sweep, target: Target, done: Done, first_after: float) -> None:
    loop = asyncio.get_running_loop()
    due = loop.time() + first_after
    while True:
        await asyncio.sleep(max(0.0, due - loop.time()))
        if sweep.is_running(target):
            log.warning("%s: an earlier reading has not ended; this round is left out", target.name)
        else:
            await sweep.one(target, done)
        due, missed = next_due(due, target.interval_seconds, loop.time())
        if missed:
            log.warning("%s: reading takes longer than its interval; %d rounds are left out", target.name, missed)


def next_due(due: float, interval_seconds: float, now: float) -> tuple[float, int]:
    """The next moment of a beat after `now`, and how many were missed meanwhile."""
    beats = max(1, math.ceil((now - due) / interval_seconds))
    return due + beats * interval_seconds, beats - 1
