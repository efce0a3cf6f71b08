"""Background work beside documents that come in: no document is refused, none is lost, and no job fails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from cmdb.config import Keeping
from cmdb.store.driver import Graph
from cmdb.usecases.events import read_stream
from cmdb.usecases.schedule import DAY_MS, Ran, jobs, run_due
from tests.support.api import Clock
from tests.support.estate import relations, send, titles
from tests.support.hosts import START, host

pytestmark = pytest.mark.neo4j

KEEPING = Keeping(retire_after_days=20, history_days=10, events_days=5)
OLD, NEW, READINGS = 6, 12, 3


def reading(number: int, count: int) -> dict[str, Any]:
    """What host N says for the `count`-th time: each time another service runs, and calls its neighbour."""
    return host(
        number, at=START + count, packages=3 + count, services=(("nginx", f"tcp 0.0.0.0:{80 + count}"),),
        calls=(("nginx", f"10.0.0.{(number + 1) % NEW + 1}", 80 + count),),
    )  # fmt: skip


def test_jobs_at_work_refuse_no_document_and_lose_nothing(graph: Graph) -> None:
    for number in range(NEW + 1, NEW + OLD + 1):
        for count in range(2):
            send(graph, host(number, at=START + count, packages=8 - 5 * count), START + count)
    clock, all_sent, ran = Clock(START + 30 * DAY_MS), Event(), list[Ran]()

    def work() -> None:
        is_over = False
        while not is_over:
            is_over = all_sent.is_set()
            ran.extend(run_due(graph, jobs(KEEPING), clock))
            read_stream(graph, None, 100)
            clock.advance(DAY_MS)

    def tell(number: int) -> list[str]:
        return [send(graph, reading(number, count), clock()).status for count in range(READINGS)]

    with ThreadPoolExecutor(4) as pool:
        worked = pool.submit(work)
        told = list(pool.map(tell, range(1, NEW + 1)))
        all_sent.set()
        worked.result()

    assert {status for one in told for status in one} == {"accepted"}
    assert [one for one in ran if one.error] == []
    assert {one.name for one in ran} == {job.name for job in jobs(KEEPING)}
    assert any(one.name == "retention" and "values" in (one.result or "") for one in ran)
    assert titles(graph, "Server") == sorted(f"web-{number}" for number in range(1, NEW + OLD + 1))
    fresh = {f"web-{number}" for number in range(1, NEW + 1)}
    assert [one for one in relations(graph, "RUNS_ON") if one[1] in fresh] == [
        ("nginx", name) for name in sorted(fresh)
    ]
    called = graph.ask("MATCH (a:ServiceInstance)-[:CALLS]->() RETURN count(DISTINCT a) AS callers")
    assert called == [{"callers": NEW}]
