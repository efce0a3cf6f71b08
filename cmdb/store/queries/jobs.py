"""Background jobs: when each ran, what came of it, and who is at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString

from cmdb.store.driver import Graph, Row, row, rows

_ALL: LiteralString = "MATCH (j:Job) RETURN collect(j {.*}) AS jobs"

# The first SET takes the lock behind which the rest is read. Whoever holds it though the lease is over died at it.
_TAKE: LiteralString = """
MERGE (j:Job {name: $name})
SET j.lock = $token
WITH j WHERE coalesce(j.lease_until <= $now, true)
  AND (j.asked_at IS NOT NULL OR j.holder IS NOT NULL OR coalesce(j.last_started_at + $every_ms <= $now, true))
SET j.holder = $token, j.lease_until = $now + $lease_ms, j.last_started_at = $now
REMOVE j.asked_at
RETURN count(*) AS taken
"""

_HOLD: LiteralString = "MATCH (j:Job {name: $name, holder: $token}) SET j.lease_until = $now + $lease_ms"

_END: LiteralString = """
MATCH (j:Job {name: $name, holder: $token})
SET j.last_ended_at = $now, j.last_error = $error, j.last_result = coalesce($result, j.last_result),
    j.runs = coalesce(j.runs, 0) + 1, j.failures = CASE WHEN $error IS NULL THEN 0 ELSE coalesce(j.failures, 0) + 1 END
REMOVE j.holder, j.lease_until
"""

_ASK: LiteralString = "MERGE (j:Job {name: $name}) SET j.asked_at = $now"


@dataclass(frozen=True, slots=True)
class JobState:
    """What became of one job's runs. Instants are epoch ms, None: not yet.

    `lease_until`: until when whoever is at it has it to itself, unless it says that it goes on; None: nobody is.
    `asked_at`: when somebody asked for a run that has not begun. `failures`: in a row, up to the last run.
    `last_result`: what the last run that did something did.
    """

    name: str
    lease_until: int | None = None
    asked_at: int | None = None
    last_started_at: int | None = None
    last_ended_at: int | None = None
    last_result: str | None = None
    last_error: str | None = None
    runs: int = 0
    failures: int = 0


def job_states(graph: Graph) -> dict[str, JobState]:
    """The jobs that ever ran or were asked for, by name."""
    return {found["name"]: _state(found) for found in graph.ask(_ALL)[0]["jobs"]}


def take(graph: Graph, name: str, token: str, every_ms: int, lease_ms: int, now: int) -> bool:
    """Begin a run where the job is due, asked for or broken off, and nobody is at it; `token` is whoever begins."""
    return graph.write(
        lambda tx: row(tx, _TAKE, name=name, token=token, every_ms=every_ms, lease_ms=lease_ms, now=now)["taken"] > 0
    )


def hold(graph: Graph, name: str, token: str, lease_ms: int, now: int) -> None:
    """Say that the run goes on; nothing where somebody else has taken it over."""
    graph.tell(_HOLD, name=name, token=token, lease_ms=lease_ms, now=now)


def end(graph: Graph, name: str, token: str, now: int, result: str | None, error: str | None) -> None:
    """Keep what came of the run; nothing where somebody else has taken it over."""
    graph.tell(_END, name=name, token=token, now=now, result=result, error=error)


def ask_for(graph: Graph, name: str, now: int) -> None:
    """Let the job be due at once."""
    graph.write(lambda tx: rows(tx, _ASK, name=name, now=now))


def _state(found: Row) -> JobState:
    return JobState(**{name: found[name] for name in JobState.__dataclass_fields__ if name in found})
