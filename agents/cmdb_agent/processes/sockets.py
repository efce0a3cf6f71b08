"""The internet sockets of the machine: by NETLINK_SOCK_DIAG (sock_diag(7)), or out of /proc/net (proc_pid_net(5))."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from cmdb_agent import netlink
from cmdb_agent.host import Host

TCP, UDP = 6, 17  # IPPROTO_TCP, IPPROTO_UDP
_PROTOCOLS = {TCP: "tcp", UDP: "udp"}
_AF_INET, _AF_INET6 = 2, 10
_ESTABLISHED, _CLOSE, _LISTEN = 1, 7, 10  # net/tcp_states.h; a bound, unconnected UDP socket is in _CLOSE
_REQUEST = struct.Struct("=BBBxI48x")  # inet_diag_req_v2: family, protocol, extensions, states, any socket
_ANSWER = struct.Struct("=BB2x2s2s16s16s12x16xI")  # inet_diag_msg up to and with idiag_inode


class Socket(NamedTuple):
    """An internet socket. Its remote end is None where it listens. Addresses that map IPv4 are written as IPv4.

    `namespace` is empty in the agent's own network namespace.
    """

    protocol: str
    address: str
    port: int
    remote_address: str | None
    remote_port: int | None
    inode: int
    namespace: str = ""

    @property
    def is_listening(self) -> bool:
        """True where it waits for whoever comes."""
        return self.remote_address is None


def read(host: Host) -> list[Socket]:
    """Listening and connected sockets of the agent's own network namespace."""
    try:
        return [socket for protocol in (TCP, UDP) for family in (_AF_INET, _AF_INET6)
                for socket in _diagnosed(host, family, protocol)]  # fmt: skip
    except OSError:  # a kernel without inet_diag, or a sandbox that answers no netlink
        return read_files(host, "/proc/self/net")


def _diagnosed(host: Host, family: int, protocol: int) -> Iterator[Socket]:
    states = 1 << _ESTABLISHED | 1 << (_LISTEN if protocol == TCP else _CLOSE)
    request = netlink.request(netlink.SOCK_DIAG_BY_FAMILY, _REQUEST.pack(family, protocol, 0, states))
    name = f"sockets-{_PROTOCOLS[protocol]}{'6' if family == _AF_INET6 else ''}"
    length = 16 if family == _AF_INET6 else 4
    for message in netlink.messages(host.dump(name, netlink.NETLINK_SOCK_DIAG, request)):
        _, state, port, remote_port, source, destination, inode = _ANSWER.unpack_from(message, 0)
        yield _socket(
            protocol,
            state,
            (source[:length], int.from_bytes(port, "big")),
            (destination[:length], int.from_bytes(remote_port, "big")),
            inode,
        )


def read_files(host: Host, folder: str, namespace: str = "") -> list[Socket]:
    """The same out of the files `tcp`, `tcp6`, `udp` and `udp6` of a /proc/PID/net: any network namespace.

    Empty where the process has ended or its files may not be read.
    """
    found: list[Socket] = []
    for protocol in (TCP, UDP):
        for suffix in ("", "6"):
            text = _text(host, f"{folder}/{_PROTOCOLS[protocol]}{suffix}")
            for line in text.splitlines()[1:]:
                fields = line.split()
                state = int(fields[3], 16)
                if state in (_ESTABLISHED, _LISTEN if protocol == TCP else _CLOSE):
                    ends = (_end(field, host.byte_order) for field in fields[1:3])
                    socket = _socket(protocol, state, *ends, int(fields[9]))
                    found.append(socket._replace(namespace=namespace))
    return found


def _text(host: Host, path: str) -> str:
    try:
        return host.text(path) or ""
    except PermissionError:
        return ""


def _end(text: str, byte_order: str) -> tuple[bytes, int]:
    """`0100007F:1F90`: the address in 32-bit words of the machine's byte order, and the port."""
    address, _, port = text.partition(":")
    raw = bytes.fromhex(address)
    if byte_order == "little":
        raw = b"".join(raw[i : i + 4][::-1] for i in range(0, len(raw), 4))
    return raw, int(port, 16)


def _socket(protocol: int, state: int, local: tuple[bytes, int], remote: tuple[bytes, int], inode: int) -> Socket:
    is_connected = state == _ESTABLISHED
    return Socket(
        _PROTOCOLS[protocol],
        written(local[0]),
        local[1],
        written(remote[0]) if is_connected else None,
        remote[1] if is_connected else None,
        inode,
    )


@lru_cache(maxsize=4096)
def written(raw: bytes) -> str:
    """An address as text; one that maps IPv4 as IPv4 (RFC 4291, 2.5.5.2)."""
    address = ipaddress.ip_address(raw)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def endpoint(socket: Socket) -> str:
    """A listening socket as `tcp 0.0.0.0:443` or `tcp [::]:443`."""
    host = f"[{socket.address}]" if ":" in socket.address else socket.address
    return f"{socket.protocol} {host}:{socket.port}"
