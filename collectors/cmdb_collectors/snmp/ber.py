"""SNMP version 1 and 2c messages from and to bytes, without objects between: docs/decisions/0017-snmp-fast-path.md.

Source: X.690 (definite lengths only, as RFC 3417 section 8 demands), RFC 1157, RFC 1901, RFC 3416.
"""

from __future__ import annotations

from collections.abc import Sequence

from cmdb_collectors.snmp.transport import Absent, Answer, Request
from cmdb_collectors.snmp.values import Oid, Value

_INTEGER, _OCTETS, _NULL, _OID, _SEQUENCE, _RESPONSE = 0x02, 0x04, 0x05, 0x06, 0x30, 0xA2
# Counters are unsigned here: some agents leave out the zero byte that keeps a large one positive.
# By tag: INTEGER, Counter32, Gauge32, TimeTicks, Counter64, UInteger32.
_IS_SIGNED = {_INTEGER: True, 0x41: False, 0x42: False, 0x43: False, 0x46: False, 0x47: False}
_BYTES = frozenset((_OCTETS, 0x40, 0x44, 0x45))  # IpAddress, Opaque, NsapAddress
_ABSENT = {absent.value: absent for absent in Absent}
# 128 arcs of 32 bits (RFC 2578, section 3.5), and a Counter64 with its leading zero.
_OID_BYTES_MAX = 128 * 5
_INTEGER_BYTES_MAX = 9


class BerError(ValueError):
    """These bytes are no SNMP response that this module understands."""


def encode(
    version: int, community: bytes, request: Request, number: int, oids: Sequence[Oid], repetitions: int
) -> bytes:
    """A request. `version` is 0 for 1, 1 for 2c; `number` is the request id; `repetitions` are GETBULK's."""
    null = bytes((_NULL, 0))
    variables = b"".join(_wrap(_SEQUENCE, _wrap(_OID, _oid_content(oid)) + null) for oid in oids)
    heads = _integer(number) + _integer(0) + _integer(repetitions if request is Request.GETBULK else 0)
    pdu = _wrap(request, heads + _wrap(_SEQUENCE, variables))
    return _wrap(_SEQUENCE, _integer(version) + _wrap(_OCTETS, community) + pdu)


def decode(datagram: bytes, expected: int) -> Answer | None:
    """The response to request `expected`; None when it answers another one. Raises BerError, and nothing else."""
    try:
        at, end = _open(datagram, 0, len(datagram), _SEQUENCE)
        _, at = _open(datagram, at, end, _INTEGER)
        _, at = _open(datagram, at, end, _OCTETS)
        at, end = _open(datagram, at, end, _RESPONSE)
        numbers: list[int] = []
        for _ in range(3):
            start, at = _open(datagram, at, end, _INTEGER)
            numbers.append(int.from_bytes(datagram[start:at], "big", signed=True))
        if numbers[0] != expected:
            return None
        at, end = _open(datagram, at, end, _SEQUENCE)
        return Answer(numbers[1], numbers[2], _variables(datagram, at, end), len(datagram))
    except IndexError as error:
        raise BerError("it ends too early") from error


def _open(data: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    """Where the content of the element at `at` begins and ends."""
    if data[at] != tag:
        raise BerError(f"tag {data[at]} where {tag} should be")
    length = data[at + 1]
    at += 2
    if length > 0x7F:
        length, at = _long_length(data, at, length)
    if at + length > end:
        raise BerError("an element is longer than what holds it")
    return at, at + length


def _long_length(data: bytes, at: int, first: int) -> tuple[int, int]:
    """The length after a first byte that says how many bytes it has, and where the content begins."""
    count = first & 0x7F
    if not 0 < count <= 4:
        raise BerError("an indefinite or huge length")
    if at + count > len(data):
        raise BerError("a length ends too early")
    return int.from_bytes(data[at : at + count], "big"), at + count


def _variables(data: bytes, at: int, end: int) -> list[tuple[Oid, Value | Absent]]:
    """The variables between two positions.

    This loop is what a walk costs. So lengths stand in line, and what names have before their last arc, which is mostly
    the same in all of them, is computed once. A name of two arcs, which no variable has, is refused.
    """
    found: list[tuple[Oid, Value | Absent]] = []
    beginnings: dict[bytes, Oid] = {}
    while at < end:
        at, stop = _open(data, at, end, _SEQUENCE)
        if data[at] != _OID:
            raise BerError("a variable without a name")
        length = data[at + 1]
        at += 2
        if length > 0x7F:
            length, at = _long_length(data, at, length)
        if length > _OID_BYTES_MAX:
            raise BerError("a name of too many arcs")
        name_at, at = at, at + length
        last_at = at - 1
        while last_at > name_at and data[last_at - 1] > 0x7F:
            last_at -= 1
        beginning = data[name_at:last_at]
        if (arcs := beginnings.get(beginning)) is None:
            arcs = beginnings[beginning] = _oid(beginning)
        arc = 0
        for byte in data[last_at:at]:
            arc = arc << 7 | byte & 0x7F
        tag, length = data[at], data[at + 1]
        last_byte = data[at - 1]
        at += 2
        if length > 0x7F:
            length, at = _long_length(data, at, length)
        if at + length != stop or last_byte > 0x7F:
            raise BerError("a variable that is not as long as it says")
        content = data[at:stop]
        found.append(((*arcs, arc), content if tag == _OCTETS else _value(tag, content)))
        at = stop
    return found


def _value(tag: int, content: bytes) -> Value | Absent:
    signed = _IS_SIGNED.get(tag)
    if signed is not None:
        if len(content) > _INTEGER_BYTES_MAX:
            raise BerError("an integer of more than 64 bits")
        return int.from_bytes(content, "big", signed=signed)
    if tag in _BYTES:
        return content
    if tag == _OID:
        return _oid(content)
    if tag in _ABSENT:
        return _ABSENT[tag]
    raise BerError(f"a value of the unknown type {tag}")


def _oid(content: bytes) -> Oid:
    """An object identifier from its content. The bound keeps its arcs, and the time that they take, small."""
    if not content or len(content) > _OID_BYTES_MAX or content[-1] > 0x7F:
        raise BerError("an object identifier of no, of half or of too many arcs")
    arcs: list[int] = []
    arc = 0
    for byte in content:
        if byte < 0x80:
            arcs.append(arc | byte)
            arc = 0
        else:
            arc = (arc | byte & 0x7F) << 7
    first = arcs[0]
    root = min(first // 40, 2)
    return (root, first - 40 * root, *arcs[1:])


def _oid_content(oid: Oid) -> bytes:
    """The content of an object identifier. One of a single arc gets the second that the encoding needs."""
    first, second, *others = (*oid, 0)[: max(len(oid), 2)]
    content = bytearray()
    for arc in (40 * first + second, *others):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(arc & 0x7F | 0x80)
        content += bytes(reversed(groups))
    return bytes(content)


def _integer(number: int) -> bytes:
    return _wrap(_INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))


def _wrap(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + content
