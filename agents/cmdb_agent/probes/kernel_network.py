"""What the kernel says of interfaces, addresses and routes over rtnetlink(7), and /sys/class/net for the rest."""

from __future__ import annotations

import ipaddress
import struct
from typing import NamedTuple

from cmdb_agent import netlink
from cmdb_agent.host import Host

_SYS = "/sys/class/net"

# linux/if_link.h, linux/if_addr.h, linux/rtnetlink.h, linux/if.h, linux/if_arp.h
_IFLA_ADDRESS, _IFLA_IFNAME, _IFLA_MTU, _IFLA_OPERSTATE, _IFLA_LINKINFO, _IFLA_IFALIAS = 1, 3, 4, 16, 18, 20
_IFLA_INFO_KIND = 1
_IFA_ADDRESS, _IFA_LOCAL, _IFA_FLAGS = 1, 2, 8
_IFA_F_TEMPORARY, _IFA_F_DADFAILED = 0x01, 0x08
_RTA_DST, _RTA_OIF, _RTA_GATEWAY, _RTA_TABLE, _RTA_VIA, _RTA_MULTIPATH = 1, 4, 5, 15, 18, 9
_RT_TABLE_MAIN, _RTN_UNICAST = 254, 1
_IFF_UP, _IFF_LOOPBACK = 0x1, 0x8
_ARPHRD_ETHER = 1
_AF_INET6 = 10
_OPERATIONAL = ("unknown", "notPresent", "down", "lowerLayerDown", "testing", "dormant", "up")  # RFC 2863, ifOperStatus
_KINDS = {"bridge": "bridge", "bond": "bond", "team": "bond", "vlan": "vlan", "veth": "veth", "tun": "tunnel",
          "vxlan": "tunnel", "gre": "tunnel", "gretap": "tunnel", "ipip": "tunnel", "sit": "tunnel", "ip6tnl": "tunnel",
          "wireguard": "tunnel", "geneve": "tunnel", "ovs": "bridge", "openvswitch": "bridge"}  # fmt: skip
_ADDRESS_PERMANENT = 0  # NET_ADDR_PERM: addr_assign_type of an address that the hardware brought


class Interface(NamedTuple):
    """One interface. `permanent_mac` is set only where it is burnt into a physical port that is not USB."""

    if_index: int
    name: str
    kind: str
    alias: str | None
    mac: str | None
    permanent_mac: str | None
    mtu: int | None
    speed_bits_per_second: int | None
    duplex: str | None
    admin_status: str
    oper_status: str


class Address(NamedTuple):
    """An address that an interface (by index) holds. `is_temporary`: a privacy address, new each day (RFC 8981)."""

    interface: int
    address: str
    prefix_length: int
    is_temporary: bool


class Route(NamedTuple):
    """A unicast route of the main table through a gateway."""

    prefix: str
    gateway: str
    interface: str


def interfaces(host: Host) -> list[Interface]:
    """Every interface of this network namespace. Raises OSError where the kernel does not answer."""
    request = netlink.request(netlink.RTM_GETLINK, struct.pack("=BxHiII", 0, 0, 0, 0, 0))
    found: list[Interface] = []
    for message in netlink.messages(host.dump("links", netlink.NETLINK_ROUTE, request)):
        _, hardware_type, index, flags, _ = struct.unpack_from("=BxHiII", message, 0)
        found.append(_interface(host, hardware_type, index, flags, netlink.attributes(message, 16)))
    return found


def _interface(host: Host, hardware_type: int, index: int, flags: int, said: dict[int, bytes]) -> Interface:
    name = netlink.text(said.get(_IFLA_IFNAME)) or f"if{index}"
    folder = f"{_SYS}/{name}"
    driver = netlink.text(netlink.nested(said.get(_IFLA_LINKINFO, b"")).get(_IFLA_INFO_KIND))
    device = host.link(f"{folder}/device")
    mac = _mac(said.get(_IFLA_ADDRESS)) if hardware_type == _ARPHRD_ETHER else None
    if flags & _IFF_LOOPBACK:
        kind = "loopback"
    elif driver in _KINDS:
        kind = _KINDS[driver]
    else:
        kind = "physical" if device else "virtual"
    speed = host.number(f"{folder}/speed")
    state = said.get(_IFLA_OPERSTATE, b"\0")[0]
    duplex = host.text(f"{folder}/duplex")
    return Interface(
        if_index=index,
        name=name,
        kind=kind,
        alias=netlink.text(said.get(_IFLA_IFALIAS)),
        mac=mac,
        permanent_mac=_permanent_mac(host, folder, mac) if device else None,
        mtu=netlink.number(said.get(_IFLA_MTU)),
        speed_bits_per_second=speed * 1_000_000 if speed and speed > 0 else None,
        duplex=duplex if duplex in ("full", "half") else None,
        admin_status="up" if flags & _IFF_UP else "down",
        oper_status=_OPERATIONAL[state] if state < len(_OPERATIONAL) else "unknown",
    )


def _permanent_mac(host: Host, folder: str, mac: str | None) -> str | None:
    """The universally administered address of a physical port: a bond's slave shows the bond's, the file its own."""
    slave = host.text(f"{folder}/bonding_slave/perm_hwaddr")
    burnt = slave or (mac if host.number(f"{folder}/addr_assign_type") == _ADDRESS_PERMANENT else None)
    if burnt is None or "/usb" in host.resolved(f"{folder}/device"):
        return None
    burnt = burnt.lower()
    first = int(burnt[:2], 16)
    return None if first & 0b11 or burnt == "00:00:00:00:00:00" else burnt


def _mac(raw: bytes | None) -> str | None:
    return ":".join(f"{byte:02x}" for byte in raw) if raw and len(raw) == 6 and any(raw) else None


def addresses(host: Host) -> list[Address]:
    """Every address of this network namespace, those that failed duplicate detection apart. Raises OSError."""
    request = netlink.request(netlink.RTM_GETADDR, struct.pack("=BBBBi", 0, 0, 0, 0, 0))
    found: list[Address] = []
    for message in netlink.messages(host.dump("addresses", netlink.NETLINK_ROUTE, request)):
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


def routes(host: Host, names: dict[int, str], limit: int) -> list[Route]:
    """The main table's unicast routes that have a gateway, at most `limit`. `names`: interfaces by index.

    Raises OSError where the kernel does not answer.
    """
    request = netlink.request(netlink.RTM_GETROUTE, struct.pack("=BBBBBBBBI", 0, 0, 0, 0, 0, 0, 0, 0, 0))
    found: list[Route] = []
    for message in netlink.messages(host.dump("routes", netlink.NETLINK_ROUTE, request)):
        family, length, _, _, table, _, _, kind, _ = struct.unpack_from("=BBBBBBBBI", message, 0)
        said = netlink.attributes(message, 12)
        if kind != _RTN_UNICAST or (netlink.number(said.get(_RTA_TABLE)) or table) != _RT_TABLE_MAIN:
            continue
        destination = said.get(_RTA_DST) or bytes(16 if family == _AF_INET6 else 4)
        for gateway, index in _hops(said):
            name = names.get(index, f"if{index}")
            found.append(Route(f"{ipaddress.ip_address(destination)}/{length}", gateway, name))
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
