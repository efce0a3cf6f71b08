"""Sending events to webhooks: signed, in order, each webhook beside the others."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl

import httpx

from cmdb import __version__
from cmdb.bootstrap import Core
from cmdb.errors import CMDBError
from cmdb.usecases.webhooks import Batch, delivered, due_webhooks, failed, is_loopback_url, next_batch, signature_of
from cmdb_api.resources.events import body_of

POLL_SECONDS = 1
PAUSE_SECONDS = 10
"""After the graph did not answer."""
TOTAL_SECONDS = 20
_TIMEOUT = httpx.Timeout(10, connect=5)
log = logging.getLogger("cmdb.webhooks")


class Deliveries:
    """The webhooks that this process is sending to, by id; others may send to others."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._trusted = ssl.create_default_context()
        self._running: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Send what is waiting, until cancelled. What was not answered then is sent again by whoever is next."""
        try:
            while True:
                await asyncio.sleep(await self._begin())
        finally:
            for task in self._running.values():
                task.cancel()
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _begin(self) -> float:
        """Begin with every webhook that is due; how long to wait before the next look, in seconds."""
        self._running = {key: task for key, task in self._running.items() if not task.done()}
        try:
            due = await asyncio.to_thread(due_webhooks, self._core.graph, self._core.now())
        except CMDBError as error:
            log.warning("no webhook can be served: %s", error)
            return PAUSE_SECONDS
        for webhook_id in due:
            if webhook_id not in self._running:
                self._running[webhook_id] = asyncio.create_task(self._serve(webhook_id))
        return POLL_SECONDS

    async def _serve(self, webhook_id: str) -> None:
        """Send one webhook batch after batch, until nothing is left or one was not taken."""
        try:
            while await self.deliver(webhook_id):
                log.debug("webhook %s: a batch was taken", webhook_id)
        except CMDBError as error:
            log.warning("webhook %s: %s", webhook_id, error)

    async def deliver(self, webhook_id: str) -> bool:
        """Send the webhook's next batch and note what came of it; whether there was one and it was taken."""
        core = self._core
        batch = await asyncio.to_thread(next_batch, core.graph, webhook_id, core.now())
        if batch is None:
            return False
        why = await self._send(batch)
        if why is None:
            await asyncio.to_thread(delivered, core.graph, batch, core.now())
        else:
            log.warning("webhook %s was not delivered: %s", webhook_id, why)
            await asyncio.to_thread(failed, core.graph, batch, why, core.now())
        return why is None

    async def _send(self, batch: Batch) -> str | None:
        """Why the receiver has not taken the batch; None where it has."""
        webhook = batch.webhook
        content = {
            "webhook": webhook.id, "after": batch.after, "events": [body_of(event) for event in batch.events]
        }  # fmt: skip
        body = json.dumps(content, ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"cmdb/{__version__}",
            "CMDB-Signature": signature_of(batch.secret, body, self._core.now() // 1000),
        }
        # Proxies are for other machines. The status is all that counts: what else is answered is not read.
        client = httpx.AsyncClient(
            verify=self._trusted, timeout=_TIMEOUT, follow_redirects=False, trust_env=not is_loopback_url(webhook.url)
        )
        try:
            async with (
                asyncio.timeout(TOTAL_SECONDS),
                client,
                client.stream("POST", webhook.url, content=body, headers=headers) as response,
            ):
                return None if response.is_success else f"it answered {response.status_code}"
        except TimeoutError:
            return f"no answer within {TOTAL_SECONDS} seconds"
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return f"{type(error).__name__}: {error}"
