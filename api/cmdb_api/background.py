"""What a serving process does beside answering: it delivers events, and runs the jobs that are due."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from threading import Event

from fastapi import FastAPI

from cmdb.bootstrap import Core
from cmdb.errors import CMDBError
from cmdb.usecases.schedule import jobs, run_due
from cmdb_api.deliveries import Deliveries
from cmdb_api.metrics import Metrics

LOOK_SECONDS = 15
"""How often it is looked which jobs are due."""
log = logging.getLogger("cmdb.background")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """The background work of an app, from its start to its stop."""
    core: Core = app.state.core
    stopped = Event()
    tasks = [
        asyncio.create_task(Deliveries(core).run(), name="deliveries"),
        asyncio.create_task(_run_jobs(core, app.state.metrics, stopped), name="jobs"),
    ]
    for task in tasks:
        task.add_done_callback(_report)
    try:
        yield
    finally:
        stopped.set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _run_jobs(core: Core, metrics: Metrics, stopped: Event) -> None:
    """Run what is due, again and again. Once `stopped` is set, a job ends with the transaction that it is at."""
    graph, table = core.graph.until(stopped.is_set), jobs(core.settings.keeping)

    def run() -> None:
        for ran in run_due(graph, table, core.now):
            metrics.note_job(ran.name, ran.milliseconds, is_failed=ran.error is not None)
            if ran.result:
                log.info("%s: %s", ran.name, ran.result)

    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            await asyncio.to_thread(run)
        except CMDBError as error:
            log.warning("no job can run: %s", error)


def _report(task: asyncio.Task[None]) -> None:
    """A task that ended by itself has a fault; say so where it is looked for."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("%s ended by a fault", task.get_name(), exc_info=error)
