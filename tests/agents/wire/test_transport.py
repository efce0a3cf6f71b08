import datetime
import email.utils
import gzip
import random

import pytest
from cmdb_agent.wire import backoff
from cmdb_agent.wire.answer import AddressError, Fate
from cmdb_agent.wire.transport import Transport, checked, is_loopback

BODY = gzip.compress(b'{"document_id": "d", "age_ms": 5}')


def test_a_document_is_sent_compressed_with_the_agent_s_token(server):
    server.answers = [(200, {"status": "accepted", "instructions": ["send_full", 7]}, {})]
    answer = Transport(server.address).send("t0ken", BODY)
    assert answer.fate is Fate.TAKEN
    assert answer.instructions == ["send_full"]
    [request] = server.requests
    assert request["path"] == "/api/v1/observations"
    assert request["body"] == {"document_id": "d", "age_ms": 5}
    assert request["headers"]["Authorization"] == "Bearer t0ken"
    assert request["headers"]["Content-Encoding"] == "gzip"
    assert request["headers"]["Content-Type"] == "application/json"


def test_an_enrolment_exchanges_the_token(server):
    answer = Transport(server.address).enrol("enrol-me", "agent-1", "box")
    assert answer.body == {"token": "agent-token", "domain": "site-1"}
    assert server.requests[0]["body"] == {"agent_id": "agent-1", "host_name": "box"}
    assert server.requests[0]["headers"]["Authorization"] == "Bearer enrol-me"


def test_an_enrolment_without_a_token_in_its_answer_is_tried_again(server):
    server.answers = [(201, {"domain": "x"}, {})]
    assert Transport(server.address).enrol("enrol-me", "agent-1", "box").fate is Fate.LATER


@pytest.mark.parametrize(
    ("status", "fate"),
    [(200, Fate.TAKEN), (401, Fate.UNAUTHORISED), (403, Fate.UNAUTHORISED), (400, Fate.REFUSED), (413, Fate.REFUSED),
     (422, Fate.REFUSED), (429, Fate.LATER), (500, Fate.LATER), (503, Fate.LATER), (404, Fate.LATER)],
)  # fmt: skip
def test_each_status_decides_what_becomes_of_the_document(server, status, fate):
    server.answers = [(status, {"title": "No", "detail": "because of this"}, {})]
    answer = Transport(server.address).send("t", BODY)
    assert answer.fate is fate
    assert answer.status == status
    assert status == 200 or answer.reason == f"{status} because of this"


def test_a_redirect_is_refused_and_the_token_goes_nowhere_else(server):
    server.answers = [(307, {}, {"Location": "http://127.0.0.1:1/elsewhere"})]
    answer = Transport(server.address).send("t", BODY)
    assert answer.fate is Fate.LATER
    assert "elsewhere" in answer.reason
    assert len(server.requests) == 1


def test_retry_after_is_read_as_seconds_and_as_a_date(server):
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=100)
    server.answers = [
        (429, {}, {"Retry-After": "17"}),
        (503, {}, {"Retry-After": email.utils.format_datetime(soon)}),
        (503, {}, {"Retry-After": "soon"}),
        (503, {}, {"Retry-After": "999999"}),
    ]
    transport = Transport(server.address)
    asked = [transport.send("t", BODY).retry_after_seconds for _ in range(4)]
    assert asked[0] == 17
    assert 90 <= asked[1] <= 100
    assert asked[2] is None
    assert asked[3] == 3600


def test_a_server_that_is_away_is_tried_again_later(server):
    transport = Transport(server.address)
    server.stop()
    try:
        answer = transport.send("t", BODY)
    finally:
        server.stop = lambda: None
    assert answer.fate is Fate.LATER
    assert answer.status is None
    assert "no answer" in answer.reason


@pytest.mark.parametrize("body", [b"no json", b"[1, 2]", b"", b"\xff"])
def test_an_answer_that_is_no_json_object_is_taken_all_the_same(server, body):
    server.answers = [(200, body, {})]
    assert Transport(server.address).send("t", BODY).body == {}


def test_a_private_authority_is_trusted_when_named(tls_server, authority):
    assert Transport(tls_server.address, ca=str(authority / "ca.pem")).send("t", BODY).fate is Fate.TAKEN


def test_an_unknown_authority_is_refused_with_the_option_that_would_help(tls_server):
    answer = Transport(tls_server.address).send("t", BODY)
    assert answer.fate is Fate.LATER
    assert "--ca" in answer.reason
    assert tls_server.requests == []


def test_a_certificate_of_another_name_is_refused(tls_server, authority):
    address = tls_server.address.replace("127.0.0.1", "localhost")
    answer = Transport(address, ca=str(authority / "ca.pem")).send("t", BODY)
    assert answer.fate is Fate.LATER
    assert tls_server.requests == []


def test_an_authority_file_that_is_none_is_said_at_once(tmp_path):
    (tmp_path / "ca.pem").write_text("not a certificate")
    for path in (tmp_path / "ca.pem", tmp_path / "missing.pem"):
        with pytest.raises(AddressError, match="--ca"):
            Transport("https://cmdb.example.net", ca=str(path))


@pytest.mark.parametrize("address", [
    "http://cmdb.example.net", "http://10.0.0.1:8000", "ftp://127.0.0.1", "cmdb.example.net", "", "https://",
    "https://me:secret@cmdb.example.net", "https://cmdb.example.net/?token=x",
])  # fmt: skip
def test_an_address_that_would_show_the_token_or_is_none_is_refused(address):
    with pytest.raises(AddressError):
        checked(address)


@pytest.mark.parametrize("address", [
    "http://127.0.0.1:8000", "http://localhost:8000/", "http://[::1]:8000", "https://cmdb.example.net/base/",
])  # fmt: skip
def test_plain_http_is_taken_to_the_machine_itself_only(address):
    assert checked(address) == address.rstrip("/")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("127.8.8.8", True), ("LocalHost.", True), ("localhost.example.net", False), ("10.0.0.1", False)],
)
def test_loopback_is_known_by_name_and_address(name, expected):
    assert is_loopback(name) is expected


def test_the_system_s_proxy_is_asked_for_others_and_never_for_loopback(server, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", server.address)
    assert Transport(server.address).send("t", BODY).fate is Fate.TAKEN
    answer = Transport("https://cmdb.example.net").send("t", BODY)
    assert answer.fate is Fate.LATER
    assert "501" in answer.reason or "Tunnel" in answer.reason


def test_the_wait_grows_to_its_cap_and_is_drawn_from_its_whole_range():
    draw = random.Random(1)
    first = [backoff.delay_seconds(1, None, draw) for _ in range(500)]
    capped = [backoff.delay_seconds(50, None, draw) for _ in range(500)]
    assert max(first) <= backoff.FIRST_SECONDS
    assert max(capped) <= backoff.CAP_SECONDS
    assert min(capped) < backoff.CAP_SECONDS / 10
    assert max(capped) > backoff.CAP_SECONDS * 0.9


def test_what_the_server_asked_to_wait_is_waited_before_the_draw():
    draw = random.Random(1)
    waits = [backoff.delay_seconds(1, 30, draw) for _ in range(200)]
    assert min(waits) >= 30
    assert len(set(waits)) > 100
