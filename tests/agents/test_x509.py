"""The reader of certificates, beside the one of the `cryptography` package, and on bytes that nobody should send."""

from __future__ import annotations

import datetime
from functools import cache

import pytest
from cmdb_agent import x509
from cryptography import x509 as peer
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

UTC = datetime.UTC
# The peer takes no name of more than 64 bytes (RFC 5280, appendix A.1: ub-common-name).
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs")), min_size=1, max_size=30).filter(
    lambda text: len(text.encode()) <= 64
)
LABELS = st.from_regex(r"[a-z0-9]{1,12}(\.[a-z0-9]{1,12}){0,3}", fullmatch=True)
INSTANTS = st.datetimes(datetime.datetime(1970, 1, 1), datetime.datetime(9999, 12, 31), timezones=st.just(UTC))


@cache
def key() -> EllipticCurvePrivateKey:
    return generate_private_key(SECP256R1())


def name_of(common_name: str | None, organisation: str | None = None) -> peer.Name:
    pairs = ((NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, common_name))
    return peer.Name([peer.NameAttribute(kind, text) for kind, text in pairs if text])


def certificate(
    subject: peer.Name,
    issuer: peer.Name,
    dns_names: list[str],
    begin: datetime.datetime,
    end: datetime.datetime,
    serial: int = 4711,
) -> bytes:
    builder = peer.CertificateBuilder(issuer, subject, key().public_key(), serial, begin, end)
    builder = builder.add_extension(peer.BasicConstraints(ca=False, path_length=None), critical=True)
    if dns_names:
        names = peer.SubjectAlternativeName([peer.DNSName(name) for name in dns_names])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(key(), hashes.SHA256()).public_bytes(Encoding.DER)


@cache
def plain() -> bytes:
    begin, end = datetime.datetime(2026, 1, 1, tzinfo=UTC), datetime.datetime(2026, 4, 1, 12, 30, tzinfo=UTC)
    return certificate(
        name_of("shop.example.org"),
        name_of("Example CA", "Example"),
        ["www.example.org", "SHOP.example.org"],
        begin,
        end,
    )


def test_a_certificate_tells_whose_it_is_and_until_when_it_holds() -> None:
    found = x509.read(plain())
    assert found.common_name == "shop.example.org"
    assert found.dns_names == ["shop.example.org", "www.example.org"]
    assert found.issuer == "Example, Example CA"
    assert found.serial_number == f"{4711:04x}"
    assert found.not_after_at == int(datetime.datetime(2026, 4, 1, 12, 30, tzinfo=UTC).timestamp()) * 1000
    assert found.fingerprint_sha256 == peer.load_der_x509_certificate(plain()).fingerprint(hashes.SHA256()).hex()


@given(
    WORDS | st.none(), WORDS, st.lists(LABELS, max_size=5, unique=True), st.tuples(INSTANTS, INSTANTS),
    st.integers(1, 2**158),
)  # fmt: skip
def test_every_certificate_reads_as_the_peer_reads_it(
    subject: str | None,
    issuer: str,
    dns_names: list[str],
    period: tuple[datetime.datetime, datetime.datetime],
    serial: int,
) -> None:
    begin, end = sorted(at.replace(microsecond=0) for at in period)
    der = certificate(name_of(subject), name_of(issuer), dns_names, begin, end, serial)
    theirs, ours = peer.load_der_x509_certificate(der), x509.read(der)
    assert ours.not_before_at == int(theirs.not_valid_before_utc.timestamp()) * 1000
    assert ours.not_after_at == int(theirs.not_valid_after_utc.timestamp()) * 1000
    assert int(ours.serial_number, 16) == theirs.serial_number
    assert ours.dns_names == sorted(dns_names)
    assert ours.common_name == subject
    assert ours.issuer == issuer


@given(st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_certificate_with_changed_bytes_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    der = bytearray(plain())
    for place, value in changes:
        der[place % len(der)] = value
    read_or_refused(bytes(der))


@given(st.integers(0, 2_000), st.binary(max_size=200))
def test_a_certificate_that_is_cut_short_or_goes_on_as_something_else_is_read_or_refused(at: int, rest: bytes) -> None:
    read_or_refused(plain()[: at % len(plain())] + rest)


@given(st.binary(max_size=500))
def test_bytes_that_are_no_certificate_are_refused(der: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        x509.read(der)


@pytest.mark.parametrize(
    "der",
    [
        b"", b"\x30", b"\x30\x80", b"\x30\x85\x01\x01\x01\x01\x01", b"\x30\x84\xff\xff\xff\xff", b"\x30\x00",
        b"\x30\x02\x30\x00", b"\x30\x83\x02\x00\x00" + b"\x05\x00" * 65_536, bytes(x509.DER_BYTES_MAX + 1),
    ],
)  # fmt: skip
def test_lengths_that_lie_and_sequences_without_an_end_are_refused(der: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        x509.read(der)


def read_or_refused(der: bytes) -> None:
    """Either a certificate whose texts are fit for a document, or a ValueError."""
    try:
        found = x509.read(der)
    except ValueError:
        return
    texts = [found.common_name or "", found.issuer or "", *found.dns_names]
    assert not any(ord(character) < 32 for text in texts for character in text)
    assert 0 <= found.not_after_at <= 253_402_300_799_999
    "".join(texts).encode("utf-8")
