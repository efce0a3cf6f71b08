"""What a serving process does beside answering: it delivers events, and removes old ones. Ingest never waits for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from cmdb.bootstrap import Core
from cmdb.errors import CMDBError
from cmdb.usecases.events import remove_old_events
from cmdb_api.deliveries import Deliveries

RETENTION_SECONDS = 3_600
log = logging.getLogger("cmdb.background")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """The background work of an app, from its start to its stop."""
    core: Core = app.state.core
    tasks = [
        asyncio.create_task(Deliveries(core).run(), name="deliveries"),
        asyncio.create_task(_remove_old(core), name="removal of old events"),
    ]
    for task in tasks:
        task.add_done_callback(_report)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _remove_old(core: Core) -> None:
    while True:
        try:
            removed = await asyncio.to_thread(remove_old_events, core.graph, core.now())
            if removed:
                log.info("%s old events removed", removed)
        except CMDBError as error:
            log.warning("old events stay for now: %s", error)
        await asyncio.sleep(RETENTION_SECONDS)


def _report(task: asyncio.Task[None]) -> None:
    """A task that ended by itself has a fault; say so where it is looked for."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("%s ended by a fault", task.get_name(), exc_info=error)
