"""For whoever operates the server: is it up, can it work, and what has it counted."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

from fastapi.responses import Response

from cmdb.errors import Unavailable
from cmdb.usecases.readiness import readiness
from cmdb_api.auth import PUBLIC, Reader, TheCore
from cmdb_api.metrics import CONTENT_TYPE, TheMetrics
from cmdb_api.problems import responses
from cmdb_api.resource import Answer, resource

router = resource("operations")


class HealthAnswer(Answer):
    """The process answers."""

    status: Literal["up"] = "up"


class ReadyAnswer(Answer):
    """Requests can be answered."""

    status: Literal["ready"] = "ready"


@router.get("/health", response_model=HealthAnswer, dependencies=[PUBLIC])
async def health() -> HealthAnswer:
    """Whether the process answers. Asks the graph nothing."""
    return HealthAnswer()


@router.get(
    "/ready", response_model=ReadyAnswer, dependencies=[PUBLIC], responses=responses(HTTPStatus.SERVICE_UNAVAILABLE)
)
def ready(core: TheCore) -> ReadyAnswer:
    """Whether the graph answers and has this version's shape; 503 says what is missing."""
    found = readiness(core.graph)
    if found.why is not None:
        raise Unavailable(found.why)
    return ReadyAnswer()


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def show_metrics(core: TheCore, _: Reader, counted: TheMetrics) -> Response:
    """Counters of this process in the Prometheus text format."""
    counted.graph_up.set(readiness(core.graph).graph_is_up)
    return Response(counted.text(), media_type=CONTENT_TYPE)
