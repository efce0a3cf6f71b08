"""Jobs on the real engine: who runs them, when again, and what is kept of it."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from cmdb.errors import NotFound, Unavailable
from cmdb.store.driver import Graph
from cmdb.usecases.schedule import DAY_MS, LEASE_MS, MINUTE_MS, Job, Ran, ask_for_run, list_jobs, run_due
from tests.support.api import Clock

pytestmark = pytest.mark.neo4j


def counting(done: list[int]) -> Job:
    def work(_: Graph, now: int) -> str:
        done.append(now)
        return f"{len(done)} done"

    return Job("counting", "Counts.", MINUTE_MS, work)


def test_a_job_runs_when_it_is_due_and_not_before(graph: Graph) -> None:
    done: list[int] = []
    clock, table = Clock(), (counting(done),)
    assert list(run_due(graph, table, clock)) == [Ran("counting", "1 done", None, 0)]
    clock.advance(MINUTE_MS - 1)
    assert list(run_due(graph, table, clock)) == []
    clock.advance(1)
    assert [one.result for one in run_due(graph, table, clock)] == ["2 done"]
    (listed,) = list_jobs(graph, table, clock())
    assert (listed.state.runs, listed.next_at, listed.is_running) == (2, clock() + MINUTE_MS, False)


def test_a_job_that_is_asked_for_runs_at_once(graph: Graph) -> None:
    done: list[int] = []
    clock, table = Clock(), (counting(done),)
    list(run_due(graph, table, clock))
    ask_for_run(graph, table, "counting", clock.advance(1))
    assert list_jobs(graph, table, clock())[0].next_at == clock()
    assert [one.result for one in run_due(graph, table, clock)] == ["2 done"]
    assert list(run_due(graph, table, clock)) == []
    with pytest.raises(NotFound):
        ask_for_run(graph, table, "resting", clock())


def test_what_a_job_fails_with_is_shown_and_stops_no_other(graph: Graph) -> None:
    done: list[int] = []

    def fail(_graph: Graph, _now: int) -> str:
        raise (Unavailable("no luck") if not done else KeyError("a fault"))

    clock, table = Clock(), (Job("failing", "Fails.", MINUTE_MS, fail), counting(done))
    assert [one.error for one in run_due(graph, table, clock)] == ["no luck", None]
    clock.advance(MINUTE_MS)
    assert [one.error for one in run_due(graph, table, clock)] == ["a fault of the program: KeyError", None]
    failing = list_jobs(graph, table, clock())[0].state
    assert (failing.runs, failing.failures, failing.last_error) == (2, 2, "a fault of the program: KeyError")


def test_of_several_processes_one_runs_a_job(graph: Graph) -> None:
    done: list[int] = []
    clock, table = Clock(), (counting(done),)
    processes = [threading.Thread(target=lambda: list(run_due(graph, table, clock))) for _ in range(8)]
    for one in processes:
        one.start()
    for one in processes:
        one.join()
    assert len(done) == 1


def test_a_process_that_died_at_a_job_has_it_until_its_lease_runs_out(graph: Graph) -> None:
    done: list[int] = []
    clock = Clock()

    def die(_graph: Graph, _now: int) -> str:
        raise SystemExit

    with pytest.raises(SystemExit):
        list(run_due(graph, (replace(counting(done), every_ms=DAY_MS, work=die),), clock))
    table = (replace(counting(done), every_ms=DAY_MS),)
    clock.advance(LEASE_MS - 1)
    assert list(run_due(graph, table, clock)) == []
    assert list_jobs(graph, table, clock())[0].is_running
    clock.advance(1)
    assert [one.result for one in run_due(graph, table, clock)] == ["1 done"]
    assert list_jobs(graph, table, clock())[0].next_at == clock() + DAY_MS


def test_a_job_of_a_process_that_stops_ends_with_its_transaction(graph: Graph) -> None:
    stopped = threading.Event()

    def work(graph: Graph, _now: int) -> str:
        graph.tell("CREATE (:CI {id: 'first'})")
        stopped.set()
        graph.tell("CREATE (:CI {id: 'second'})")
        return "all done"

    table = (Job("working", "Works.", MINUTE_MS, work),)
    with pytest.raises(Unavailable, match="being stopped"):
        list(run_due(graph.until(stopped.is_set), table, Clock()))
    assert graph.ask("MATCH (n:CI) RETURN collect(n.id) AS ids") == [{"ids": ["first"]}]
