"""The stream of events over HTTP: by position, and as server-sent events from a real server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cmdb_api.streams import MAX_STREAMS

from cmdb.store.driver import Graph
from cmdb.usecases.access import Role, create_token, revoke_token
from tests.api.test_serving import serving
from tests.support.api import Api
from tests.support.estate import ci_of, send
from tests.support.hosts import START, host

pytestmark = pytest.mark.neo4j
MINUTE = 60_000


def test_events_are_read_page_by_page_and_the_last_page_says_where_to_go_on(graph: Graph, reader: httpx.Client) -> None:
    for number in range(5):
        send(graph, host(number + 1, at=START + number))
    first = reader.get("/api/v1/events", params={"limit": 3}).json()
    assert ([one["position"] for one in first["events"]], first["more"], first["last"]) == ([1, 2, 3], True, 5)
    rest = reader.get("/api/v1/events", params={"after": first["after"]}).json()
    assert ([one["position"] for one in rest["events"]], rest["more"], rest["after"]) == ([4, 5], False, 5)
    nothing = reader.get("/api/v1/events", params={"after": 5}).json()
    assert (nothing["events"], nothing["more"], nothing["after"]) == ([], False, 5)


def test_an_event_says_what_changed(graph: Graph, reader: httpx.Client) -> None:
    receipt = send(graph, host(1))
    send(graph, host(1, at=START + MINUTE, name="db-1"))
    event = reader.get("/api/v1/events", params={"kinds": "changed", "ci": ci_of(receipt)}).json()["events"][0]
    assert event["details"] == {"attributes": [{"name": "name", "old": "web-1", "new": "db-1"}]}
    assert (event["ci_type"], event["title"], event["at"]) == ("Server", "db-1", "2025-11-24T16:01:00.000Z")
    assert reader.get("/api/v1/events", params={"types": "Container"}).json()["events"] == []


@pytest.mark.parametrize(
    ("parameters", "field"), [({"after": 9}, "after"), ({"kinds": "exploded"}, "kinds"), ({"after": -1}, "after")]
)
def test_what_cannot_be_is_refused(reader: httpx.Client, parameters: dict[str, Any], field: str) -> None:
    answer = reader.get("/api/v1/events", params=parameters)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_no_more_streams_are_open_than_may_be(api: Api) -> None:
    api.app.state.streams.open = MAX_STREAMS
    answer = api.as_role(Role.READER).get("/api/v1/events/stream")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert api.app.state.streams.open == MAX_STREAMS


def received(lines: Iterator[str], count: int) -> list[dict[str, str]]:
    """The next events of a stream, as fields."""
    found: list[dict[str, str]] = []
    now: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(": ")
            now[name] = value
        else:
            if "data" in now:
                found.append(now)
            now = {}
            if len(found) == count:
                break
    return found


def test_a_stream_tells_what_comes_goes_on_after_the_last_and_ends_with_the_server(
    graph: Graph, engine: Any, tmp_path: Path
) -> None:
    send(graph, host(1))
    secret = create_token(graph, "dashboard", Role.READER, START, created_by="a test").secret
    authorization = {"Authorization": f"Bearer {secret}"}
    with serving(engine, tmp_path, True) as client:
        url = "/api/v1/events/stream"
        with client.stream("GET", url, headers=authorization) as answer:
            assert answer.headers["Content-Type"].startswith("text/event-stream")
            lines = answer.iter_lines()
            assert next(lines) == "retry: 3000"
            send(graph, host(2, at=START + 1))
            (event,) = received(lines, 1)
        assert (event["id"], event["event"], json.loads(event["data"])["title"]) == ("2", "created", "web-2")
        again = {"Last-Event-ID": "0"} | authorization
        with client.stream("GET", url, headers=again, params={"kinds": "created"}) as answer:
            assert [one["id"] for one in received(answer.iter_lines(), 2)] == ["1", "2"]
        refused = client.get(url, headers={"Last-Event-ID": "77"} | authorization)
        assert refused.status_code == 422
        listening = threading.Event()
        held = threading.Thread(target=_hold, args=(str(client.base_url) + url, authorization, listening))
        held.start()
        assert listening.wait(20)
    # `serving` has seen the server end in good order, though somebody was listening.
    held.join(timeout=20)
    assert not held.is_alive()


def _hold(url: str, headers: dict[str, str], listening: threading.Event) -> None:
    with httpx.stream("GET", url, headers=headers, timeout=30, trust_env=False) as answer:
        listening.set()
        for _ in answer.iter_lines():
            continue


def test_a_stream_ends_when_its_token_is_revoked(graph: Graph, engine: Any, tmp_path: Path) -> None:
    token = create_token(graph, "dashboard", Role.READER, START, created_by="a test")
    with serving(engine, tmp_path, True) as client:
        authorization = {"Authorization": f"Bearer {token.secret}"}
        with client.stream("GET", "/api/v1/events/stream", headers=authorization, timeout=40) as answer:
            lines = answer.iter_lines()
            assert next(lines) == "retry: 3000"
            revoke_token(graph, token.token.id, START)
            assert [line for line in lines if line] == []
