"""SNMP version 1 and 2c over a socket of its own: the way that a walk of a large device takes."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Self

from cmdb_collectors.credentials import Community
from cmdb_collectors.snmp import ber
from cmdb_collectors.snmp.transport import (
    Answer,
    GarbledError,
    NoAnswerError,
    RefusedError,
    Request,
    Transport,
    unreachable,
)
from cmdb_collectors.snmp.values import Oid

_STRAYS = "answers come, but to no question that is open: they are too late, or confused"
_VERSIONS = {"1": 0, "2c": 1}


class PlainTransport(asyncio.DatagramProtocol):
    """One device, one question at a time. Datagrams that answer another question are let fall."""

    def __init__(self, community: Community) -> None:
        self._version = _VERSIONS[community.version]
        self._community = community.community.encode()
        self._number = 0
        self._waiting: asyncio.Future[Answer] | None = None
        self._strays = 0

    @classmethod
    async def connect(cls, peer: socket.socket, community: Community) -> Self:
        """A transport on a connected socket, which it closes at its end."""
        loop = asyncio.get_running_loop()
        _, transport = await loop.create_datagram_endpoint(lambda: cls(community), sock=peer)
        return transport

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:
        """The socket is in the event loop."""
        self._datagrams = transport

    def datagram_received(self, data: bytes, addr: object) -> None:
        """One datagram from the device."""
        if self._waiting is None or self._waiting.done():
            return
        try:
            answer = ber.decode(data, self._number)
        except ber.BerError as error:
            self._waiting.set_exception(GarbledError(str(error)))
            return
        if answer is None:
            self._strays += 1
        else:
            self._waiting.set_result(answer)

    def error_received(self, exc: Exception) -> None:
        """What the network says in the place of an answer."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(RefusedError(unreachable(exc)))

    async def ask(self, request: Request, oids: Sequence[Oid], repetitions: int, seconds: float, tries: int) -> Answer:
        """See Transport. A repeated request keeps its id, so that a late answer to the first is one."""
        self._number, self._strays = secrets.randbits(31), 0
        self._waiting = asyncio.get_running_loop().create_future()
        message = ber.encode(self._version, self._community, request, self._number, oids, repetitions)
        self._send(self._waiting, message, seconds, tries)
        try:
            return await self._waiting
        finally:
            self._timer.cancel()

    def close(self) -> None:
        """See Transport."""
        self._datagrams.close()

    def _send(self, waiting: asyncio.Future[Answer], message: bytes, seconds: float, tries: int) -> None:
        if tries:
            self._datagrams.sendto(message)
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(seconds, self._send, waiting, message, seconds, tries - 1)
        elif not waiting.done():
            waiting.set_exception(NoAnswerError(_STRAYS if self._strays else ""))


class Fallback:
    """A first way, and another one from when the first way does not understand the device."""

    def __init__(self, first: Transport, other: Callable[[], Awaitable[Transport]]) -> None:
        self._way = first
        self._other: Callable[[], Awaitable[Transport]] | None = other

    async def ask(self, request: Request, oids: Sequence[Oid], repetitions: int, seconds: float, tries: int) -> Answer:
        """See Transport."""
        try:
            return await self._way.ask(request, oids, repetitions, seconds, tries)
        except GarbledError:
            if self._other is None:
                raise
            self.close()
            self._way, self._other = await self._other(), None
        return await self._way.ask(request, oids, repetitions, seconds, tries)

    def close(self) -> None:
        """See Transport."""
        self._way.close()
