"""What is to be done though nobody asks: jobs, each run by one serving process at a time.

Every job works in small transactions of its own, so that no document waits for it longer than for another document, and
may be broken off and begun anew at any point.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from threading import Event, Thread
from uuid import uuid4

from cmdb.config import Keeping
from cmdb.errors import CMDBError, NotFound
from cmdb.store.driver import Graph
from cmdb.store.queries import jobs as queries
from cmdb.store.queries.jobs import JobState
from cmdb.usecases.data_health import keep_todays_figures
from cmdb.usecases.drift_watch import watch_drift
from cmdb.usecases.events import remove_old_events
from cmdb.usecases.expiry import settle_expired_values
from cmdb.usecases.life import move_states
from cmdb.usecases.retention import retain

__all__ = ["Job", "JobState", "Listed", "Ran", "ask_for_run", "jobs", "list_jobs", "run_due"]

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
LEASE_MS = 2 * MINUTE_MS
"""How long after a process has died at a job another one takes it over."""
log = logging.getLogger("cmdb.jobs")


@dataclass(frozen=True, slots=True)
class Job:
    """One job. `work(graph, now)` says shortly what it did, None where there was nothing to do; running it twice at
    a time must do no harm."""

    name: str
    about: str
    every_ms: int
    work: Callable[[Graph, int], str | None]


def jobs(keeping: Keeping) -> tuple[Job, ...]:
    """Every job, in the order in which those are run that are due at the same time."""
    return (
        Job(
            "life",
            "Marks what is silent, and retires what has been for too long.",
            MINUTE_MS,
            partial(move_states, keeping=keeping),
        ),
        Job(
            "expiry",
            "Lets what sources say stand again where a value that a person set has expired.",
            MINUTE_MS,
            settle_expired_values,
        ),
        Job("retention", "Removes what ended before the horizon.", DAY_MS, partial(retain, keeping=keeping)),
        Job("health", "Keeps the figures of the data's health of each day.", HOUR_MS, keep_todays_figures),
        Job("drift", "Judges what changed, and keeps what no approved change explains.", MINUTE_MS, watch_drift),
        Job("events", "Removes old events.", HOUR_MS, partial(_old_events, keeping=keeping)),
    )


def _old_events(graph: Graph, now: int, keeping: Keeping) -> str | None:
    removed = remove_old_events(graph, now, keeping.events_days)
    return f"{removed:,} events removed" if removed else None


@dataclass(frozen=True, slots=True)
class Listed:
    """A job with what became of its runs. `is_running`: as far as its lease tells; `next_at`: when due, epoch ms."""

    job: Job
    state: JobState
    is_running: bool
    next_at: int


@dataclass(frozen=True, slots=True)
class Ran:
    """One run: `error` None where it came to its end; `result` None where there was nothing to do."""

    name: str
    result: str | None
    error: str | None
    milliseconds: int


def list_jobs(graph: Graph, table: Iterable[Job], now: int) -> list[Listed]:
    """The jobs of the table, with their state."""
    states = queries.job_states(graph)
    return [_listed(job, states.get(job.name) or JobState(job.name), now) for job in table]


def ask_for_run(graph: Graph, table: Iterable[Job], name: str, now: int) -> None:
    """Let a job run as soon as a serving process looks, in seconds. Raises NotFound."""
    if name not in {job.name for job in table}:
        raise NotFound("job", name)
    queries.ask_for(graph, name, now)


def run_due(graph: Graph, table: Iterable[Job], clock: Callable[[], int]) -> Iterator[Ran]:
    """Run every job that is due and that no other process is at, one after the other. `clock` tells epoch ms.

    What a job fails with is kept with it, and it is tried again when it is due next. Raises Unavailable where the graph
    does not answer at all.
    """
    for one in list_jobs(graph, table, clock()):
        if one.next_at <= clock() and not one.is_running and (ran := _run(graph, one.job, clock)):
            yield ran


def _listed(job: Job, state: JobState, now: int) -> Listed:
    due = state.last_started_at + job.every_ms if state.last_started_at is not None else now
    if state.lease_until is not None:  # under way, or broken off
        due = min(due, state.lease_until)
    return Listed(job, state, (state.lease_until or 0) > now, due if state.asked_at is None else min(due, now))


def _run(graph: Graph, job: Job, clock: Callable[[], int]) -> Ran | None:
    """One run; None where another process was faster."""
    token, started = uuid4().hex, clock()
    if not queries.take(graph, job.name, token, job.every_ms, LEASE_MS, started):
        return None
    result = error = None
    with _holding(graph, job.name, token, clock):
        try:
            result = job.work(graph, started)
        except CMDBError as refused:
            error = str(refused)
            log.warning("job %s: %s", job.name, error)
        except Exception as fault:  # one job's fault is shown with it, and stops no other
            error = f"a fault of the program: {type(fault).__name__}"
            log.exception("job %s ended by a fault", job.name)
    ended = clock()
    queries.end(graph, job.name, token, ended, result, error)
    return Ran(job.name, result, error, ended - started)


@contextmanager
def _holding(graph: Graph, name: str, token: str, clock: Callable[[], int]) -> Generator[None]:
    """Says that the run goes on for as long as it does, from beside it."""
    over = Event()

    def renew() -> None:
        while not over.wait(LEASE_MS / 4 / 1000):
            try:
                queries.hold(graph, name, token, LEASE_MS, clock())
            except CMDBError as error:
                log.warning("job %s could not say that it goes on: %s", name, error)

    beside = Thread(target=renew, name=f"lease of {name}", daemon=True)
    beside.start()
    try:
        yield
    finally:
        over.set()
        beside.join()
