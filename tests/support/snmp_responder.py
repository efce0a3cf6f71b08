"""An SNMP device of a few rows that answers as honestly, or as wrongly, as a test wants.

It makes its bytes by itself, so that the product's reading and writing of bytes is held against something else.
"""

from __future__ import annotations

import socket
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import NamedTuple, Self

GET, GETNEXT, RESPONSE, GETBULK = 0xA0, 0xA1, 0xA2, 0xA5
TOO_BIG, NO_SUCH_NAME = 1, 2


class Raw(NamedTuple):
    """A value by its tag and content bytes."""

    tag: int
    content: bytes


NO_SUCH_INSTANCE, END_OF_MIB_VIEW = Raw(0x81, b""), Raw(0x82, b"")

Name = tuple[int, ...]
Given = int | bytes | Name | Raw
Variables = list[tuple[Name, Given]]


def element(tag: int, content: bytes) -> bytes:
    """One BER element of definite length."""
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    return bytes([tag, 0x82]) + size.to_bytes(2, "big") + content


def _value(value: Given) -> bytes:
    match value:
        case Raw():
            return element(*value)
        case int():
            return element(0x02, value.to_bytes(9, "big", signed=True))
        case bytes():
            return element(0x04, value)
        case _:
            return element(0x06, _name(value))


def _name(name: Name) -> bytes:
    content = bytes([40 * name[0] + name[1]])
    for arc in name[2:]:
        # As long as the largest arc is, from the right, each byte but the last with its high bit set.
        groups = [arc >> shift & 0x7F for shift in (28, 21, 14, 7, 0)]
        while len(groups) > 1 and not groups[0]:
            groups.pop(0)
        content += bytes([group | 0x80 for group in groups[:-1]] + groups[-1:])
    return content


def _elements(content: bytes) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    while content:
        tag, size, start = content[0], content[1], 2
        if size > 127:
            start = 2 + (size & 0x7F)
            size = int.from_bytes(content[2:start], "big")
        found.append((tag, content[start : start + size]))
        content = content[start + size :]
    return found


def _arcs(content: bytes) -> Name:
    arcs, arc = [content[0] // 40, content[0] % 40], 0
    for byte in content[1:]:
        arc = arc * 128 + byte % 128
        if byte < 128:
            arcs.append(arc)
            arc = 0
    return tuple(arcs)


class Question:
    """A request that came in. `count` says which one it is, from 1."""

    def __init__(self, datagram: bytes, count: int, rows: dict[Name, Given]) -> None:
        self.count = count
        self._rows = rows
        self._ordered = sorted(rows)
        (_, message), *_ = _elements(datagram)
        (_, version), (_, self.community), (self.kind, pdu) = _elements(message)
        (_, number), _, (_, repetitions), (_, variables) = _elements(pdu)
        self.version = version[0]
        self.number = int.from_bytes(number, "big")
        self.repetitions = int.from_bytes(repetitions, "big") if self.kind == GETBULK else 1
        self.names = [_arcs(_elements(variable)[0][1]) for _, variable in _elements(variables)]

    def following(self, name: Name, count: int) -> Variables:
        """The rows after a name, and endOfMibView where there are none."""
        at = bisect_right(self._ordered, name)
        found: Variables = [(row, self._rows[row]) for row in self._ordered[at : at + count]]
        return found or [(name, END_OF_MIB_VIEW)]

    def honest(self) -> bytes:
        """What a good device answers."""
        if self.kind == GET:
            variables: Variables = [(name, self._rows.get(name, NO_SUCH_INSTANCE)) for name in self.names]
        else:
            variables = [found for name in self.names for found in self.following(name, self.repetitions)]
        missing = [at for at, (_, value) in enumerate(variables, 1) if value in (NO_SUCH_INSTANCE, END_OF_MIB_VIEW)]
        if self.version == 0 and missing:
            return self.answer([(name, Raw(5, b"")) for name in self.names], status=NO_SUCH_NAME, index=missing[0])
        return self.answer(variables)

    def answer(self, variables: Variables, *, status: int = 0, index: int = 0, number: int | None = None) -> bytes:
        """A response with these variables."""
        listed = b"".join(element(0x30, element(0x06, _name(name)) + _value(value)) for name, value in variables)
        heads = b"".join(map(_value, (self.number if number is None else number, status, index)))
        pdu = element(RESPONSE, heads + element(0x30, listed))
        return element(0x30, element(0x02, bytes([self.version])) + element(0x04, self.community) + pdu)


Behaviour = Callable[[Question], Iterable[bytes]]


def honestly(question: Question) -> Iterable[bytes]:
    """What a good device answers."""
    yield question.honest()


class Responder:
    """The device, listening on `port` of loopback while it is entered. `questions` is what it was asked."""

    def __init__(
        self,
        rows: dict[Name, Given],
        behaviour: Behaviour = honestly,
        *,
        address: str = "127.0.0.1",
        community: bytes = b"public",
        answers_from_elsewhere: bool = False,
    ) -> None:
        self.questions: list[Question] = []
        self._rows = rows
        self._behaviour = behaviour
        self._community = community
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.bind((address, 0))
        self._other = socket.socket(family, socket.SOCK_DGRAM)
        self._sender = self._other if answers_from_elsewhere else self._socket
        self.port: int = self._socket.getsockname()[1]
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._socket.close()
        self._other.close()

    def _serve(self) -> None:
        self._socket.settimeout(0.1)
        while not self._is_over.is_set():
            try:
                datagram, asker = self._socket.recvfrom(65535)
            except TimeoutError:
                continue
            except OSError:  # shut down, or an earlier asker is gone
                continue
            question = Question(datagram, len(self.questions) + 1, self._rows)
            self.questions.append(question)
            if question.community == self._community:
                for answer in self._behaviour(question):
                    if self._is_over.is_set():
                        break
                    with suppress(OSError):  # an asker who is gone
                        self._sender.sendto(answer, asker)
