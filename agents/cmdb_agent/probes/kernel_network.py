"""The interfaces of a machine, out of what its kernel lists and what /sys/class/net adds."""

from __future__ import annotations

from typing import NamedTuple

from cmdb_agent.host import Host
from cmdb_agent.rtnetlink import Link

_SYS = "/sys/class/net"

# linux/if.h, linux/if_arp.h
_IFF_UP, _IFF_LOOPBACK = 0x1, 0x8
_ARPHRD_ETHER = 1
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


def interfaces(host: Host) -> list[Interface]:
    """Every interface of this network namespace. Raises OSError where the kernel does not answer."""
    return [_interface(host, link) for link in host.network_links()]


def _interface(host: Host, link: Link) -> Interface:
    folder = f"{_SYS}/{link.name}"
    device = host.link(f"{folder}/device")
    mac = link.mac if link.hardware_type == _ARPHRD_ETHER else None
    if link.flags & _IFF_LOOPBACK:
        kind = "loopback"
    elif link.driver in _KINDS:
        kind = _KINDS[link.driver]
    else:
        kind = "physical" if device else "virtual"
    speed = host.number(f"{folder}/speed")
    duplex = host.text(f"{folder}/duplex")
    return Interface(
        if_index=link.if_index,
        name=link.name,
        kind=kind,
        alias=link.alias,
        mac=mac,
        permanent_mac=_permanent_mac(host, folder, mac) if device else None,
        mtu=link.mtu,
        speed_bits_per_second=speed * 1_000_000 if speed and speed > 0 else None,
        duplex=duplex if duplex in ("full", "half") else None,
        admin_status="up" if link.flags & _IFF_UP else "down",
        oper_status=link.oper_status,
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
