"""Work that blocks, each piece in a thread of its own that nobody has to wait for at the end.

A pool would: its threads are joined when the program ends, and one that hangs would hold it for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Threads:
    """The threads that were started and have not ended, by the names of their work."""

    def __init__(self) -> None:
        self._running: set[str] = set()

    async def call(self, name: str, work: Callable[[], T]) -> T:
        """What `work` returns or raises. Cancelled while it runs, its thread is abandoned: see `is_running`."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def settle(value: T | None, error: Exception | None) -> None:
            if done.done():  # abandoned meanwhile
                return
            if error is not None:
                done.set_exception(error)
            else:
                done.set_result(value)  # pyright: ignore[reportArgumentType] - it is what `work` returned

        def run() -> None:
            value, failure = None, None
            try:
                value = work()
            except Exception as error:  # noqa: BLE001 - raised again where it is awaited
                failure = error
            self._running.discard(name)
            with contextlib.suppress(RuntimeError):  # the loop has ended: nobody asks any more
                loop.call_soon_threadsafe(settle, value, failure)

        self._running.add(name)
        threading.Thread(target=run, name=name, daemon=True).start()
        return await done

    def is_running(self, name: str) -> bool:
        """Whether the work of that name has not ended, abandoned or not."""
        return name in self._running

    def count(self) -> int:
        """How many have not ended."""
        return len(self._running)
