"""One connection and one run of a script over SSH, with a time-out for each phase and a bound on the answer."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import NamedTuple

import paramiko

from cmdb_collectors.ssh.failure import Failure, words_of
from cmdb_collectors.ssh.known_hosts import KnownKey, check, fingerprint, name_of

_LOG = "cmdb_collectors.ssh.paramiko"
# What it has to say comes as exceptions too; a line of a log could hold what a server made up.
logging.getLogger(_LOG).setLevel(logging.CRITICAL + 1)

_CHUNK_BYTES = 1 << 16
_RSA = "ssh-rsa"
_RSA_SIGNATURES = ("rsa-sha2-512", "rsa-sha2-256")  # RFC 8332: how a host proves that it has a key of the type ssh-rsa


class Limits(NamedTuple):
    """How long each phase may take, and how much a host may answer, packed and unpacked."""

    connect_seconds: float = 10.0
    handshake_seconds: float = 15.0
    login_seconds: float = 20.0
    answer_seconds: float = 60.0
    answer_bytes_max: int = 64 << 20


class Answer(NamedTuple):
    """What a host printed. `ended_by`: why no more came; None where the host had finished."""

    output: bytes
    ended_by: Failure | None


@contextmanager
def opened(address: str, port: int, known: list[KnownKey], limits: Limits) -> Generator[paramiko.Transport]:
    """A connection to a host that has shown a key which is known. Raises Failure."""
    transport = _connected(address, port, limits)
    try:
        _shake_hands(transport, known, limits)
        check(transport.get_remote_server_key().asbytes(), known, name_of(address, port))
        yield transport
    finally:
        transport.close()


def host_key(transport: paramiko.Transport) -> str:
    """The fingerprint of the key that the host has shown."""
    return fingerprint(transport.get_remote_server_key().asbytes())


def _connected(address: str, port: int, limits: Limits) -> paramiko.Transport:
    try:
        plain = socket.create_connection((address, port), limits.connect_seconds)
    except socket.gaierror as error:
        raise Failure("unreachable", f"{address} is not known by that name: {error.strerror}") from None
    except TimeoutError:
        raise Failure("unreachable", f"{address} port {port} does not answer within {limits.connect_seconds:g} s: "
                      "is the machine up, and does a firewall let this collector through?") from None  # fmt: skip
    except OSError as error:
        raise Failure("unreachable", f"{address} port {port}: {error.strerror or error}") from None
    # Small packets wait for each other otherwise, 40 ms in each exchange.
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    transport = paramiko.Transport(plain)
    transport.set_log_channel(_LOG)
    transport.banner_timeout = transport.handshake_timeout = limits.handshake_seconds
    transport.auth_timeout = transport.channel_timeout = limits.login_seconds
    return transport


def _shake_hands(transport: paramiko.Transport, known: list[KnownKey], limits: Limits) -> None:
    """Agree on keys. The types that are known of the host are asked for first: any other would look like a new key."""
    options = transport.get_security_options()
    wanted = [name for key in known if not key.is_revoked for name in _signatures(key.type)]
    offered = list(options.key_types)
    options.key_types = sorted(offered, key=lambda name: wanted.index(name) if name in wanted else len(wanted))
    try:
        transport.start_client(timeout=limits.handshake_seconds)
    except (paramiko.SSHException, EOFError, OSError) as error:
        raise Failure("handshake_failed", f"no SSH connection: {words_of(error)}") from None
    if not transport.initial_kex_done:
        raise Failure("handshake_failed", f"the SSH server does not finish the handshake within "
                      f"{limits.handshake_seconds:g} s")  # fmt: skip


def _signatures(key_type: str) -> tuple[str, ...]:
    return _RSA_SIGNATURES if key_type == _RSA else (key_type,)


def run(transport: paramiko.Transport, script: str, limits: Limits) -> Answer:
    """What a script prints that a POSIX shell reads on its standard input. Nothing is written on the host.

    Raises Failure where the server opens no shell. An answer that stops in its middle is given as far as it came.
    """
    until = time.monotonic() + limits.answer_seconds
    try:
        channel = transport.open_session(timeout=limits.login_seconds)
        channel.settimeout(limits.answer_seconds)
        channel.exec_command("exec sh -s")
        channel.sendall(script.encode())
        channel.shutdown_write()
    except (paramiko.SSHException, EOFError, OSError) as error:
        raise Failure("no_shell", f"the SSH server runs no command: {words_of(error)}") from None
    parts: list[bytes] = []
    size = 0
    while True:
        left = until - time.monotonic()
        if left <= 0:
            return Answer(b"".join(parts), _late(limits))
        channel.settimeout(left)
        try:
            part = channel.recv(_CHUNK_BYTES)
        except TimeoutError:
            return Answer(b"".join(parts), _late(limits))
        except OSError as error:
            return Answer(b"".join(parts), Failure("broken_off", f"the connection broke off: {words_of(error)}"))
        if not part:
            return Answer(b"".join(parts), None)
        size += len(part)
        if size > limits.answer_bytes_max:
            channel.close()
            return Answer(b"".join(parts), Failure("too_large", f"the host answers more than "
                                                   f"{limits.answer_bytes_max >> 20} MiB"))  # fmt: skip
        parts.append(part)


def _late(limits: Limits) -> Failure:
    return Failure("time_out", f"the host does not finish its answer within {limits.answer_seconds:g} s")
