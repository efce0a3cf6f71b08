"""Interfaces, addresses, subnets, routes and name servers; and which MAC addresses prove what."""

from __future__ import annotations

import ipaddress
import re

from cmdb_agent.host import Host
from cmdb_agent.probes.kernel_network import Interface, interfaces
from cmdb_agent.reading import NOT_READ, ROOT, Reading
from cmdb_agent.rtnetlink import Address

ROUTES_MAX = 1000  # a router with a full table is described by its routing protocol, not by a list here

# Bridges of container and virtual machine runtimes: the same private addresses on every machine that has one.
RUNTIME_BRIDGE = re.compile(
    r"docker\d+|br-[0-9a-f]{12}|virbr\d+|lxcbr\d+|lxdbr\d+|podman\d+|cni\d+|cni-podman\d+|cbr\d+"
)
# Ends of container and virtual machine links, whose names their runtimes draw anew for each.
RUNTIME_PORT = re.compile(r"veth[0-9a-f]{6,}|cali[0-9a-f]{11}|lxc[0-9a-f]{12}|vnet\d+|tap[0-9a-f]{8,}[-0-9a-f]*")


def read(host: Host) -> Reading:
    """The section `network`."""
    reading = Reading("network")
    try:
        links = [link for link in interfaces(host) if not RUNTIME_PORT.fullmatch(link.name)]
        held = host.network_addresses()
    except OSError as error:
        reading.missed("not_available", f"the kernel does not list interfaces: {error}", NOT_READ)
        return reading
    for link in sorted(links, key=lambda link: link.name):
        reading.add(
            f"if:{link.name}", "NetworkInterface", ROOT,
            name=link.name, alias=link.alias, if_index=link.if_index, kind=link.kind, mac_address=link.mac,
            mtu=link.mtu, speed_bits_per_second=link.speed_bits_per_second, duplex=link.duplex,
            admin_status=link.admin_status, oper_status=link.oper_status,
        )  # fmt: skip
    _add_addresses(reading, links, held)
    _add_routes(reading, host, {link.if_index: link.name for link in links})
    reading.set(dns_servers=_name_servers(host))
    return reading


def is_routed(address: str) -> bool:
    """True for an address that means the same thing beyond its link: not loopback, not link-local."""
    parsed = ipaddress.ip_address(address)
    return not (parsed.is_loopback or parsed.is_link_local or parsed.is_unspecified or parsed.is_multicast)


def _add_addresses(reading: Reading, links: list[Interface], held: list[Address]) -> None:
    """The routed addresses with their subnets, and the MACs that prove identity by the role of their interface."""
    by_index = {link.if_index: link for link in links}
    routed: list[str] = []
    seen: dict[str, int] = {}
    for address in sorted(held, key=lambda a: (a.interface, ipaddress.ip_address(a.address).packed)):
        link = by_index.get(address.interface)
        if link is None or address.is_temporary or not is_routed(address.address):
            continue
        if RUNTIME_BRIDGE.fullmatch(link.name):
            continue
        if link.mac:
            routed.append(link.mac)
        key = _once(seen, f"addr:{address.address}", link.name)
        reading.add(key, "IPAddress", f"if:{link.name}", address=address.address)
        network = ipaddress.ip_network(f"{address.address}/{address.prefix_length}", strict=False)
        if network.num_addresses > 1:
            reading.add(_once(seen, f"net:{network}", address.address), "Subnet", key, prefix=str(network))
    permanent = sorted({link.permanent_mac for link in links if link.permanent_mac})
    if permanent:
        reading.identifiers["permanent_macs"] = permanent
    if routed:
        reading.identifiers["routed_macs"] = sorted(set(routed))


def _once(seen: dict[str, int], key: str, where: str) -> str:
    """The key, or one that says where as well: two interfaces may hold an address, two addresses lie in a subnet."""
    seen[key] = seen.get(key, 0) + 1
    return key if seen[key] == 1 else f"{key}@{where}"


def _add_routes(reading: Reading, host: Host, names: dict[int, str]) -> None:
    try:
        table = host.network_routes(ROUTES_MAX + 1)
    except OSError as error:
        reading.missed("not_available", f"the kernel does not list routes: {error}")
        return
    reading.set(default_gateways=sorted({route.gateway for route in table if route.prefix in ("0.0.0.0/0", "::/0")}))
    if len(table) > ROUTES_MAX:
        reading.note("too_many", f"more than {ROUTES_MAX} routes: the table is left out")
        return
    reading.set(
        routes=sorted(
            {
                f"{route.prefix} via {route.gateway} dev {names.get(route.interface, f'if{route.interface}')}"
                for route in table
            }
        )
    )


def _name_servers(host: Host) -> list[str]:
    """The name servers of resolv.conf(5), or those behind systemd's stub where that is what it names."""
    servers = _servers_in(host.text("/etc/resolv.conf"))
    if servers == ["127.0.0.53"]:
        servers = _servers_in(host.text("/run/systemd/resolve/resolv.conf")) or servers
    return servers


def _servers_in(text: str | None) -> list[str]:
    lines = (line.split() for line in (text or "").splitlines())
    return [words[1] for words in lines if len(words) > 1 and words[0] == "nameserver"]
