"""Webhooks: who is sent events, and how far each has come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import LiteralString

from cmdb.store.driver import Graph, Row

_CREATE: LiteralString = """
MATCH (w:Webhook) WITH count(w) AS count WHERE count < $most
CREATE (w:Webhook) SET w = $set
RETURN w {.*} AS webhook
"""

_LIST: LiteralString = "MATCH (w:Webhook) RETURN w {.*} AS webhook ORDER BY w.created_at, w.id"

_FIND: LiteralString = "MATCH (w:Webhook {id: $id}) RETURN w {.*} AS webhook"

_CHANGE: LiteralString = "MATCH (w:Webhook {id: $id}) SET w += $set RETURN w {.*} AS webhook"

_DELETE: LiteralString = "MATCH (w:Webhook {id: $id}) DELETE w RETURN count(*) AS count"

_DUE: LiteralString = """
MATCH (w:Webhook)
WHERE w.is_active AND w.position < $last AND w.next_try_at <= $now AND w.leased_until <= $now
RETURN w.id AS id ORDER BY w.next_try_at
"""

# The first SET takes the lock and changes nothing: what is asked after it nobody else can answer at the same time.
_CLAIM: LiteralString = """
MATCH (w:Webhook {id: $id}) SET w.is_active = w.is_active
WITH w WHERE w.is_active AND w.next_try_at <= $now AND w.leased_until <= $now
SET w.lease = $lease, w.leased_until = $until
RETURN w {.*} AS webhook
"""

_SETTLE: LiteralString = """
MATCH (w:Webhook {id: $id}) SET w.is_active = w.is_active
WITH w WHERE w.lease = $lease
SET w += $set, w.leased_until = 0, w.lease = null
"""


def save_webhook(graph: Graph, properties: Row, most: int) -> bool:
    """Store a new webhook; False where there are `most` already."""
    return bool(graph.tell(_CREATE, set=properties, most=most))


def list_webhooks(graph: Graph) -> list[Row]:
    """Every webhook, oldest first."""
    return [found["webhook"] for found in graph.ask(_LIST)]


def find_webhook(graph: Graph, webhook_id: str) -> Row | None:
    """The webhook with this id."""
    found = graph.ask(_FIND, id=webhook_id)
    return found[0]["webhook"] if found else None


def change_webhook(graph: Graph, webhook_id: str, properties: Row) -> Row | None:
    """The webhook with these properties set; None where there is none."""
    found = graph.tell(_CHANGE, id=webhook_id, set=properties)
    return found[0]["webhook"] if found else None


def delete_webhook(graph: Graph, webhook_id: str) -> bool:
    """Delete it; False where there is none."""
    return graph.tell(_DELETE, id=webhook_id)[0]["count"] > 0


def due_webhooks(graph: Graph, last: int, now: int) -> Sequence[str]:
    """The ids of those that events up to `last` are waiting for, and that nobody serves now."""
    return [found["id"] for found in graph.ask(_DUE, last=last, now=now)]


def claim_webhook(graph: Graph, webhook_id: str, lease: str, now: int, until: int) -> Row | None:
    """The webhook, for the holder of `lease` alone until `until`; None where another one was first. Epoch ms."""
    found = graph.tell(_CLAIM, id=webhook_id, lease=lease, now=now, until=until)
    return found[0]["webhook"] if found else None


def settle_webhook(graph: Graph, webhook_id: str, lease: str, properties: Row) -> None:
    """Set what came of a delivery and give the lease back; nothing where it was lost meanwhile."""
    graph.tell(_SETTLE, id=webhook_id, lease=lease, set=properties)
