"""A session with one device: single values and walks, whatever version it speaks and however it behaves."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from cmdb_collectors.credentials import Community, SnmpCredentials
from cmdb_collectors.snmp.transport import RefusedError, Transport, connect
from cmdb_collectors.snmp.transport_plain import Fallback, PlainTransport
from cmdb_collectors.snmp.transport_pysnmp import PysnmpTransport
from cmdb_collectors.snmp.values import Oid, Rows
from cmdb_collectors.snmp.walk import Limits, Walk, Walker

__all__ = ["Limits", "Session", "Walk", "open_session"]


class Session(Protocol):
    """What a collector asks a device. Nothing here raises for what a device or the network does.

    `problem`: why the device is asked no more (it never answered, refuses, took too long); None while it is. Every
    later `get` is empty and every later `walk` is `not_read` with this problem, at once.
    `local_address`: this side's own address towards the device; None where none was found.
    """

    problem: str | None
    local_address: str | None

    async def get(self, oids: Sequence[Oid]) -> Rows:
        """The values of single variables, without those that are absent."""
        ...

    async def walk(self, root: Oid) -> Walk:
        """The rows below a root, without the root itself."""
        ...


@asynccontextmanager
async def open_session(
    address: str, port: int, credentials: SnmpCredentials, limits: Limits | None = None
) -> AsyncGenerator[Session]:
    """A session; nothing is sent before the first question. `address` is an IPv4 or IPv6 address or a host name."""
    limits = limits or Limits()
    try:
        _check(credentials)
        peer = await connect(address, port)
    except RefusedError as error:
        yield _Unreachable(str(error))
        return
    local_address = peer.getsockname()[0]
    transport: Transport
    if isinstance(credentials, Community):

        async def by_pysnmp() -> Transport:
            return await PysnmpTransport.connect(await connect(address, port), credentials)

        transport = Fallback(await PlainTransport.connect(peer, credentials), by_pysnmp)
    else:
        transport = await PysnmpTransport.connect(peer, credentials)
    try:
        bulk = not (isinstance(credentials, Community) and credentials.version == "1")
        yield Walker(transport, limits, local_address, _unanswered(credentials), bulk=bulk)
    finally:
        transport.close()


def _check(credentials: SnmpCredentials) -> None:
    """Raises RefusedError for a user that no device can have (RFC 3414: sections 2.4 and 11.2)."""
    if isinstance(credentials, Community):
        return
    if not 0 < len(credentials.user.encode()) <= 32:
        raise RefusedError("a user name has 1 to 32 bytes")
    if credentials.priv_protocol and not credentials.auth_protocol:
        raise RefusedError("privacy needs authentication")
    passwords = {"authentication": (credentials.auth_protocol, credentials.auth_password),
                 "privacy": (credentials.priv_protocol, credentials.priv_password)}  # fmt: skip
    for kind, (protocol, password) in passwords.items():
        if protocol and len(password or "") < 8:
            raise RefusedError(f"the {kind} password must have at least 8 characters")


def _unanswered(credentials: SnmpCredentials) -> str:
    """What silence means. Net-SNMP drops what it cannot decrypt and contexts it does not know; others report both."""
    suspects = ["address"]
    if isinstance(credentials, Community):
        suspects.append("community")
    else:
        suspects += ["privacy password"] if credentials.priv_protocol else []
        suspects += ["context"] if credentials.context else []
    return f"no answer: wrong {', '.join(suspects)} or access list?"


class _Unreachable:
    """The session with a device to which no way leads."""

    def __init__(self, problem: str) -> None:
        self.problem: str | None = problem
        self.local_address: str | None = None

    async def get(self, oids: Sequence[Oid]) -> Rows:
        """Nothing."""
        return {}

    async def walk(self, root: Oid) -> Walk:
        """Nothing, with the reason."""
        return Walk({}, "not_read", self.problem)
