import pytest
from cmdb_collectors.snmp import ber
from cmdb_collectors.snmp.ber import BerError, decode, encode
from cmdb_collectors.snmp.transport import Absent, Answer, Request
from hypothesis import given, settings
from hypothesis import strategies as st
from pyasn1.codec.ber import decoder, encoder
from pyasn1.error import PyAsn1Error
from pyasn1.type import univ
from pysnmp.proto import rfc1902, rfc1905
from pysnmp.proto.api import v2c

from tests.support import snmprec

NUMBER = 0x5A5A5A5A
# pysnmp's side of a comparison takes what a busy machine lets it.
unhurried = settings(deadline=None)
ARC = st.integers(0, 2**32 - 1) | st.integers(0, 300)
OIDS = st.builds(
    lambda first, second, others: (first, second % 40 if first < 2 else second, *others),
    st.integers(0, 2), st.integers(0, 175), st.lists(ARC, max_size=20),
)  # fmt: skip
VALUES = st.one_of(
    st.builds(rfc1902.Integer32, st.integers(-(2**31), 2**31 - 1)),
    st.builds(rfc1902.OctetString, st.binary(max_size=300)),
    st.builds(rfc1902.ObjectName, OIDS),
    st.builds(rfc1902.IpAddress, st.binary(min_size=4, max_size=4)),
    st.builds(rfc1902.Counter32, st.integers(0, 2**32 - 1)),
    st.builds(rfc1902.Gauge32, st.integers(0, 2**32 - 1)),
    st.builds(rfc1902.TimeTicks, st.integers(0, 2**32 - 1)),
    st.builds(rfc1902.Counter64, st.integers(0, 2**64 - 1)),
    st.builds(rfc1902.Opaque, st.binary(max_size=30)),
    st.sampled_from([rfc1905.noSuchObject, rfc1905.noSuchInstance, rfc1905.endOfMibView, univ.Null("")]),
)


def by_pysnmp(variables, status=0, index=0, number=NUMBER):
    """The bytes that pysnmp makes of a response."""
    pdu = v2c.ResponsePDU()
    v2c.apiPDU.set_defaults(pdu)
    v2c.apiPDU.set_request_id(pdu, number)
    v2c.apiPDU.set_error_status(pdu, status)
    v2c.apiPDU.set_error_index(pdu, index)
    v2c.apiPDU.set_varbinds(pdu, variables)
    message = v2c.Message()
    v2c.apiMessage.set_defaults(message)
    v2c.apiMessage.set_community(message, "public")
    v2c.apiMessage.set_pdu(message, pdu)
    return encoder.encode(message)


def plain(value):
    """A value of pysnmp as a session gives it, said here once more."""
    for absent, name in ((rfc1905.EndOfMibView, "END_OF_MIB_VIEW"), (rfc1905.NoSuchObject, "NO_SUCH_OBJECT"),
                         (rfc1905.NoSuchInstance, "NO_SUCH_INSTANCE"), (univ.Null, "UNSPECIFIED")):  # fmt: skip
        if isinstance(value, absent):
            return Absent[name]
    if isinstance(value, univ.OctetString):
        return bytes(value)
    return int(value) if isinstance(value, univ.Integer) else tuple(value)


RESPONSES = st.lists(st.tuples(OIDS.filter(lambda oid: len(oid) > 2), VALUES), max_size=12)


@unhurried
@given(RESPONSES, st.integers(0, 18), st.integers(0, 12))
def test_responses_mean_the_same_as_to_pysnmp(variables, status, index):
    sent = by_pysnmp([(rfc1902.ObjectName(name), value) for name, value in variables], status, index)
    expected = Answer(status, index, [(name, plain(value)) for name, value in variables], len(sent))
    assert decode(sent, NUMBER) == expected
    assert decode(sent, NUMBER ^ 1) is None


@unhurried
@given(st.sampled_from(Request), st.integers(0, 2**31 - 1), st.lists(OIDS, max_size=20), st.integers(0, 100),
       st.sampled_from([0, 1]), st.text(max_size=200))  # fmt: skip
