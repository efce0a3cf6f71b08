"""Webhooks: events sent to addresses that administrators register, in order, until each was taken.

A webhook's position moves only after its receiver has taken what came before: at least once, never less.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from cmdb.errors import Conflict, Invalid, NotFound
from cmdb.store.driver import Graph
from cmdb.store.queries import events as stored_events
from cmdb.store.queries import webhooks as stored
from cmdb.usecases.events import DAY_MS, Event, Wanted, read_stream

MAX_WEBHOOKS = 50
MAX_URL_CHARACTERS = 2_000
MAX_REASON_CHARACTERS = 300
BATCH = 100
LEASE_MS = 60_000
"""Longer than one delivery may take: after it another process goes on."""
FIRST_WAIT_MS = 5_000
LONGEST_WAIT_MS = 3_600_000
GIVEN_UP_AFTER_MS = 7 * DAY_MS


@dataclass(frozen=True, slots=True)
class Webhook:
    """Who is sent which events. Instants are epoch ms. `kinds`, `types`: None is any.

    `position`: of the last event that was taken. `failures`: tries since then that failed, `failing_since` when the
    first of them was. `stopped_because`: why nothing is sent any more; None while it is active, or a person stopped it.
    """

    id: str
    url: str
    kinds: tuple[str, ...] | None
    types: tuple[str, ...] | None
    position: int
    is_active: bool
    created_at: int
    created_by: str
    delivered_at: int | None
    failures: int
    failing_since: int | None
    last_failure: str | None
    next_try_at: int
    stopped_because: str | None


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A webhook with its secret: the only time anyone sees it."""

    webhook: Webhook
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Batch:
    """Events to deliver, and what proves who sent them. `after`: the position once they are taken."""

    webhook: Webhook
    events: tuple[Event, ...]
    after: int
    secret: str = field(repr=False)
    lease: str = field(repr=False)


def create_webhook(
    graph: Graph, url: str, kinds: tuple[str, ...] | None, types: tuple[str, ...] | None, now: int, created_by: str
) -> NewSecret:
    """A new webhook, for events that follow. Raises Invalid, and Conflict where there are too many."""
    _check_url(url)
    Wanted(kinds)
    webhook_id, salt = f"wh_{secrets.token_hex(8)}", secrets.token_hex(16)
    secret = secret_of(graph, webhook_id, salt)
    properties: dict[str, Any] = {
        "id": webhook_id, "url": url, "kinds": kinds, "types": types, "salt": salt, "secret_digest": _digest(secret),
        "position": stored_events.order_events(graph).last, "is_active": True, "created_at": now,
        "created_by": created_by, "failures": 0, "next_try_at": now, "leased_until": 0,
    }  # fmt: skip
    if not stored.save_webhook(graph, properties, MAX_WEBHOOKS):
        raise Conflict(f"there are {MAX_WEBHOOKS} webhooks already: delete one that nobody needs")
    return NewSecret(_webhook(properties), secret)


def list_webhooks(graph: Graph) -> list[Webhook]:
    """Every webhook, oldest first, without secrets; at most `MAX_WEBHOOKS`."""
    return [_webhook(found) for found in stored.list_webhooks(graph)]


def delete_webhook(graph: Graph, webhook_id: str) -> None:
    """Delete a webhook. Raises NotFound."""
    if not stored.delete_webhook(graph, webhook_id):
        raise NotFound("webhook", webhook_id)


def renew_secret(graph: Graph, webhook_id: str) -> NewSecret:
    """A new secret in place of the old one, from the next delivery on. Raises NotFound."""
    salt = secrets.token_hex(16)
    secret = secret_of(graph, webhook_id, salt)
    return NewSecret(_changed(graph, webhook_id, {"salt": salt, "secret_digest": _digest(secret)}), secret)


def stop_webhook(graph: Graph, webhook_id: str) -> Webhook:
    """Send it nothing until it is resumed; it keeps its position. Raises NotFound."""
    return _changed(graph, webhook_id, {"is_active": False, "stopped_because": None})


def resume_webhook(graph: Graph, webhook_id: str, now: int) -> Webhook:
    """Go on where it stopped, or with the oldest event that is still kept. Raises NotFound."""
    found = stored.find_webhook(graph, webhook_id)
    if found is None:
        raise NotFound("webhook", webhook_id)
    return _changed(graph, webhook_id, {
        "is_active": True, "stopped_because": None, "failures": 0, "failing_since": None, "last_failure": None,
        "next_try_at": now, "position": max(found["position"], stored_events.horizon(graph)),
    })  # fmt: skip


def due_webhooks(graph: Graph, now: int) -> list[str]:
    """The ids of webhooks for which events are waiting."""
    return list(stored.due_webhooks(graph, stored_events.order_events(graph).last, now))


