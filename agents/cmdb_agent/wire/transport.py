"""The way to the server: enrolment and documents over HTTP, and what each answer means for what was sent.

Plain http is taken to loopback only. Redirects are refused: a token goes to the server that was named, to no other.
"""

from __future__ import annotations

import email.utils
import http.client
import ipaddress
import json
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from cmdb_agent.wire.answer import AddressError, Answer, Fate

TIMEOUT_SECONDS = 30
ANSWER_BYTES_MAX = 8 << 20
RETRY_AFTER_MAX_SECONDS = 3600


class Transport:
    """A connection to one server."""

    def __init__(self, server: str, ca: str | None = None, user_agent: str = "cmdb-edge") -> None:
        """Raises AddressError for an address or a certificate file that cannot be used."""
        self._server = checked(server)
        self._user_agent = user_agent
        self._opener = _opener(self._server, ca)

    def enrol(self, token: str, agent_id: str, host_name: str) -> Answer:
        """Exchange an enrolment token, or the old token of this agent, for its own: `token` and `domain`."""
        body = json.dumps({"agent_id": agent_id, "host_name": host_name}).encode()
        answer = self._post("/api/v1/enrolments", token, body, {})
        if answer.fate is Fate.TAKEN and not isinstance(answer.body.get("token"), str):
            return Answer(Fate.LATER, "the answer to the enrolment holds no token", answer.status)
        return answer

    def send(self, token: str, body: bytes) -> Answer:
        """Hand in one document, compressed by gzip; the receipt is the answer's body."""
        return self._post("/api/v1/observations", token, body, {"Content-Encoding": "gzip"})

    def _post(self, path: str, token: str, body: bytes, headers: dict[str, str]) -> Answer:
        request = urllib.request.Request(self._server + path, data=body, method="POST")  # noqa: S310 - checked()
        request.add_header("Content-Type", "application/json")
        request.add_header("Accept", "application/json")
        request.add_header("User-Agent", self._user_agent)
        request.add_unredirected_header("Authorization", f"Bearer {token}")
        for name, value in headers.items():
            request.add_header(name, value)
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as response:
                return _answer(response)
        except ssl.SSLCertVerificationError as error:
            return Answer(Fate.LATER, _certificate_reason(error))
        except urllib.error.URLError as error:
            if isinstance(error.reason, ssl.SSLCertVerificationError):
                return Answer(Fate.LATER, _certificate_reason(error.reason))
            return Answer(Fate.LATER, f"no answer from {self._server}: {error.reason}")
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Answer(Fate.LATER, f"no answer from {self._server}: {type(error).__name__}: {error}")


def checked(server: str) -> str:
    """The address of a server, without a path's last slash. Raises AddressError."""
    parts = urllib.parse.urlsplit(server)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AddressError(f"{server!r} is no address of a server: use https://NAME[:PORT]")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise AddressError("the address of the server holds more than https://NAME[:PORT][/PATH]")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise AddressError(f"plain http to {parts.hostname} would show the token to the network: use https")
    return server.rstrip("/")


def is_loopback(name: str) -> bool:
    """True for `localhost` and loopback addresses."""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name.rstrip(".").lower() == "localhost"


def _opener(server: str, ca: str | None) -> urllib.request.OpenerDirector:
    """An opener that follows no redirect, raises for no status, and asks a proxy for what is not on this machine."""
    parts = urllib.parse.urlsplit(server)
    opener = urllib.request.OpenerDirector()
    if not is_loopback(parts.hostname or ""):
        opener.add_handler(urllib.request.ProxyHandler())  # the system's own settings, no_proxy included
    opener.add_handler(urllib.request.HTTPHandler())
    if parts.scheme == "https":
        try:
            context = ssl.create_default_context(cafile=ca)
        except (OSError, ssl.SSLError) as error:
            raise AddressError(f"--ca {ca}: {error}") from error
        opener.add_handler(urllib.request.HTTPSHandler(context=context))
    return opener


def _answer(response: http.client.HTTPResponse) -> Answer:
    status = response.status
    body = _decoded(response.read(ANSWER_BYTES_MAX))
    if status in (200, 201, 202):
        return Answer(Fate.TAKEN, "taken", status, body=body)
    reason = f"{status} {_detail(body) or response.reason}"
    if status in (401, 403):
        return Answer(Fate.UNAUTHORISED, reason, status, body=body)
    if status in (400, 413, 415, 422):
        return Answer(Fate.REFUSED, reason, status, body=body)
    if 300 <= status < 400:
        reason = f"{status}: the server points to {response.headers.get('Location')}; name that one if it is right"
    return Answer(Fate.LATER, reason, status, _retry_after(response.headers.get("Retry-After")), body)


def _decoded(raw: bytes) -> dict[str, Any]:
    try:
        said = json.loads(raw)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _detail(body: dict[str, Any]) -> str | None:
    """What a problem document says (RFC 9457)."""
    said = body.get("detail") or body.get("title")
    return said[:500] if isinstance(said, str) else None


def _retry_after(text: str | None) -> int | None:
    """Seconds that a Retry-After asks for, as a number or a date (RFC 9110, 10.2.3); None where it asks nothing."""
    if not text:
        return None
    if text.strip().isdigit():
        return min(int(text), RETRY_AFTER_MAX_SECONDS)
    try:
        when = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return max(0, min(int(when.timestamp() - time.time()), RETRY_AFTER_MAX_SECONDS))


def _certificate_reason(error: ssl.SSLCertVerificationError) -> str:
    return f"the server's certificate is not trusted ({error.verify_message}): name its authority with --ca"
