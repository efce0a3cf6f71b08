"""The few fields of an X.509 certificate that say whose it is and until when it holds, out of its DER bytes.

The bytes come from whatever listens: every length is checked against what is left, nothing recurses, and only as many
elements are looked at as a certificate can need. RFC 5280 (4.1) has the structure, X.690 the encoding.
"""

from __future__ import annotations

import calendar
import hashlib
import re
from typing import NamedTuple

DER_BYTES_MAX = 128 << 10  # what OpenSSL takes of a whole chain is 100 KiB
ELEMENTS_MAX = 1_000  # in one sequence
DNS_NAMES_MAX = 100
TEXT_MAX = 256

_INTEGER, _OBJECT_ID, _OCTETS, _UTC_TIME, _TIME, _SEQUENCE, _SET = 0x02, 0x06, 0x04, 0x17, 0x18, 0x30, 0x31
_VERSION, _EXTENSIONS, _DNS_NAME = 0xA0, 0xA3, 0x82
_COMMON_NAME, _ORGANISATION, _ALTERNATIVE_NAMES = b"\x55\x04\x03", b"\x55\x04\x0a", b"\x55\x1d\x11"
_ENCODINGS = {0x1E: "utf-16-be", 0x1C: "utf-32-be", 0x14: "latin-1", 0x16: "ascii", 0x13: "ascii", 0x0C: "utf-8"}


class Certificate(NamedTuple):
    """A certificate. Instants are epoch ms, `serial_number` hexadecimal; None for what it does not say."""

    fingerprint_sha256: str
    common_name: str | None
    dns_names: list[str]
    issuer: str | None
    serial_number: str
    not_before_at: int
    not_after_at: int


class _Element(NamedTuple):
    tag: int
    body: bytes


def read(der: bytes) -> Certificate:
    """The fields of a certificate; raises ValueError where the bytes are none."""
    if len(der) > DER_BYTES_MAX:
        raise ValueError(f"a certificate of {len(der)} bytes")
    fields = _sequence(_sequence(_first(der, _SEQUENCE))[0].body)
    if fields and fields[0].tag == _VERSION:
        del fields[0]
    if len(fields) < 6 or fields[0].tag != _INTEGER:
        raise ValueError("the certificate lacks fields")
    serial, _, issuer, validity, subject = fields[:5]
    begin, end, *_ = [*_sequence(validity.body), None, None]
    if begin is None or end is None:
        raise ValueError("the certificate has no period")
    return Certificate(
        fingerprint_sha256=hashlib.sha256(der).hexdigest(),
        common_name=_names(subject).get(_COMMON_NAME),
        dns_names=_dns_names(fields[5:]),
        issuer=", ".join(_names(issuer).values()) or None,
        serial_number=serial.body.lstrip(b"\0")[:20].hex() or "00",  # 20 octets at most, and one for the sign (4.1.2.2)
        not_before_at=_instant(begin),
        not_after_at=_instant(end),
    )


def _first(der: bytes, tag: int) -> bytes:
    """The body of the first element, which must have this tag."""
    element, _ = _element(der, 0)
    if element.tag != tag:
        raise ValueError(f"an element {element.tag:#x} where {tag:#x} was expected")
    return element.body


def _sequence(body: bytes) -> list[_Element]:
    """The elements beside each other in a body; at least one."""
    found: list[_Element] = []
    offset = 0
    while offset < len(body):
        if len(found) == ELEMENTS_MAX:
            raise ValueError(f"more than {ELEMENTS_MAX} elements in one sequence")
        element, offset = _element(body, offset)
        found.append(element)
    if not found:
        raise ValueError("an empty sequence")
    return found


def _element(data: bytes, offset: int) -> tuple[_Element, int]:
    """The element at an offset, and where the next one begins (X.690, 8.1: definite lengths alone)."""
    if offset + 2 > len(data):
        raise ValueError("an element is cut short")
    tag, length, start = data[offset], data[offset + 1], offset + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4:
            raise ValueError("a length that DER does not have")
        length, start = int.from_bytes(data[start : start + count], "big"), start + count
    if start + length > len(data):
        raise ValueError("an element is longer than what holds it")
    return _Element(tag, data[start : start + length]), start + length


def _names(name: _Element) -> dict[bytes, str]:
    """The common name and the organisation of a distinguished name, the last of each (4.1.2.4)."""
    found: dict[bytes, str] = {}
    for group in _sequence(name.body) if name.body else ():
        for pair in _sequence(group.body) if group.tag == _SET else ():
            kind, value, *_ = [*_sequence(pair.body), None, None]
            if kind and value and kind.tag == _OBJECT_ID and kind.body in (_COMMON_NAME, _ORGANISATION):
                text = _text(value)
                if text:
                    found[kind.body] = text
    return found


def _dns_names(rest: list[_Element]) -> list[str]:
    """The DNS names among the alternative names of the subject (4.2.1.6), sorted."""
    for holder in rest:
        for extension in _sequence(_first(holder.body, _SEQUENCE)) if holder.tag == _EXTENSIONS else ():
            kind, *values = _sequence(extension.body)
            if kind.body == _ALTERNATIVE_NAMES and values and values[-1].tag == _OCTETS:
                names = _sequence(_first(values[-1].body, _SEQUENCE))
                texts = (
                    _clean(name.body.decode("ascii", "replace")).lower() for name in names if name.tag == _DNS_NAME
                )
                return sorted({text for text in texts if text})[:DNS_NAMES_MAX]
    return []


def _text(value: _Element) -> str:
    return _clean(value.body.decode(_ENCODINGS.get(value.tag, "latin-1"), "replace"))


def _clean(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", " ", text)[:TEXT_MAX].strip()


def _instant(value: _Element) -> int:
    """Epoch ms of a UTCTime (its years are 1950 to 2049) or a GeneralizedTime, both in UTC (4.1.2.5)."""
    text = value.body.decode("ascii", "replace")
    pattern = {_UTC_TIME: r"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z", _TIME: r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z"}
    found = re.fullmatch(pattern.get(value.tag, "(?!)"), text, re.ASCII)
    if not found:
        raise ValueError("an instant that no certificate has")
    year, month, day, hour, minute, second = map(int, found.groups())
    if value.tag == _UTC_TIME:
        year += 1900 if year >= 50 else 2000
    if not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second <= 60):
        raise ValueError("an instant that is on no calendar")
    return max(calendar.timegm((year, month, day, hour, minute, second)), 0) * 1000
