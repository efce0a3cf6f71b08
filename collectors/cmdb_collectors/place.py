"""Where the collector stands in the network: the address and the MAC from which it reaches a target."""

from __future__ import annotations

import ipaddress
import socket
from contextlib import closing

from cmdb_agent.host import Host


def observed_from(address: str, port: int) -> dict[str, str] | None:
    """`address` and, where the interface has one, `mac_address` of the way to a target; nothing is sent.

    None where the target is this machine itself, or no way leads to it. `address` may be a name; looking it up blocks.
    """
    own = own_address(address, port)
    if own is None:
        return None
    place = {"address": own}
    mac = _mac_address(own)
    if mac is not None:
        place["mac_address"] = mac
    return place


def own_address(address: str, port: int) -> str | None:
    """The source address that the kernel chooses for a target, canonical; None for loopback and where there is none.

    A target on one of the machine's own addresses is reached from that very address: no place in the network either.
    """
    try:
        found = socket.getaddrinfo(address, port, type=socket.SOCK_DGRAM)
        family, kind, protocol, _, end = found[0]
        with closing(socket.socket(family, kind, protocol)) as probe:
            probe.connect(end)
            own, reached = probe.getsockname()[0], probe.getpeername()[0]
    except (OSError, UnicodeError):  # UnicodeError: a name with an empty or an overlong label
        return None
    said = ipaddress.ip_address(own.partition("%")[0])
    return None if own == reached or said.is_loopback or said.is_unspecified else str(said)


def _mac_address(own: str) -> str | None:
    """The MAC of the interface that holds an address; None for interfaces without one, and where nothing tells."""
    if not hasattr(socket, "AF_NETLINK"):
        return None
    try:
        holders = {address.interface for address in Host().network_addresses() if address.address == own}
        return next((link.mac for link in Host().network_links() if link.if_index in holders), None)
    except OSError:
        return None
