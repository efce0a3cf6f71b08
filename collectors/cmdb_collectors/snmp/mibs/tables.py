"""Tables out of walked rows: entries by their index, and the forms in which values and indexes stand in them."""

from __future__ import annotations

import ipaddress
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import Generic, NamedTuple, TypeVar

from cmdb_collectors.snmp.values import Oid, Rows, Value

T = TypeVar("T")

Columns = dict[int, Value]
"""The cells of one entry by their column's number."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_MAC_TEXT = re.compile(
    r"(?:[0-9A-Fa-f]{2}[:\- ]?){5}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{4}[.:\-]){2}[0-9A-Fa-f]{4}"
    r"|[0-9A-Fa-f]{6}[:\-][0-9A-Fa-f]{6}"
)
_IPV4, _IPV6, _IPV4_ZONED, _IPV6_ZONED = 1, 2, 3, 4  # InetAddressType (RFC 4001)
_LENGTHS = {_IPV4: 4, _IPV6: 16, _IPV4_ZONED: 8, _IPV6_ZONED: 20}


class Malformed(ValueError):
    """A cell or an index is not what its MIB says."""


class Parsed(NamedTuple, Generic[T]):
    """What could be parsed of a table, in the order of its rows, and how many of its entries could not."""

    found: list[T]
    skipped: int


class SortedRows(dict[Oid, Value]):
    """Rows that find a table without looking at all the others. To be filled before they are first searched."""

    @cached_property
    def _order(self) -> list[Oid]:
        return sorted(self)

    def below(self, root: Oid) -> Iterator[tuple[Oid, Value]]:
        """The rows below an OID, in order."""
        order = self._order
        for oid in islice(order, bisect_left(order, root), bisect_left(order, (*root[:-1], root[-1] + 1))):
            yield oid, self[oid]


def below(rows: Rows, root: Oid) -> Iterable[tuple[Oid, Value]]:
    """The rows below an OID."""
    if isinstance(rows, SortedRows):
        return rows.below(root)
    return ((oid, value) for oid, value in rows.items() if oid[: len(root)] == root)


def entries(rows: Rows, entry: Oid) -> dict[Oid, Columns]:
    """The cells below an entry's OID by index, then column; in the order in which the indexes came first."""
    found: dict[Oid, Columns] = {}
    depth = len(entry)
    for oid, value in below(rows, entry):
        if len(oid) > depth + 1:
            found.setdefault(oid[depth + 1 :], {})[oid[depth]] = value
    return found


def parse(rows: Rows, entry: Oid, read: Callable[[Oid, Columns], T | None]) -> Parsed[T]:
    """Each entry as `read` sees it. None is left out; one for which it raises `Malformed` is counted."""
    found: list[T] = []
    skipped = 0
    for index, columns in entries(rows, entry).items():
        try:
            one = read(index, columns)
        except Malformed:
            skipped += 1
        else:
            if one is not None:
                found.append(one)
    return Parsed(found, skipped)


def number(value: Value | None) -> int | None:
    """An integer; None where there is none. Some agents send one as text."""
    if isinstance(value, int):
        return value
    if isinstance(value, bytes) and value.isdigit() and len(value) < 20:
        return int(value)
    return None


def positive(value: Value | None) -> int | None:
    """An integer above 0; None for anything else."""
    found = number(value)
    return found if found is not None and found > 0 else None


def text(value: Value | None) -> str | None:
    """Text as it is written, control characters as a space, without outer white space; None where it is empty.

    UTF-8, else Latin-1. Unlike `display_string` it keeps quotes and words such as `none`: a port may be called that.
    """
    if not isinstance(value, bytes):
        return None
    try:
        decoded = value.decode()
    except UnicodeDecodeError:
        decoded = value.decode("latin-1")
    return _CONTROL.sub(" ", decoded).strip() or None


def mac(value: Value | None) -> str | None:
    """A MAC address in colon form: six bytes, or the text of one. None for anything else.

    Also for six times one byte, with which agents fill the field: zeros, spaces, broadcast.
    """
    if not isinstance(value, bytes):
        return None
    raw = value
    if len(value) != 6:
        written = (text(value) or "") if len(value) <= 20 else ""
        if not _MAC_TEXT.fullmatch(written):
            return None
        raw = bytes.fromhex(re.sub("[^0-9A-Fa-f]", "", written))
    return colons(raw) if len(set(raw)) > 1 else None


def colons(raw: bytes) -> str:
    """`aa:bb:cc:dd:ee:ff`."""
    return raw.hex(":")


def octets(index: Oid) -> bytes:
    """Part of an index as bytes; raises Malformed where an element is none."""
    try:
        return bytes(index)
    except ValueError as error:
        raise Malformed(f"not octets: {index}") from error


def ip(raw: bytes) -> str:
    """An address of four or sixteen bytes as text, one that maps IPv4 as IPv4; raises Malformed."""
    try:
        address = ipaddress.ip_address(raw)
    except ValueError as error:
        raise Malformed(f"not an address: {raw.hex()}") from error
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def inet_address(index: Oid) -> tuple[str | None, Oid]:
    """The InetAddressType and InetAddress that an index begins with, and the rest of it (RFC 4001).

    The address is None where it is empty (any) or a name. A zone is dropped. Raises Malformed.
    """
    if len(index) < 2 or len(index) < 2 + index[1]:
        raise Malformed(f"too short for an address: {index}")
    kind, length, rest = index[0], index[1], index[2 + index[1] :]
    raw = octets(index[2 : 2 + length])
    if length == 0 or kind not in _LENGTHS:
        return None, rest
    if length != _LENGTHS[kind]:
        raise Malformed(f"{length} bytes for an address of kind {kind}")
    return ip(raw[:4] if kind in (_IPV4, _IPV4_ZONED) else raw[:16]), rest


def whole_address(index: Oid) -> str | None:
    """The address that an index is, with its type; None where it is empty. Raises Malformed.

    Some agents leave out the length, which a whole index can do without (seen: Cisco ASA, BTI, IP Infusion).
    """
    if len(index) > 1 and len(index) == 2 + index[1]:
        return inet_address(index)[0]
    raw = octets(index[1:])
    if len(raw) in _LENGTHS.values():
        return ip(raw[:4] if len(raw) in (4, 8) else raw[:16])
    raise Malformed(f"no address: {index}")


def ports_of(bitmap: Value | None) -> list[int]:
    """The numbers of the set bits of a PortList: the first bit of the first byte is 1 (RFC 4363)."""
    if not isinstance(bitmap, bytes):
        return []
    return [
        byte * 8 + bit + 1 for byte, octet in enumerate(bitmap) if octet for bit in range(8) if octet & (0x80 >> bit)
    ]