def test_requests_mean_the_same_to_pysnmp(request, number, oids, repetitions, version, community):
    sent = encode(version, community.encode(), request, number, oids, repetitions)
    message, rest = decoder.decode(sent, asn1Spec=v2c.Message())
    pdu = v2c.apiMessage.get_pdu(message)
    assert rest == b""
    assert (int(v2c.apiMessage.get_version(message)), bytes(v2c.apiMessage.get_community(message))) == (
        version, community.encode(),
    )  # fmt: skip
    kinds = {
        Request.GET: v2c.GetRequestPDU,
        Request.GETNEXT: v2c.GetNextRequestPDU,
        Request.GETBULK: v2c.GetBulkRequestPDU,
    }
    assert type(pdu) is kinds[request]
    assert int(v2c.apiPDU.get_request_id(pdu)) == number
    names = [tuple(name) for name, _ in v2c.apiPDU.get_varbinds(pdu)]
    assert names == oids
    if request is Request.GETBULK:
        assert int(v2c.apiBulkPDU.get_max_repetitions(pdu)) == repetitions


def test_a_root_of_one_arc_can_be_asked_for():
    sent = encode(1, b"public", Request.GETNEXT, NUMBER, [(1,)], 0)
    message, _ = decoder.decode(sent, asn1Spec=v2c.Message())
    assert [tuple(name) for name, _ in v2c.apiPDU.get_varbinds(v2c.apiMessage.get_pdu(message))] == [(1, 0)]


def read(datagram):
    """What a datagram means; None when it is refused in the one way that it may be."""
    try:
        return decode(datagram, NUMBER)
    except BerError:
        return None


@unhurried
@given(st.binary(max_size=400))
def test_arbitrary_bytes_raise_nothing_else(datagram):
    assert read(datagram) is None


@unhurried
@given(RESPONSES.filter(bool), st.data())
def test_a_truncated_response_is_refused(variables, data):
    sent = by_pysnmp([(rfc1902.ObjectName(name), value) for name, value in variables])
    assert read(sent[: data.draw(st.integers(0, len(sent) - 1))]) is None


@settings(unhurried, max_examples=300)
@given(RESPONSES, st.data())
def test_a_response_with_wrong_bytes_is_refused_or_means_what_pysnmp_finds(variables, data):
    sent = bytearray(by_pysnmp([(rfc1902.ObjectName(name), value) for name, value in variables]))
    for _ in range(data.draw(st.integers(1, 4))):
        sent[data.draw(st.integers(0, len(sent) - 1))] = data.draw(st.integers(0, 255))
    found = read(bytes(sent))
    try:
        message, _ = decoder.decode(bytes(sent), asn1Spec=v2c.Message())
        pdu = v2c.apiMessage.get_pdu(message)
        expected = [(tuple(name), plain(value)) for name, value in v2c.apiPDU.get_varbinds(pdu)]
    except (PyAsn1Error, ValueError, IndexError):  # pysnmp refuses, or stumbles
        return
    if found is not None:
        assert list(found.variables) == expected


@pytest.mark.parametrize(
    "content",
    [b"\x30\x80\x00\x00", b"\x30\x84\xff\xff\xff\xff", b"\x30\xff", b"\x30\x82\x01", b"\x30"],
    ids=["indefinite", "huge", "reserved", "cut-length", "no-length"],
)
def test_lengths_that_cannot_be_are_refused(content):
    with pytest.raises(BerError):
        decode(content, NUMBER)


def test_an_object_identifier_of_a_datagram_s_length_is_refused_before_it_is_computed():
    variable = ber._wrap(0x30, ber._wrap(0x06, b"\x2b" + b"\xff" * 60_000 + b"\x01") + b"\x05\x00")
    heads = b"".join(map(ber._integer, (NUMBER, 0, 0)))
    pdu = ber._wrap(0xA2, heads + ber._wrap(0x30, variable))
    with pytest.raises(BerError, match="too many arcs"):
        decode(ber._wrap(0x30, ber._integer(1) + ber._wrap(0x04, b"public") + pdu), NUMBER)


def typed(value):
    """A value of a recording as pysnmp writes it."""
    match value:
        case int():
            return (rfc1902.Integer32 if value < 0 else rfc1902.Counter64)(value)
        case bytes():
            return rfc1902.OctetString(value)
        case _:
            return rfc1902.ObjectName(value)


@pytest.mark.parametrize("which", range(0, 91, 13))
def test_every_row_of_a_recording_means_the_same_as_to_pysnmp(which):
    found_rows = snmprec.read(snmprec.recordings()[which]).items()
    # An object identifier of one arc, which some recordings have as a value, cannot be sent.
    rows = [row for row in found_rows if not isinstance(row[1], tuple) or len(row[1]) > 1][:4000]
    for start in range(0, len(rows), 40):
        piece = rows[start : start + 40]
        sent = by_pysnmp([(rfc1902.ObjectName(oid), typed(value)) for oid, value in piece])
        found = decode(sent, NUMBER)
        assert found is not None
        assert list(found.variables) == piece