def next_batch(graph: Graph, webhook_id: str, now: int) -> Batch | None:
    """What this webhook is to be sent now, by the caller alone; None where there is nothing, or another sends it.

    The caller settles it by `delivered` or `failed` before `LEASE_MS` are over.
    """
    lease = secrets.token_hex(8)
    found = stored.claim_webhook(graph, webhook_id, lease, now, now + LEASE_MS)
    if found is None:
        return None
    webhook = _webhook(found)
    secret = secret_of(graph, webhook_id, found["salt"])
    if _digest(secret) != found["secret_digest"]:
        _stop(graph, webhook_id, lease, "the graph's password has changed, and with it the secret: renew it and resume")
        return None
    try:
        page = read_stream(graph, webhook.position, BATCH, Wanted(webhook.kinds, webhook.types))
    except Invalid as gone:
        _stop(graph, webhook_id, lease, f"{gone}. Resuming goes on with the oldest that is kept")
        return None
    batch = Batch(webhook, page.events, page.after, secret, lease)
    if not batch.events:
        stored.settle_webhook(graph, webhook_id, lease, {"position": page.after})
        return None
    return batch


def delivered(graph: Graph, batch: Batch, now: int) -> None:
    """The receiver has taken the batch."""
    stored.settle_webhook(graph, batch.webhook.id, batch.lease, {
        "position": batch.after, "delivered_at": now, "failures": 0, "failing_since": None, "last_failure": None,
        "next_try_at": now,
    })  # fmt: skip


def failed(graph: Graph, batch: Batch, why: str, now: int) -> None:
    """The receiver has not taken it: try again later, and give up after `GIVEN_UP_AFTER_MS` without success."""
    failures = batch.webhook.failures + 1
    since = batch.webhook.failing_since if batch.webhook.failing_since is not None else now
    properties: dict[str, Any] = {
        "failures": failures, "failing_since": since, "last_failure": why[:MAX_REASON_CHARACTERS],
        "next_try_at": now + wait_ms(failures),
    }  # fmt: skip
    if now - since >= GIVEN_UP_AFTER_MS:
        days = GIVEN_UP_AFTER_MS // DAY_MS
        properties |= {"is_active": False, "stopped_because": f"nothing was taken for {days} days; the last try: {why}"}
    stored.settle_webhook(graph, batch.webhook.id, batch.lease, properties)


def wait_ms(failures: int) -> int:
    """How long to wait after so many failures in a row: twice as long each time, an hour at most."""
    return min(LONGEST_WAIT_MS, FIRST_WAIT_MS << min(failures - 1, 20))


def signature_of(secret: str, body: bytes, at_seconds: int) -> str:
    """The header that proves a delivery: `t=SECONDS,v1=HEX`, HMAC-SHA256 over the seconds, a full stop and the body."""
    signed = hmac.new(secret.encode(), f"{at_seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at_seconds},v1={signed}"


def secret_of(graph: Graph, webhook_id: str, salt: str) -> str:
    """The secret of a webhook, the same in every process on this graph; it stands nowhere."""
    key = hmac.digest(graph.signing_key, f"webhook|{webhook_id}|{salt}".encode(), "sha256")
    return "whsec_" + base64.urlsafe_b64encode(key).decode().rstrip("=")


def is_loopback_url(url: str) -> bool:
    """Whether the address is this machine's own."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_url(url: str) -> None:
    """Raises Invalid for an address to which nothing may be sent."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Invalid(f"this is no address: {error}", "url") from error
    if not host or len(url) > MAX_URL_CHARACTERS or any(character <= " " for character in url):
        raise Invalid("this is no address such as https://example.org/cmdb", "url")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Invalid("an address without user, password and fragment: deliveries are signed", "url")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback_url(url)):
        raise Invalid("events leave this machine over https alone", "url")


def _stop(graph: Graph, webhook_id: str, lease: str, why: str) -> None:
    stored.settle_webhook(graph, webhook_id, lease, {"is_active": False, "stopped_because": why})


def _changed(graph: Graph, webhook_id: str, properties: dict[str, Any]) -> Webhook:
    found = stored.change_webhook(graph, webhook_id, properties)
    if found is None:
        raise NotFound("webhook", webhook_id)
    return _webhook(found)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _webhook(found: dict[str, Any]) -> Webhook:
    return Webhook(
        id=found["id"],
        url=found["url"],
        kinds=tuple(found["kinds"]) if found.get("kinds") else None,
        types=tuple(found["types"]) if found.get("types") else None,
        position=found["position"],
        is_active=found["is_active"],
        created_at=found["created_at"],
        created_by=found["created_by"],
        delivered_at=found.get("delivered_at"),
        failures=found["failures"],
        failing_since=found.get("failing_since"),
        last_failure=found.get("last_failure"),
        next_try_at=found["next_try_at"],
        stopped_because=found.get("stopped_because"),
    )
