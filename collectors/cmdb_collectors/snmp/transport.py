"""One request and its answer: what the ways to carry SNMP have in common, and how they fail."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from enum import Enum, IntEnum
from typing import NamedTuple, Protocol

from cmdb_collectors.snmp.values import Oid, Value


class Request(IntEnum):
    """The requests that read, by the tag of their PDU (RFC 3416, section 3)."""

    GET = 0xA0
    GETNEXT = 0xA1
    GETBULK = 0xA5


class Absent(Enum):
    """Why a variable has no value, by the tag that says so (RFC 3416, section 3)."""

    UNSPECIFIED = 0x05
    NO_SUCH_OBJECT = 0x80
    NO_SUCH_INSTANCE = 0x81
    END_OF_MIB_VIEW = 0x82


class ErrorStatus(IntEnum):
    """The error statuses that a session acts on (RFC 3416, section 3); others are just errors."""

    NO_ERROR = 0
    TOO_BIG = 1
    NO_SUCH_NAME = 2
    AUTHORIZATION_ERROR = 16


class Answer(NamedTuple):
    """A response. `error_index` counts from 1; 0 is none. `size_bytes` is about what it took as a message."""

    error_status: int
    error_index: int
    variables: Sequence[tuple[Oid, Value | Absent]]
    size_bytes: int


class NoAnswerError(Exception):
    """Nothing came in time. Its text, if any, says what did come."""


class GarbledError(Exception):
    """Something came that is no SNMP answer. Its text says what is wrong with it."""


class RefusedError(Exception):
    """Asking again is of no use: the network or the device says no. Its text says why, and names no secret."""


class Transport(Protocol):
    """A way to one device, for one question at a time."""

    async def ask(self, request: Request, oids: Sequence[Oid], repetitions: int, seconds: float, tries: int) -> Answer:
        """The answer to one request, which is sent up to `tries` times, `seconds` apart, until there is one.

        Raises NoAnswerError after the last, GarbledError and RefusedError at once.
        """
        ...

    def close(self) -> None:
        """Let go of sockets and timers."""
        ...


async def connect(address: str, port: int) -> socket.socket:
    """A UDP socket that hears this device alone, and is told when nothing listens there. Raises RefusedError."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(address, port, type=socket.SOCK_DGRAM)
    except socket.gaierror as error:
        raise RefusedError(f"the name {address} cannot be resolved: {error.strerror}") from error
    family, kind, protocol, _, peer = found[0]
    connected = socket.socket(family, kind, protocol)
    try:
        connected.setblocking(False)
        connected.connect(peer)
    except OSError as error:
        connected.close()
        raise RefusedError(unreachable(error)) from error
    return connected


def unreachable(error: Exception) -> str:
    """What the network said, in words."""
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens on this port: is the SNMP agent running, and is this its port?"
    return f"the network cannot reach it: {getattr(error, 'strerror', None) or error}"
