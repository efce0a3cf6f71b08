"""A document as it arrives: decoded, checked against who sends it, and taken in."""

from __future__ import annotations

from cmdb.errors import NotAllowed
from cmdb.observation.document import MAX_BYTES, Document, decode
from cmdb.observation.schema import schema
from cmdb.store.driver import Graph
from cmdb.usecases.access import Caller, Role
from cmdb.usecases.observe import observe
from cmdb.usecases.receipts import Receipt

__all__ = ["MAX_BYTES", "schema", "take_in"]


def take_in(graph: Graph, body: bytes, encoding: str | None, sender: Caller, received_at: int) -> Receipt:
    """The receipt for a request body. `encoding` is its Content-Encoding.

    Raises Invalid, TooLarge, NotAllowed (the sender may not speak for this source) and Unavailable.
    """
    document = decode(body, encoding)
    _check_sender(document, sender)
    return observe(graph, document, received_at)


def _check_sender(document: Document, sender: Caller) -> None:
    """An agent speaks for itself alone, a collector for no agent, and either within its domain alone."""
    source = document.source
    if sender.role is Role.AGENT and (source.kind != "agent" or source.instance != sender.agent_id):
        raise NotAllowed(
            f"this token is bound to the agent {sender.agent_id!r}: it may not send for {source.instance!r}",
            "source.instance",
        )
    if sender.role is Role.COLLECTOR and source.kind == "agent":
        raise NotAllowed("a collector's token may not send for an agent", "source.kind")
    if sender.domain is not None and document.scope.domain != sender.domain:
        raise NotAllowed(
            f"this token is for the domain {sender.domain!r}, the document for {document.scope.domain!r}",
            "scope.domain",
        )
