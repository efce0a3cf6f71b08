"""Many targets at once, and never more than allowed: one that hangs holds its own place and no other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import NamedTuple

from cmdb_collectors.attempt import Attempts, Read
from cmdb_collectors.targets import Target

AT_ONCE = 16

Done = Callable[[Read], Awaitable[None]]


class Width(NamedTuple):
    """How many targets are read at once, each way."""

    snmp: int = AT_ONCE
    ssh: int = AT_ONCE


class Sweep:
    """Reads targets as soon as there is a place for them."""

    def __init__(self, attempts: Attempts, width: Width) -> None:
        self._attempts = attempts
        self._places = {"snmp": asyncio.Semaphore(width.snmp), "ssh": asyncio.Semaphore(width.ssh)}

    def is_running(self, target: Target) -> bool:
        """Whether a reading of the target that was given up has not ended."""
        return self._attempts.is_running(target)

    async def one(self, target: Target, done: Done) -> None:
        """Read one target when its turn has come; its place is free again when `done` has the document."""
        async with self._places[target.kind]:
            await done(await self._attempts.read(target))

    async def all(self, targets: Iterable[Target], done: Done) -> None:
        """Read every target once; each is handed to `done` as soon as it is read, in no order."""
        async with asyncio.TaskGroup() as group:
            for target in targets:
                group.create_task(self.one(target, done))
