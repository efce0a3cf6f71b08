"""The certificates that this machine's own listeners present: one TLS handshake each, about once a day.

Only services whose product is recognised are asked, on ports where TLS begins with the first byte, at the address they
listen at (loopback, for a wildcard). Nothing is sent but the handshake, without a server name: of a server with
several certificates it is the default one.
"""

from __future__ import annotations

import socket
import time
from typing import Callable, NamedTuple, Optional

from cmdb_agent import x509
from cmdb_agent.reading import NOT_READ, Reading
from cmdb_agent.wire.document import Item, Value
from cmdb_agent.x509 import Certificate

SECTION = "certificates"

# HTTPS and what people move it to, the APIs of Kubernetes and etcd, and the ports that IANA gives to protocols
# over TLS: SMTP, LDAP, DNS, FTP, IMAP, POP3, AMQP, MQTT, WinRM, syslog.
TLS_PORTS = frozenset({
    443, 4443, 8443, 9443, 6443, 10250, 2379, 465, 636, 853, 990, 993, 995, 5671, 8883, 5986, 6514,
})  # fmt: skip

LISTENERS_MAX = 32
ASK_SECONDS_MAX = 3.0
ROUND_SECONDS_MAX = 20.0
HELD_SECONDS = 86_400
REFUSED_SECONDS = 3_600  # until one that presented nothing is asked again

# What OpenSSL calls an answer that is none of TLS, or the end of the connection in place of one.
_NOT_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "UNEXPECTED_EOF_WHILE_READING")

_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, not bound to

Ask = Callable[[str, int, float], Optional[bytes]]
"""The DER bytes of what is presented at an address and port, None where it is not TLS; raises OSError. The number is
that of the seconds it may take."""


class _Listener(NamedTuple):
    """Where a service may speak TLS. `service`: its key; `started_at`: its start, None where that is unknown."""

    address: str
    port: int
    service: str
    started_at: Value | None


class _Presented(NamedTuple):
    """What a listener presented last (None: nothing yet), why it cannot be asked now, and when to ask it again.

    `started_at`: the start of its service. One that was started anew may present another.
    """

    certificate: Certificate | None
    problem: str | None
    ask_at: float
    started_at: Value | None


class CertificateReader:
    """Asks the listeners, and remembers what they presented. `is_on` False: none is asked, and nothing said of it."""

    def __init__(self, is_on: bool = True, ask: Ask | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._is_on = is_on
        self._ask = ask or presented_at
        self._clock = clock
        self._presented: dict[tuple[str, int], _Presented] = {}

    def beside(self, readings: list[Reading]) -> list[Reading]:
        """These readings, and that of the section `certificates` beside their section `services`."""
        services = next((reading for reading in readings if reading.section == "services"), None)
        return [*readings, self._read(services)] if services and self._is_on else readings

    def _read(self, services: Reading) -> Reading:
        """The section is read however many services are hidden: they are hidden every time, and one that was replaced
        must end. A listener that does not answer keeps what it presented last.
        """
        reading = Reading(SECTION)
        if services.state == NOT_READ:
            reading.state = NOT_READ
            return reading
        wanted = _listeners(services.items)
        if len(wanted) > LISTENERS_MAX:
            reading.note("bounded", f"of {len(wanted)} listeners on ports of TLS {LISTENERS_MAX} are asked")
            del wanted[LISTENERS_MAX:]
        end = self._clock() + ROUND_SECONDS_MAX
        found = {(one.address, one.port): self._presented_by(one, end) for one in wanted}
        seen: set[tuple[str, str]] = set()
        for one in wanted:
            certificate, problem, _, _ = found[one.address, one.port]
            if problem:
                reading.note("failed", f"no certificate could be read at {one.address} port {one.port}: {problem}")
            if certificate and (one.service, certificate.fingerprint_sha256) not in seen:
                seen.add((one.service, certificate.fingerprint_sha256))
                _add(reading, one.service, certificate)
        self._presented = found
        return reading

    def _presented_by(self, one: _Listener, end: float) -> _Presented:
        """What a listener presents, as remembered, or as it says now where it is time to ask."""
        now, known = self._clock(), self._presented.get((one.address, one.port))
        if known is not None and known.started_at == one.started_at and now < known.ask_at:
            return known
        last = known.certificate if known else None
        seconds = min(ASK_SECONDS_MAX, end - now)
        if seconds <= 0:
            return _Presented(last, "no time was left", now, one.started_at)
        try:
            der = self._ask(one.address, one.port, seconds)
            certificate = x509.read(der) if der else None
        except (OSError, ValueError) as error:
            return _Presented(last, str(error), now + REFUSED_SECONDS, one.started_at)
        ask_at = now + (HELD_SECONDS if certificate else REFUSED_SECONDS)
        return _Presented(certificate, None, ask_at, one.started_at)


def presented_at(address: str, port: int, seconds: float) -> bytes | None:
    """The certificate that is presented at an address, as DER, whoever signed it; None where TLS is not spoken there.

    Raises OSError.
    """
    import ssl  # as slow to import as all else together

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # it is read, not trusted: an expired one is what is looked for
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with socket.create_connection((address, port), seconds) as connection:
        try:
            with context.wrap_socket(connection) as secured:
                return secured.getpeercert(binary_form=True)
        except ssl.SSLError as error:
            if error.reason in _NOT_TLS:
                return None
            raise


def _listeners(items: list[Item]) -> list[_Listener]:
    """Where services may speak TLS, each place once, by place."""
    found: dict[tuple[str, int], _Listener] = {}
    for item in items:
        attributes = item.get("attributes", {})
        listens = attributes.get("listens")
        if item.get("type") != "ServiceInstance" or "product" not in attributes or not isinstance(listens, list):
            continue
        for listen in listens:
            protocol, _, end = listen.partition(" ")
            host, _, port = end.rpartition(":")
            host = host.strip("[]")
            if protocol == "tcp" and port.isdigit() and int(port) in TLS_PORTS:
                one = _Listener(_LOOPBACK.get(host, host), int(port), item.get("key", ""), attributes.get("started_at"))
                found.setdefault((one.address, one.port), one)
    return [found[place] for place in sorted(found)]


def _add(reading: Reading, service: str, certificate: Certificate) -> None:
    names = certificate.dns_names
    reading.add(
        f"cert:{certificate.fingerprint_sha256}@{service}", "Certificate", service,
        fingerprint_sha256=certificate.fingerprint_sha256,
        name=certificate.common_name or (names[0] if names else certificate.fingerprint_sha256[:16]),
        dns_names=names,
        issuer=certificate.issuer,
        serial_number=certificate.serial_number,
        not_before_at=certificate.not_before_at,
        not_after_at=certificate.not_after_at,
    )  # fmt: skip
