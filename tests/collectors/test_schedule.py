"""Targets keep their beat: a slow reading leaves rounds out, and a hanging thread is neither waited for nor doubled."""

from __future__ import annotations

import asyncio
import random
import socket
import threading
import time
from collections import Counter
from contextlib import closing

import pytest
from cmdb_collectors.attempt import Attempts, Read
from cmdb_collectors.credentials import Community
from cmdb_collectors.keyring import Keyring
from cmdb_collectors.schedule import next_due, repeat
from cmdb_collectors.sweep import Sweep, Width
from cmdb_collectors.targets import Target, Timing
from cmdb_collectors.threads import Threads

from tests.support.snmp_responder import Responder


@pytest.mark.parametrize(
    ("due", "now", "expected"),
    [
        (100.0, 100.0, (110.0, 0)),
        (100.0, 103.0, (110.0, 0)),
        (100.0, 110.0, (110.0, 0)),
        (100.0, 110.5, (120.0, 1)),
        (100.0, 135.0, (140.0, 3)),
        (100.0, 99.9, (110.0, 0)),
    ],
)
def test_the_next_reading_is_on_the_beat_and_the_missed_ones_are_counted(
    due: float, now: float, expected: tuple[float, int]
) -> None:
    assert next_due(due, 10, now) == expected


def test_work_in_a_thread_returns_and_raises_as_if_it_were_called() -> None:
    threads = Threads()

    def fail() -> None:
        raise LookupError("no such thing")

    async def main() -> None:
        assert await threads.call("a", lambda: 7) == 7
        with pytest.raises(LookupError, match="no such thing"):
            await threads.call("b", fail)

    asyncio.run(main())
    assert threads.count() == 0


def test_a_thread_that_hangs_is_abandoned_counted_and_does_not_hold_the_program() -> None:
    threads, release = Threads(), threading.Event()

    async def main() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await threads.call("hangs", release.wait)
        assert threads.is_running("hangs")
        assert not threads.is_running("other")

    started = time.monotonic()
    asyncio.run(main())
    assert time.monotonic() - started < 5
    assert threads.count() == 1
    release.set()
    deadline = time.monotonic() + 5
    while threads.count() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threads.count() == 0


def test_a_target_slower_than_its_interval_leaves_out_rounds_and_delays_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    read: list[Read] = []

    async def done(one: Read) -> None:
        read.append(one)

    async def main(port: int, silent: int) -> None:
        keyring = Keyring({"c": Community(community="public")})
        attempts = Attempts("edge-1", keyring, Threads(), is_repeated=True)
        timing = Timing(timeout_seconds=2.5, retries=0, budget_seconds=3)
        targets = [
            Target("good", "snmp", "127.0.0.1", port, ("c",), interval_seconds=1, timing=timing),
            Target("silent", "snmp", "127.0.0.1", silent, ("c",), interval_seconds=1, timing=timing),
        ]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(7):
                await repeat(Sweep(attempts, Width()), targets, done, random.Random(1))

    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as deaf, Responder({}) as responder:
        deaf.bind(("127.0.0.1", 0))
        asyncio.run(main(responder.port, deaf.getsockname()[1]))
    counted = Counter(one.outcome.target.name for one in read)
    assert 1 <= counted["silent"] <= 3
    assert counted["good"] > counted["silent"]
    assert "silent: reading takes longer than its interval" in caplog.text
    assert {one.document["interval_ms"] for one in read} == {1000}
