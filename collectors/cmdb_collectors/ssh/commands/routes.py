"""Routes through gateways by ip-route(8), of iproute2 or busybox; where there is no ip, out of /proc/net."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from cmdb_agent.probes.network import ROUTES_MAX
from cmdb_agent.rtnetlink import Route

from cmdb_collectors.ssh.commands.command import Command
from cmdb_collectors.ssh.commands.interfaces import interface_index
from cmdb_collectors.ssh.printed import read_files, text
from cmdb_collectors.ssh.snapshot import Snapshot

_LINES_MAX = ROUTES_MAX + 1  # one more than are kept, so that too many are known to be
_SCRIPT = f"""\
if ip -o link >/dev/null; then
for family in 4 6; do echo "family $family"; ip -o -$family route | grep ' via ' | head -n {_LINES_MAX}; done
else
grep -H '' /proc/net/route /proc/net/ipv6_route | head -n 100000
fi
"""
_RTF_UP, _RTF_GATEWAY, _RTF_REJECT = 0x1, 0x2, 0x200  # linux/route.h
_NO_ROUTES = frozenset({"local", "broadcast", "multicast", "anycast", "unreachable", "blackhole", "prohibit", "throw"})


def read(output: bytes, snapshot: Snapshot) -> None:
    """The routes of either form, IPv4 first; a route over several gateways is several."""
    said = text(output)
    if said.startswith("family 4\n"):
        version_4, _, version_6 = said.partition("family 6\n")
        hops = [
            *(hop for line in version_4.splitlines()[1:] for hop in _hops(line, "0.0.0.0/0")),
            *(hop for line in version_6.splitlines() for hop in _hops(line, "::/0")),
        ]
    elif "/proc/net/" in said:
        listed = Snapshot()
        read_files(output, listed)
        hops = [
            *_version_4(text(listed.files.get("/proc/net/route", b""))),
            *_version_6(text(listed.files.get("/proc/net/ipv6_route", b""))),
        ]
    else:
        return
    found = ((prefix, gateway, interface_index(snapshot, name)) for prefix, gateway, name in hops)
    snapshot.routes = [Route(prefix, gateway, index) for prefix, gateway, index in found if index is not None]


def _hops(line: str, default: str) -> Iterator[tuple[str, str, str]]:
    """Prefix, gateway and interface of each hop: `PREFIX [via [inet6] GATEWAY dev NAME …] [\\ nexthop via …]`."""
    words = line.replace("\\", " ").split()
    if not words or words[0] in _NO_ROUTES:
        return
    prefix = default if words[0] == "default" else str(ipaddress.ip_network(words[0], strict=False))
    for index in (index for index, word in enumerate(words) if word == "via"):
        after = words[index + 1 : index + 5]
        if after[0] in ("inet", "inet6"):
            del after[0]
        if after[1:2] == ["dev"] and len(after) > 2:
            yield prefix, after[0], after[2]


def _version_4(listed: str) -> Iterator[tuple[str, str, str]]:
    """Interface, destination, gateway and flags, …, mask in the eighth column: words of the machine's byte order."""
    for line in listed.splitlines()[1:]:
        name, destination, gateway, flags, _, _, _, mask = line.split()[:8]
        if _leads_on(flags):
            prefix = ipaddress.IPv4Network((_address(destination), str(_address(mask))))
            yield str(prefix), str(_address(gateway)), name


def _address(digits: str) -> ipaddress.IPv4Address:
    return ipaddress.IPv4Address(bytes.fromhex(digits)[::-1])


def _version_6(listed: str) -> Iterator[tuple[str, str, str]]:
    """Destination and its length, source and its length, next hop, metric, references, use, flags, interface."""
    for line in listed.splitlines():
        destination, length, _, _, gateway, _, _, _, flags, name = line.split()[:10]
        if _leads_on(flags):
            prefix = ipaddress.IPv6Network((bytes.fromhex(destination), int(length, 16)))
            yield str(prefix), str(ipaddress.IPv6Address(bytes.fromhex(gateway))), name


def _leads_on(flags: str) -> bool:
    return int(flags, 16) & (_RTF_UP | _RTF_GATEWAY | _RTF_REJECT) == _RTF_UP | _RTF_GATEWAY


ROUTES = Command("routes", _SCRIPT, read)
