"""SNMP through pysnmp: version 3 with its security, and whatever the plain way does not understand."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pyasn1.error import PyAsn1Error
from pyasn1.type import univ
from pysnmp.carrier.asyncio.dgram import udp
from pysnmp.entity import config
from pysnmp.entity.engine import SnmpEngine
from pysnmp.entity.rfc3413 import cmdgen
from pysnmp.error import PySnmpError
from pysnmp.proto import errind, rfc1902, rfc1905

from cmdb_collectors.credentials import Community, SnmpCredentials, UsmUser
from cmdb_collectors.snmp.transport import (
    Absent,
    Answer,
    GarbledError,
    NoAnswerError,
    RefusedError,
    Request,
    unreachable,
)
from cmdb_collectors.snmp.values import Oid, Value

_AUTH = {
    None: config.USM_AUTH_NONE,
    "MD5": config.USM_AUTH_HMAC96_MD5,
    "SHA": config.USM_AUTH_HMAC96_SHA,
    "SHA224": config.USM_AUTH_HMAC128_SHA224,
    "SHA256": config.USM_AUTH_HMAC192_SHA256,
    "SHA384": config.USM_AUTH_HMAC256_SHA384,
    "SHA512": config.USM_AUTH_HMAC384_SHA512,
}
_PRIV = {
    None: config.USM_PRIV_NONE,
    "DES": config.USM_PRIV_CBC56_DES,
    "3DES": config.USM_PRIV_CBC168_3DES,
    "AES": config.USM_PRIV_CFB128_AES,
    "AES192": config.USM_PRIV_CFB192_AES,
    "AES256": config.USM_PRIV_CFB256_AES,
}
# What a device answers (RFC 3414, section 3.2; RFC 3412, section 7.2) or this side finds, in words that say what to do.
_REFUSALS: dict[type, str] = {
    errind.UnknownUserName: "the device does not know this user: check the user name",
    errind.UnknownSecurityName: "the device does not know this user: check the user name",
    errind.WrongDigest: "authentication failed: check the authentication protocol and password",
    errind.AuthenticationFailure: "authentication failed: check the authentication protocol and password",
    errind.AuthenticationError: "authentication failed: check the authentication protocol and password",
    errind.DecryptionError: "decryption failed: check the privacy protocol and password",
    errind.UnsupportedSecurityLevel: "the device does not let this user in at this security level",
    errind.NotInTimeWindow: "the device calls every request too old: its clock or boot counter goes wrong",
    errind.UnknownEngineID: "the device does not stand by its engine id: another device may answer at this address",
    errind.EncryptionError: "encryption failed: check the privacy protocol and password",
}
# snmpUnknownContexts (RFC 3413, section 3.2): a report that pysnmp has no name for, and passes on by its number.
_UNKNOWN_CONTEXT = "1.3.6.1.6.3.12.1.5.0"
_ABSENT: dict[type, Absent] = {
    rfc1905.EndOfMibView: Absent.END_OF_MIB_VIEW,
    rfc1905.NoSuchObject: Absent.NO_SUCH_OBJECT,
    rfc1905.NoSuchInstance: Absent.NO_SUCH_INSTANCE,
}
_GENERATORS = {Request.GET: cmdgen.GetCommandGenerator, Request.GETNEXT: cmdgen.NextCommandGeneratorSingleRun}
_NAME = "target"
# Sockets are connected: this is the device's address only in pysnmp's tables, which take no scope of IPv6.
_PEER = ("127.0.0.1", 161)
# The own time-out of pysnmp only frees its memory: a caller waits for less.
_FORGET_CENTISECONDS = 60_00


class _Socket(udp.UdpAsyncioTransport):
    """A connected socket in the place of pysnmp's own, which takes answers from anywhere and knows no refusal."""

    def __init__(self) -> None:
        super().__init__(loop=asyncio.get_running_loop())
        self.waiting: asyncio.Future[Answer] | None = None
        self.parse_errors: Callable[[], int] = int

    def datagram_received(self, datagram: bytes, transportAddress: Any) -> None:
        """One datagram from the device. What pysnmp cannot take ends the waiting, and not the event loop's peace."""
        assert self._callback_function is not None  # noqa: S101  # set where the engine takes the socket
        errors_before = self.parse_errors()
        try:
            self._callback_function(self, self.ADDRESS_TYPE(_PEER), datagram)
        except (PySnmpError, PyAsn1Error) as error:
            self._fail(GarbledError(type(error).__name__))
        if self.parse_errors() > errors_before:
            self._fail(GarbledError("no ASN.1"))

    def error_received(self, exc: Exception) -> None:
        """What the network says in the place of an answer."""
        self._fail(RefusedError(unreachable(exc)))

    def _fail(self, error: Exception) -> None:
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_exception(error)

    def send_message(self, outgoingMessage: bytes, transportAddress: object) -> None:
        """Send to the device, whatever pysnmp takes for its address."""
        assert self.transport is not None  # noqa: S101  # connected before the engine has it
        self.transport.sendto(outgoingMessage)


