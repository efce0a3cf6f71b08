"""Observation documents: what agents, collectors and importers send."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Depends, Header, Request
from pydantic import Field

from cmdb.errors import CMDBError
from cmdb.usecases.intake import MAX_BYTES, take_in
from cmdb.usecases.receipts import Receipt
from cmdb_api.auth import Sender, TheCore
from cmdb_api.metrics import TheMetrics
from cmdb_api.problems import responses
from cmdb_api.resource import PREFIX, Answer, resource

PATH = f"{PREFIX}/observations"
router = resource("observations")
EXAMPLE = {
    "schema_version": 1,
    "document_id": "0192f1c4-7d5e-7c3a-9b1e-2f4a6c8e0d12",
    "source": {"kind": "agent", "name": "cmdb-agent", "version": "0.1.0", "instance": "5b0c2f0e"},
    "scope": {"kind": "host", "key": "5b0c2f0e", "domain": "default"},
    "observed_at": 1764000000000,
    "age_ms": 1200,
    "sections": {"identity": "read", "services": "partial"},
    "items": [
        {
            "key": "host",
            "type": "Server",
            "identifiers": {"agent_id": "5b0c2f0e", "machine_id": "7f4e6b0d"},
            "attributes": {"name": "web-1"},
        },
        {
            "key": "svc:unit:nginx",
            "type": "ServiceInstance",
            "in": "host",
            "attributes": {"name": "nginx", "listens": ["tcp 0.0.0.0:443"]},
        },
    ],
    "relations": [
        {"verb": "CALLS", "from": "svc:unit:nginx", "to": {"address": "10.99.0.31", "port": 5432, "protocol": "tcp"}}
    ],
    "problems": [{"section": "services", "kind": "permission_denied", "message": "some processes are others'"}],
}


class ReceiptItem(Answer):
    """What became of one item of the document."""

    key: str = Field(examples=["host"])
    ci_id: str | None = Field(description="null: held back until someone decides.", examples=["ci_k3v6x2m4q7"])
    status: Literal["created", "updated", "unchanged", "held"]
    why: str = Field(examples=["nothing else claims to be this"])


class Refusal(Answer):
    """Something in the document that was not taken, while the rest was."""

    where: str = Field(description="JSON path.", examples=["items[3].attributes.colour"])
    kind: str = Field(examples=["unknown_attribute"])
    message: str = Field(examples=["a Server has no attribute 'colour'"])


class ReceiptAnswer(Answer):
    """What became of a document. `items` has the independent ones and those that changed; the rest is unchanged."""

    document_id: str = Field(examples=["0192f1c4-7d5e-7c3a-9b1e-2f4a6c8e0d12"])
    status: Literal["accepted", "late", "duplicate"]
    items: list[ReceiptItem]
    instructions: list[Literal["renew_agent_id", "send_full"]]
    problems: list[Refusal]


async def body_of(request: Request) -> bytes:
    """The raw body; `BodyLimit` has bounded it."""
    return await request.body()


@router.post(
    "/observations",
    response_model=ReceiptAnswer,
    responses=responses(HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": f"An observation document, up to {MAX_BYTES} bytes, gzip allowed.",
            "content": {"application/json": {"schema": {"$ref": "observation.schema.json"}, "example": EXAMPLE}},
        }
    },
)
def send_observation(
    core: TheCore,
    sender: Sender,
    counted: TheMetrics,
    body: Annotated[bytes, Depends(body_of)],
    content_encoding: Annotated[str | None, Header(description="gzip, or nothing.")] = None,
) -> Receipt:
    """Hand in what one source saw. The same document twice changes nothing; an older one is `late`."""
    try:
        receipt = take_in(core.graph, body, content_encoding, sender, core.now())
    except CMDBError as error:
        counted.documents.labels(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(error).__name__).lower()).inc()
        raise
    counted.documents.labels(receipt.status).inc()
    return receipt
