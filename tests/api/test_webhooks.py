"""Webhooks: registered by administrators, signed, tried again, and nothing lost."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cmdb_api.deliveries import Deliveries

from cmdb.store.driver import Graph
from cmdb.usecases.access import DAY_MS, Role, create_token
from cmdb.usecases.events import remove_old_events
from cmdb.usecases.webhooks import FIRST_WAIT_MS, LEASE_MS, LONGEST_WAIT_MS, due_webhooks, next_batch, wait_ms
from tests.api.test_serving import serving
from tests.support.api import Api
from tests.support.estate import send
from tests.support.hosts import START, host
from tests.support.receiver import Receiver, receiver
from tests.support.running import wait_for

pytestmark = pytest.mark.neo4j
URL = "/api/v1/webhooks"


@pytest.fixture
def target() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


def register(admin: httpx.Client, url: str, **more: Any) -> tuple[str, str]:
    """Id and secret of a new webhook."""
    answer = admin.post(URL, json={"url": url, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["webhook"]["id"], answer.json()["secret"]


def deliver(api: Api, webhook_id: str) -> bool:
    return asyncio.run(Deliveries(api.core).deliver(webhook_id))


def shown(admin: httpx.Client, webhook_id: str) -> dict[str, Any]:
    return next(one for one in admin.get(URL).json()["webhooks"] if one["id"] == webhook_id)


def positions(target: Receiver) -> list[list[int]]:
    return [[event["position"] for event in json.loads(body)["events"]] for body, _ in target.got]


def is_signed(secret: str, body: bytes, signature: str) -> bool:
    """As a receiver would do it."""
    fields = dict(part.split("=") for part in signature.split(","))
    mine = hmac.new(secret.encode(), fields["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(mine, fields["v1"])


def test_what_happens_after_registration_is_delivered_signed_and_once(
    api: Api, graph: Graph, admin: httpx.Client, target: Receiver
) -> None:
    send(graph, host(1))
    webhook_id, secret = register(admin, target.url)
    assert due_webhooks(graph, api.clock()) == []
    send(graph, host(2))
    assert due_webhooks(graph, api.clock()) == [webhook_id]
    assert deliver(api, webhook_id)
    assert not deliver(api, webhook_id)
    assert positions(target) == [[2]]
    body, signature = target.got[0]
    assert is_signed(secret, body, signature)
    assert not is_signed(secret, body + b" ", signature)
    assert json.loads(body)["events"][0]["title"] == "web-2"
    assert shown(admin, webhook_id)["position"] == 2


def test_what_was_not_taken_is_sent_again_later_and_later_and_then_goes_on(
    api: Api, graph: Graph, admin: httpx.Client, target: Receiver
) -> None:
    webhook_id, _ = register(admin, target.url)
    send(graph, host(1))
    target.statuses = [500, 302]
    assert not deliver(api, webhook_id)
    assert shown(admin, webhook_id)["last_failure"] == "it answered 500"
    assert not deliver(api, webhook_id)  # not yet
    assert len(target.got) == 1
    api.clock.advance(FIRST_WAIT_MS)
    assert not deliver(api, webhook_id)  # a redirect is no success, and is not followed
    send(graph, host(2))
    api.clock.advance(2 * FIRST_WAIT_MS)
    assert deliver(api, webhook_id)
    assert positions(target) == [[1], [1], [1, 2]]
    assert shown(admin, webhook_id)["failures"] == 0


def test_a_receiver_that_is_not_there_is_given_up_after_a_week_with_the_reason_and_resumed_without_loss(
    api: Api, graph: Graph, admin: httpx.Client
) -> None:
    with receiver() as gone:
        webhook_id, _ = register(admin, gone.url)
    send(graph, host(1))
    for _ in range(2):
        assert not deliver(api, webhook_id)
        api.clock.advance(7 * DAY_MS)
    found = shown(admin, webhook_id)
    assert (found["is_active"], found["position"]) == (False, 0)
    assert "nothing was taken for 7 days" in found["stopped_because"]
    assert "Connect" in found["stopped_because"]
    assert due_webhooks(graph, api.clock()) == []
    resumed = admin.patch(f"{URL}/{webhook_id}", json={"is_active": True}).json()
    assert (resumed["is_active"], resumed["failures"], resumed["stopped_because"]) == (True, 0, None)
    assert due_webhooks(graph, api.clock()) == [webhook_id]


def test_only_one_process_serves_a_webhook_and_another_takes_over_from_one_that_died(
    api: Api, graph: Graph, admin: httpx.Client, target: Receiver
) -> None:
    webhook_id, _ = register(admin, target.url)
    send(graph, host(1))
    assert next_batch(graph, webhook_id, api.clock()) is not None  # and dies
    assert not deliver(api, webhook_id)
    api.clock.advance(LEASE_MS)
    assert deliver(api, webhook_id)
    assert positions(target) == [[1]]


def test_filters_pass_over_what_is_not_wanted(api: Api, graph: Graph, admin: httpx.Client, target: Receiver) -> None:
    webhook_id, _ = register(admin, target.url, kinds=["changed"], types=["Server"])
    send(graph, host(1))
    assert not deliver(api, webhook_id)
    assert shown(admin, webhook_id)["position"] == 1
    send(graph, host(1, at=START + 1, name="db-1"))
    assert deliver(api, webhook_id)
    assert positions(target) == [[2]]


def test_a_secret_is_shown_once_stands_nowhere_and_can_be_renewed(
    api: Api, graph: Graph, admin: httpx.Client, target: Receiver
) -> None:
    webhook_id, secret = register(admin, target.url)
    stored = graph.ask("MATCH (w:Webhook) RETURN properties(w) AS values")[0]["values"]
    assert secret not in json.dumps(stored) + admin.get(URL).text
    renewed = admin.post(f"{URL}/{webhook_id}/secret").json()["secret"]
    assert renewed != secret
    send(graph, host(1))
    assert deliver(api, webhook_id)
    assert is_signed(renewed, *target.got[0])
    graph.tell("MATCH (w:Webhook) SET w.secret_digest = 'of another password'")
    send(graph, host(2))
    assert not deliver(api, webhook_id)
    assert "password has changed" in shown(admin, webhook_id)["stopped_because"]


def test_events_removed_before_they_were_delivered_stop_the_webhook_and_say_so(
    api: Api, graph: Graph, admin: httpx.Client, target: Receiver
) -> None:
    webhook_id, _ = register(admin, target.url)
    send(graph, host(1))
    remove_old_events(graph, time.time_ns() // 1_000_000 + 91 * DAY_MS)
    send(graph, host(2))
    assert not deliver(api, webhook_id)
    assert "removed by age" in shown(admin, webhook_id)["stopped_because"]
    admin.patch(f"{URL}/{webhook_id}", json={"is_active": True})
    assert deliver(api, webhook_id)
    assert positions(target) == [[2]]


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "ftp://example.org/", "https://ann:secret@example.org/", "https://", "https://a b/", "x",
     "https://example.org:port/", "https://[::1/", "https://example.org/#part"],
)  # fmt: skip
def test_an_address_to_which_nothing_may_be_sent_is_refused(admin: httpx.Client, url: str) -> None:
    answer = admin.post(URL, json={"url": url})
    assert (answer.status_code, answer.json()["field"]) == (422, "url")


def test_a_webhook_can_be_stopped_and_deleted(api: Api, graph: Graph, admin: httpx.Client, target: Receiver) -> None:
    webhook_id, _ = register(admin, target.url)
    assert admin.patch(f"{URL}/{webhook_id}", json={"is_active": False}).json()["stopped_because"] is None
    send(graph, host(1))
    assert not deliver(api, webhook_id)
    assert admin.delete(f"{URL}/{webhook_id}").status_code == 204
    assert admin.delete(f"{URL}/{webhook_id}").status_code == 404
    assert admin.patch(f"{URL}/{webhook_id}", json={"is_active": True}).status_code == 404
    assert admin.get(URL).json() == {"webhooks": []}


def test_waits_grow_to_an_hour() -> None:
    assert [wait_ms(failures) // 1000 for failures in (1, 2, 3, 4)] == [5, 10, 20, 40]
    assert wait_ms(1_000) == LONGEST_WAIT_MS


def test_a_serving_process_delivers_by_itself_in_order_and_stops_cleanly(
    graph: Graph, engine: Any, tmp_path: Path, target: Receiver
) -> None:
    secret = create_token(graph, "ops", Role.ADMIN, START, created_by="a test").secret
    with serving(engine, tmp_path, True) as client:
        client.headers["Authorization"] = f"Bearer {secret}"
        register(client, target.url)
        target.statuses = [503]
        for number in range(12):
            send(graph, host(number + 1, at=START + number))
        assert wait_for(lambda: {p for batch in positions(target)[1:] for p in batch} == set(range(1, 13)), 40)
    taken = [position for batch in positions(target)[1:] for position in batch]
    assert taken == list(range(1, 13))
