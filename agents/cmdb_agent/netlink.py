"""Netlink messages: dump requests and the attributes of their answers (netlink(7), rtnetlink(7))."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator

NETLINK_ROUTE = 0
NETLINK_SOCK_DIAG = 4
RTM_GETLINK, RTM_GETADDR, RTM_GETROUTE = 18, 22, 26
SOCK_DIAG_BY_FAMILY = 20

_HEADER = struct.Struct("=IHHII")
_NLMSG_ERROR, _NLMSG_DONE = 2, 3
_REQUEST_DUMP = 0x301  # NLM_F_REQUEST | NLM_F_ROOT | NLM_F_MATCH


def request(kind: int, body: bytes) -> bytes:
    """A dump request of the message type `kind`."""
    return _HEADER.pack(_HEADER.size + len(body), kind, _REQUEST_DUMP, 1, 0) + body


def messages(datagrams: Iterable[bytes]) -> Iterator[memoryview]:
    """The bodies of a dump's messages. Raises OSError with the kernel's errno where it refused."""
    for datagram in datagrams:
        view = memoryview(datagram)
        offset = 0
        while offset + 16 <= len(view):
            length, kind, _, _, _ = _HEADER.unpack_from(view, offset)
            if kind == _NLMSG_DONE:
                return
            if kind == _NLMSG_ERROR:
                code = -struct.unpack_from("=i", view, offset + 16)[0]
                raise OSError(code, os.strerror(code))
            if length < 16:
                return
            yield view[offset + 16 : offset + length]
            offset += (length + 3) & ~3


def attributes(view: memoryview, start: int) -> dict[int, bytes]:
    """The attributes of a message body from `start` on, by their type without the nested flag."""
    found: dict[int, bytes] = {}
    for kind, value in _walk(view, start):
        found[kind] = value
    return found


def nested(value: bytes) -> dict[int, bytes]:
    """The attributes inside a nested attribute."""
    return attributes(memoryview(value), 0)


def _walk(view: memoryview, start: int) -> Iterator[tuple[int, bytes]]:
    offset, end = start, len(view)
    while offset + 4 <= end:
        length, kind = struct.unpack_from("=HH", view, offset)
        if length < 4:
            return
        yield kind & 0x3FFF, bytes(view[offset + 4 : offset + length])
        offset += (length + 3) & ~3


def text(value: bytes | None) -> str | None:
    """A NUL-terminated string attribute."""
    return value.split(b"\x00", 1)[0].decode("utf-8", "replace") if value is not None else None


def number(value: bytes | None) -> int | None:
    """An unsigned integer attribute of any width, in the machine's byte order."""
    return int.from_bytes(value, BYTE_ORDER) if value else None


BYTE_ORDER = "little" if struct.pack("=H", 1)[0] == 1 else "big"