class PysnmpTransport:
    """One device through an engine of its own: two devices may claim one engine id, and would share its clock."""

    def __init__(self, socket: _Socket, credentials: SnmpCredentials) -> None:
        self._socket = socket
        self._engine = SnmpEngine()
        self._context = b""
        config.add_transport(self._engine, udp.DOMAIN_NAME, socket)
        config.add_target_address(self._engine, _NAME, udp.DOMAIN_NAME, _PEER, _NAME, _FORGET_CENTISECONDS, 0)
        if isinstance(credentials, Community):
            self._add_community(credentials)
        else:
            self._add_user(credentials)
        (counter,) = self._engine.get_mib_builder().import_symbols("__SNMPv2-MIB", "snmpInASNParseErrs")
        socket.parse_errors = lambda: int(counter.syntax)

    @classmethod
    async def connect(cls, peer: socket.socket, credentials: SnmpCredentials) -> PysnmpTransport:
        """A transport on a connected socket, which it closes at its end."""
        _, protocol = await asyncio.get_running_loop().create_datagram_endpoint(_Socket, sock=peer)
        return cls(protocol, credentials)

    def _add_community(self, community: Community) -> None:
        # The name of the row is no secret; pysnmp would take the community itself for it.
        config.add_v1_system(self._engine, _NAME, community.community)
        version = 0 if community.version == "1" else 1
        config.add_target_parameters(self._engine, _NAME, _NAME, "noAuthNoPriv", version)

    def _add_user(self, user: UsmUser) -> None:
        auth, priv = _AUTH[user.auth_protocol], _PRIV[user.priv_protocol]
        config.add_v3_user(self._engine, user.user, auth, user.auth_password, priv, user.priv_password)
        level = "noAuthNoPriv" if not user.auth_protocol else "authPriv" if user.priv_protocol else "authNoPriv"
        config.add_target_parameters(self._engine, _NAME, user.user, level, 3)
        self._context = user.context.encode()

    async def ask(self, request: Request, oids: Sequence[Oid], repetitions: int, seconds: float, tries: int) -> Answer:
        """See Transport. Every repetition counts as the same question: a late answer to the first is one."""
        waiting: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._socket.waiting = waiting
        try:
            for _ in range(tries):
                self._send(request, oids, repetitions, waiting)
                await asyncio.wait({waiting}, timeout=seconds)
                if waiting.done():
                    return waiting.result()
            raise NoAnswerError
        except PySnmpError as error:
            raise RefusedError(f"the request cannot be sent: {type(error).__name__}") from error
        finally:
            waiting.cancel()

    def close(self) -> None:
        """See Transport."""
        self._engine.close_dispatcher()

    def _send(self, request: Request, oids: Sequence[Oid], repetitions: int, waiting: asyncio.Future[Answer]) -> None:
        target = (self._engine, _NAME, None, self._context)
        variables = [(rfc1902.ObjectName(oid), univ.Null("")) for oid in oids]
        if request is Request.GETBULK:
            bulk = cmdgen.BulkCommandGeneratorSingleRun()
            bulk.send_varbinds(*target, 0, repetitions, variables, _answered, waiting)
        else:
            _GENERATORS[request]().send_varbinds(*target, variables, _answered, waiting)


def _answered(
    engine: object,
    handle: object,
    indication: Any,
    status: Any,
    index: Any,
    variables: Iterable[tuple[Any, Any]],
    future: asyncio.Future[Answer],
) -> None:
    if future.done():  # the caller waits no longer
        return
    if indication:
        future.set_exception(_failure(indication))
        return
    found = [(tuple(name), _value(value)) for name, value in variables]
    size_bytes = sum(len(name) + (len(value) if isinstance(value, bytes | tuple) else 8) for name, value in found)
    future.set_result(Answer(int(status), int(index), found, size_bytes))


def _failure(indication: Any) -> Exception:
    if isinstance(indication, errind.RequestTimedOut):
        return NoAnswerError()
    if isinstance(indication, errind.DeserializationError | errind.DataMismatch | errind.EmptyResponse):
        return GarbledError()
    if str(indication) == _UNKNOWN_CONTEXT:
        return RefusedError("the device does not know this context")
    return RefusedError(_REFUSALS.get(type(indication), f"the device refuses: {indication}"))


def _value(value: Any) -> Value | Absent:
    if isinstance(value, univ.Null):  # an OctetString in pyasn1
        return _ABSENT.get(type(value), Absent.UNSPECIFIED)
    if isinstance(value, univ.Integer):
        return int(value)
    if isinstance(value, univ.ObjectIdentifier):
        return tuple(value)
    return value.asOctets()
