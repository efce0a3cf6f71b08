"""The certificates that a machine's own listeners present: who is asked, how often, and what is said of it."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from pathlib import Path

import pytest
from cmdb_agent.probes import certificates
from cmdb_agent.probes.certificates import CertificateReader, presented_at
from cmdb_agent.reading import NOT_READ, READ, Reading

from tests.support.require import missing


@pytest.fixture(scope="session")
def der(authority: Path) -> bytes:
    """The certificate of the test's TLS server."""
    openssl = shutil.which("openssl") or missing("openssl is missing: apt-get install openssl")
    command = [openssl, "x509", "-in", authority / "server.pem", "-outform", "DER"]
    return subprocess.run(command, check=True, capture_output=True).stdout


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


class Listeners:
    """What stands at each address and port; every question is kept."""

    def __init__(self, clock: Clock, presented: dict[tuple[str, int], bytes | OSError | None]) -> None:
        self.clock = clock
        self.presented = presented
        self.asked: list[tuple[str, int]] = []
        self.takes_seconds = 0.0

    def ask(self, address: str, port: int, seconds: float) -> bytes | None:
        self.asked.append((address, port))
        self.clock.seconds += min(self.takes_seconds, seconds)
        found = self.presented[address, port]
        if isinstance(found, OSError):
            raise found
        return found


def services(*listens: str, product: str | None = "nginx", started_at: int = 1) -> Reading:
    reading = Reading("services")
    reading.add("svc:web", "ServiceInstance", "host", name="web", product=product, listens=list(listens),
                started_at=started_at)  # fmt: skip
    return reading


def section(reader: CertificateReader, beside: Reading) -> Reading:
    reading = reader.beside([beside, Reading("connections")])[-1]
    assert reading.section == "certificates"
    return reading


def test_a_listener_presents_its_certificate_whoever_signed_it(tls_server, der: bytes) -> None:
    host, port = tls_server.address.removeprefix("https://").split(":")
    assert presented_at(host, int(port), 5) == der


def test_a_listener_that_does_not_speak_tls_presents_none(server) -> None:
    host, port = server.address.removeprefix("http://").split(":")
    assert presented_at(host, int(port), 5) is None


def test_a_listener_that_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(TimeoutError):
        presented_at("127.0.0.1", silent.getsockname()[1], 0.2)


def test_a_listener_that_asks_for_the_certificate_of_its_client_presents_its_own(authority: Path, der: bytes) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / "server.pem", authority / "server.key")
    context.load_verify_locations(authority / "ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    refused: list[ssl.SSLError] = []

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            try:
                context.wrap_socket(connection, server_side=True).close()
            except ssl.SSLError as error:
                refused.append(error)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        assert presented_at("127.0.0.1", listener.getsockname()[1], 5) == der
        thread.join()
    assert refused


def test_a_service_has_the_certificate_that_it_presents(der: bytes) -> None:
    clock = Clock()
    listeners = Listeners(clock, {("127.0.0.1", 443): der, ("::1", 443): der, ("10.0.0.5", 8443): der})
    beside = services("tcp 0.0.0.0:443", "tcp [::]:443", "tcp 10.0.0.5:8443", "tcp 0.0.0.0:80", "udp 0.0.0.0:443")
    reading = section(CertificateReader(ask=listeners.ask, clock=clock), beside)
    assert sorted(listeners.asked) == [("10.0.0.5", 8443), ("127.0.0.1", 443), ("::1", 443)]
    assert reading.state == READ
    [item] = reading.items
    assert (item["type"], item["in"], item["attributes"]["name"]) == ("Certificate", "svc:web", "server")
    assert item["attributes"]["issuer"] == "Test authority"
    assert item["attributes"]["not_after_at"] - item["attributes"]["not_before_at"] == 2 * 86_400_000
    assert reading.problems == []


def test_a_program_that_is_no_known_product_is_not_asked() -> None:
    clock = Clock()
    listeners = Listeners(clock, {})
    reading = section(CertificateReader(ask=listeners.ask, clock=clock), services("tcp 0.0.0.0:443", product=None))
    assert (listeners.asked, reading.items, reading.state) == ([], [], READ)


def test_a_listener_is_asked_once_a_day_and_when_its_service_starts_anew(der: bytes) -> None:
    clock = Clock()
    listeners = Listeners(clock, {("127.0.0.1", 443): der})
    reader = CertificateReader(ask=listeners.ask, clock=clock)
    for _ in range(10):
        assert len(section(reader, services("tcp 0.0.0.0:443")).items) == 1
        clock.seconds += 300
    assert len(listeners.asked) == 1
    assert len(section(reader, services("tcp 0.0.0.0:443", started_at=2)).items) == 1
    assert len(listeners.asked) == 2
    clock.seconds += 86_400
    assert len(section(reader, services("tcp 0.0.0.0:443", started_at=2)).items) == 1
    assert len(listeners.asked) == 3


def test_a_listener_that_does_not_answer_keeps_what_it_presented_and_is_asked_again_in_an_hour(der: bytes) -> None:
    clock = Clock()
    listeners = Listeners(clock, {("127.0.0.1", 443): der})
    reader = CertificateReader(ask=listeners.ask, clock=clock)
    section(reader, services("tcp 0.0.0.0:443"))
    listeners.presented["127.0.0.1", 443] = ConnectionRefusedError("refused")
    clock.seconds += 86_400
    for _ in range(10):
        reading = section(reader, services("tcp 0.0.0.0:443"))
        assert len(reading.items) == 1
        [problem] = reading.problems
        assert problem["message"] == "no certificate could be read at 127.0.0.1 port 443: refused"
        clock.seconds += 300
    assert len(listeners.asked) == 2
    clock.seconds += 600
    section(reader, services("tcp 0.0.0.0:443"))
    assert len(listeners.asked) == 3


def test_bytes_that_are_no_certificate_are_a_problem_and_no_error() -> None:
    clock = Clock()
    listeners = Listeners(clock, {("127.0.0.1", 443): b"\x30\x84\xff\xff\xff\xff"})
    reading = section(CertificateReader(ask=listeners.ask, clock=clock), services("tcp 0.0.0.0:443"))
    assert reading.items == []
    assert "no certificate could be read" in reading.problems[0]["message"]


def test_all_listeners_together_have_a_bounded_time_and_number(der: bytes) -> None:
    clock = Clock()
    places = [f"10.0.0.{number}" for number in range(1, 41)]
    listeners = Listeners(clock, dict.fromkeys([(place, 443) for place in places], der))
    listeners.takes_seconds = 60
    reader = CertificateReader(ask=listeners.ask, clock=clock)
    reading = section(reader, services(*(f"tcp {place}:443" for place in places)))
    assert clock.seconds - 1_000 == certificates.ROUND_SECONDS_MAX
    assert len(reading.problems) == 1 + certificates.LISTENERS_MAX - len(listeners.asked)
    listeners.takes_seconds = 0
    reading = section(reader, services(*(f"tcp {place}:443" for place in places)))
    assert len(listeners.asked) == certificates.LISTENERS_MAX
    assert [problem["kind"] for problem in reading.problems] == ["bounded"]


def test_where_services_were_not_read_certificates_were_not_either() -> None:
    beside = Reading("services")
    beside.missed("failed", "no", NOT_READ)
    assert section(CertificateReader(), beside).state == NOT_READ


def test_an_agent_that_is_told_not_to_ask_says_nothing_of_certificates() -> None:
    readings = [services("tcp 0.0.0.0:443")]
    assert CertificateReader(is_on=False).beside(readings) == readings
