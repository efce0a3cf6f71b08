"""What the process counts, for Prometheus."""

from __future__ import annotations

from time import perf_counter
from typing import Annotated

from fastapi import Depends, Request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_TYPE = CONTENT_TYPE_LATEST


class Metrics:
    """The counters of one app, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.documents = Counter(
            "cmdb_documents", "Observation documents by what became of them.", ["status"], registry=self._registry
        )
        self.requests = Histogram(
            "cmdb_request_seconds",
            "Time until a request was answered, by route template.",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._jobs = Histogram(
            "cmdb_job_seconds",
            "How long background jobs took in this process, and how they ended.",
            ["job", "status"],
            buckets=(0.1, 1, 10, 60, 600),
            registry=self._registry,
        )
        self.graph_up = Gauge("cmdb_graph_up", "Whether the graph answers: 1 or 0.", registry=self._registry)

    def note_job(self, name: str, milliseconds: int, *, is_failed: bool) -> None:
        """Count one run of a background job."""
        self._jobs.labels(name, "failed" if is_failed else "done").observe(milliseconds / 1000)

    def text(self) -> bytes:
        """All of it in the exposition format."""
        return generate_latest(self._registry)


class Timing:
    """Observes every request in `Metrics.requests`."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = perf_counter(), 500

        async def noting_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting_send)
        finally:
            route = getattr(scope.get("route"), "path", "none")  # never the path itself: anyone can make up new ones
            self.metrics.requests.labels(scope["method"], route, status).observe(perf_counter() - started)


async def metrics_of(request: Request) -> Metrics:
    """The counters of this app."""
    return request.app.state.metrics


TheMetrics = Annotated[Metrics, Depends(metrics_of)]
