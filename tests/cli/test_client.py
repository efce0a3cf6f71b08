"""What becomes of every answer a server may give, right and wrong ones."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from cmdb.cli.client import Client
from cmdb.cli.exits import Exit, Refused, exit_of
from cmdb.cli.settings import Profile
from cmdb.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable
from tests.support.running import free_port


@contextmanager
def _server(
    status: int, body: bytes, content_type: str = "application/problem+json"
) -> Iterator[tuple[str, list[Any]]]:
    """A server that always gives one answer, and what it was asked."""
    asked: list[Any] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, dict(self.headers)))
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def token(tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.write_text("cmdb_secret\n")
    return file


def _refused(token: Path, status: int, body: bytes, content_type: str = "application/problem+json") -> Refused:
    with _server(status, body, content_type) as (address, _), Client(Profile(address, token)) as client:
        with pytest.raises(Refused) as refused:
            client.get("/cis")
        return refused.value


def test_the_token_goes_into_the_header_and_what_is_none_is_left_out(token: Path):
    with _server(200, b"{}", "application/json") as (address, asked), Client(Profile(address, token)) as client:
        client.get("/cis", type="Server", q=None)
    path, headers = asked[0]
    assert path == "/api/v1/cis?type=Server"
    assert headers["authorization".title()] == "Bearer cmdb_secret"


def test_a_problem_document_says_what_is_wrong_and_where(token: Path):
    problem = {"title": "Unprocessable", "status": 422, "detail": "no type is called 'X'", "field": "type"}
    refused = _refused(token, 422, json.dumps(problem).encode())
    assert str(refused) == "type: no type is called 'X'"
    assert exit_of(refused) is Exit.REFUSED


def test_several_wrong_fields_are_all_named(token: Path):
    errors = [{"field": "title", "detail": "Field required"}, {"field": "cis[0].ci", "detail": "too short"}]
    refused = _refused(token, 422, json.dumps({"detail": "2 fields", "errors": errors}).encode())
    assert str(refused) == "title: Field required; cis[0].ci: too short"


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, 4), (403, 4), (404, 5), (409, 1), (412, 1), (413, 1), (422, 1), (429, 1), (500, 1), (502, 3), (503, 3)],
)
def test_each_status_has_its_exit_code(token: Path, status: int, code: int):
    assert exit_of(_refused(token, status, b'{"detail": "so it is"}')) == code


@pytest.mark.parametrize("body", [b"<html>Bad gateway</html>", b"", b"[]", b'{"title": "no detail"}'])
def test_an_answer_that_is_no_problem_document_is_told_by_its_status(token: Path, body: bytes):
    content_type = "text/html" if body[:1] in (b"<", b"") else "application/json"
    assert "502" in str(_refused(token, 502, body, content_type))


def test_no_server_is_told_with_what_to_do(token: Path):
    with (
        Client(Profile(f"http://127.0.0.1:{free_port()}", token)) as client,
        pytest.raises(Unavailable, match="cmdb up"),
    ):
        client.get("/cis")


def test_no_token_is_told_with_what_to_do(tmp_path: Path):
    with pytest.raises(NotAllowed, match="--token-file"):
        Client(Profile("http://127.0.0.1:8000", tmp_path / "none"))


@pytest.mark.parametrize("address", ["http://cmdb.example.net", "ftp://127.0.0.1", "127.0.0.1:8000"])
def test_a_token_does_not_travel_in_the_clear(token: Path, address: str):
    with pytest.raises(Invalid):
        Client(Profile(address, token))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Unavailable("no graph"), Exit.UNREACHABLE),
        (NotAllowed("no"), Exit.NOT_ALLOWED),
        (NotFound("CI", "x"), Exit.NOT_FOUND),
        (Conflict("no"), Exit.REFUSED),
        (Invalid("no"), Exit.REFUSED),
    ],
)
def test_refusals_of_the_core_have_the_same_exit_codes(error: Any, code: Exit):
    assert exit_of(error) is code


def test_a_certificate_authority_that_is_none_is_named(token: Path):
    with pytest.raises(Invalid, match="--ca"):
        Client(Profile("https://cmdb.example.net", token, token))
