"""Counting wrong tokens, in bounded memory."""

from __future__ import annotations

from cmdb_api.failures import MAX_CLIENTS, MAX_FAILURES, MAX_KNOWN, WINDOW_MS, Failures


def fail(counted: Failures, client: str, times: int, now: int) -> None:
    for _ in range(times):
        counted.failed(client, now)


def test_a_client_waits_for_the_rest_of_its_minute() -> None:
    counted = Failures()
    fail(counted, "a", MAX_FAILURES - 1, 0)
    assert counted.wait_seconds("a", "x", 0) is None
    counted.failed("a", 20_000)
    assert counted.wait_seconds("a", "x", 20_500) == 40
    assert counted.wait_seconds("a", "x", WINDOW_MS - 1) == 1
    assert counted.wait_seconds("a", "x", WINDOW_MS) is None
    assert counted.wait_seconds("b", "x", 20_500) is None


def test_a_new_minute_counts_from_the_start() -> None:
    counted = Failures()
    fail(counted, "a", MAX_FAILURES, 0)
    counted.failed("a", WINDOW_MS)
    assert counted.wait_seconds("a", "x", WINDOW_MS) is None


def test_memory_does_not_grow_with_clients_or_tokens() -> None:
    counted = Failures()
    fail(counted, "first", MAX_FAILURES, 0)
    counted.succeeded("a token")
    assert counted.wait_seconds("first", "a token", 0) is None
    assert counted.wait_seconds("first", "x", 0) is not None
    for number in range(MAX_KNOWN):
        counted.succeeded(str(number))
    assert counted.wait_seconds("first", "a token", 0) is not None
    for number in range(MAX_CLIENTS):
        counted.failed(str(number), 0)
    assert counted.wait_seconds("first", "x", 0) is None
