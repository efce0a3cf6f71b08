"""Interfaces, addresses and routes as the kernel lists them: rtnetlink(7), its requests and its answers."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterable
from typing import NamedTuple

from cmdb_agent import netlink

# linux/if_link.h, linux/if_addr.h, linux/rtnetlink.h
_IFLA_ADDRESS, _IFLA_IFNAME, _IFLA_MTU, _IFLA_OPERSTATE, _IFLA_LINKINFO, _IFLA_IFALIAS = 1, 3, 4, 16, 18, 20
_IFLA_INFO_KIND = 1
_IFA_ADDRESS, _IFA_LOCAL, _IFA_FLAGS = 1, 2, 8
_IFA_F_TEMPORARY, _IFA_F_DADFAILED = 0x01, 0x08
_RTA_DST, _RTA_OIF, _RTA_GATEWAY, _RTA_TABLE, _RTA_VIA, _RTA_MULTIPATH = 1, 4, 5, 15, 18, 9
_RT_TABLE_MAIN, _RTN_UNICAST = 254, 1
_AF_INET6 = 10
_OPERATIONAL = ("unknown", "notPresent", "down", "lowerLayerDown", "testing", "dormant", "up")  # RFC 2863, ifOperStatus

LINKS = netlink.request(netlink.RTM_GETLINK, struct.pack("=BxHiII", 0, 0, 0, 0, 0))
ADDRESSES = netlink.request(netlink.RTM_GETADDR, struct.pack("=BBBBi", 0, 0, 0, 0, 0))
ROUTES = netlink.request(netlink.RTM_GETROUTE, struct.pack("=BBBBBBBBI", 0, 0, 0, 0, 0, 0, 0, 0, 0))


class Link(NamedTuple):
    """One interface. `hardware_type` is an ARPHRD_ of linux/if_arp.h, `flags` are the IFF_ of linux/if.h.

    `driver` is the kernel's word for a kind of virtual interface; None for others, and where nothing tells.
    """

    if_index: int
    name: str
    hardware_type: int
    flags: int
    mac: str | None
    mtu: int | None
    oper_status: str
    driver: str | None
    alias: str | None


class Address(NamedTuple):
    """An address that an interface (by index) holds. `is_temporary`: a privacy address, new each day (RFC 8981)."""

    interface: int
    address: str
    prefix_length: int
    is_temporary: bool


class Route(NamedTuple):
    """A unicast route of the main table through a gateway. `interface` is an index."""

    prefix: str
    gateway: str
    interface: int


def links(datagrams: Iterable[bytes]) -> list[Link]:
    """The interfaces in the answer to `LINKS`. Raises OSError where the kernel refused."""
    found: list[Link] = []
    for message in netlink.messages(datagrams):
        _, hardware_type, index, flags, _ = struct.unpack_from("=BxHiII", message, 0)
        said = netlink.attributes(message, 16)
        state = said.get(_IFLA_OPERSTATE, b"\0")[0]
        found.append(
            Link(
                if_index=index,
                name=netlink.text(said.get(_IFLA_IFNAME)) or f"if{index}",
                hardware_type=hardware_type,
                flags=flags,
                mac=_mac(said.get(_IFLA_ADDRESS)),
                mtu=netlink.number(said.get(_IFLA_MTU)),
                oper_status=_OPERATIONAL[state] if state < len(_OPERATIONAL) else "unknown",
                driver=netlink.text(netlink.nested(said.get(_IFLA_LINKINFO, b"")).get(_IFLA_INFO_KIND)),
                alias=netlink.text(said.get(_IFLA_IFALIAS)),
            )
        )
    return found


def oper_status(word: str) -> str:
    """The spelling of RFC 2863 for a word of sysfs's `operstate`, which is lower case throughout."""
    return next((status for status in _OPERATIONAL if status.lower() == word), "unknown")


def _mac(raw: bytes | None) -> str | None:
    return ":".join(f"{byte:02x}" for byte in raw) if raw and len(raw) == 6 and any(raw) else None


def addresses(datagrams: Iterable[bytes]) -> list[Address]:
    """The addresses in the answer to `ADDRESSES`, those that failed duplicate detection apart. Raises OSError."""
    found: list[Address] = []
    for message in netlink.messages(datagrams):
        _, prefix_length, flags, _, index = struct.unpack_from("=BBBBi", message, 0)
        said = netlink.attributes(message, 8)
        # IFA_ADDRESS of a point-to-point link is the other side's; IFA_LOCAL is the own one.
        raw = said.get(_IFA_LOCAL) or said.get(_IFA_ADDRESS)
        flags = netlink.number(said.get(_IFA_FLAGS)) or flags
        if raw is None or len(raw) not in (4, 16) or flags & _IFA_F_DADFAILED:
            continue
        is_temporary = bool(flags & _IFA_F_TEMPORARY) and len(raw) == 16  # IPv4 uses the bit for "secondary"
        found.append(Address(index, str(ipaddress.ip_address(raw)), prefix_length, is_temporary))
    return found


def routes(datagrams: Iterable[bytes], limit: int) -> list[Route]:
    """The main table's unicast routes with a gateway in the answer to `ROUTES`, about `limit`. Raises OSError."""
    found: list[Route] = []
    for message in netlink.messages(datagrams):
        family, length, _, _, table, _, _, kind, _ = struct.unpack_from("=BBBBBBBBI", message, 0)
        said = netlink.attributes(message, 12)
        if kind != _RTN_UNICAST or (netlink.number(said.get(_RTA_TABLE)) or table) != _RT_TABLE_MAIN:
            continue
        destination = said.get(_RTA_DST) or bytes(16 if family == _AF_INET6 else 4)
        prefix = f"{ipaddress.ip_address(destination)}/{length}"
        found += [Route(prefix, gateway, index) for gateway, index in _hops(said)]
        if len(found) >= limit:
            break
    return found


def _hops(said: dict[int, bytes]) -> list[tuple[str, int]]:
    """The gateways of a route with the interface towards each; a multipath route has several (rtnexthop)."""
    if _RTA_MULTIPATH not in said:
        gateway = _gateway(said)
        return [(gateway, netlink.number(said.get(_RTA_OIF)) or 0)] if gateway else []
    hops: list[tuple[str, int]] = []
    view = memoryview(said[_RTA_MULTIPATH])
    while len(view) >= 8:
        length, _, _, index = struct.unpack_from("=HBBi", view, 0)
        gateway = _gateway(netlink.attributes(view[:length], 8))
        if gateway:
            hops.append((gateway, index))
        if length < 8:
            break
        view = view[(length + 3) & ~3 :]
    return hops


def _gateway(said: dict[int, bytes]) -> str | None:
    raw = said.get(_RTA_GATEWAY)
    if raw is None and _RTA_VIA in said:
        raw = said[_RTA_VIA][2:]  # a gateway of the other address family: family, then the address
    return str(ipaddress.ip_address(raw)) if raw and len(raw) in (4, 16) else None
