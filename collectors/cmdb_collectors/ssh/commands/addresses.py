"""Addresses by ip-address(8), of iproute2 or busybox; where there is no ip, out of /proc/net."""

from __future__ import annotations

import ipaddress

from cmdb_agent.rtnetlink import Address

from cmdb_collectors.ssh.commands.command import Command
from cmdb_collectors.ssh.commands.interfaces import interface_index
from cmdb_collectors.ssh.printed import read_files, text
from cmdb_collectors.ssh.snapshot import Snapshot

_SCRIPT = """\
ip -o addr || grep -H '' /proc/net/fib_trie /proc/net/route /proc/net/if_inet6
"""
_IFA_F_TEMPORARY, _IFA_F_DADFAILED = 0x01, 0x08  # linux/if_addr.h


def read(output: bytes, snapshot: Snapshot) -> None:
    """The addresses of either form; those that failed duplicate detection are left out."""
    if b"/proc/net/" in output:
        said = Snapshot()
        read_files(output, said)
        files = {path.rpartition("/")[2]: text(content) for path, content in said.files.items()}
        snapshot.addresses = [
            *_version_4(snapshot, files.get("fib_trie", ""), files.get("route", "")),
            *_version_6(files.get("if_inet6", "")),
        ]
    elif output.strip():
        found = (_said_by_ip(line.split()) for line in text(output).splitlines())
        snapshot.addresses = [address for address in found if address]


def _said_by_ip(words: list[str]) -> Address | None:
    """`4: eth0    inet 10.0.0.5/24 brd 10.0.0.255 scope global temporary eth0 \\ …`, or `inet OWN peer OTHER/32`."""
    if len(words) < 4 or words[2] not in ("inet", "inet6") or "dadfailed" in words:
        return None
    own, _, length = words[3].partition("/")
    if words[4:5] == ["peer"]:
        length = words[5].partition("/")[2]
    bits = 32 if words[2] == "inet" else 128
    try:
        address = str(ipaddress.ip_address(own))
        return Address(int(words[0].rstrip(":")), address, int(length or bits), bits == 128 and "temporary" in words)
    except ValueError:
        return None


def _version_4(snapshot: Snapshot, trie: str, routes: str) -> list[Address]:
    """The local addresses of fib_trie, each on the interface whose narrowest connected route holds it."""
    own: set[ipaddress.IPv4Address] = set()
    before = ""
    for line in trie.splitlines():
        if "/32 host LOCAL" in line:
            own.add(ipaddress.IPv4Address(before))
        before = line.split()[-1]
    connected: list[tuple[ipaddress.IPv4Network, str]] = []
    for line in routes.splitlines()[1:]:
        name, destination, gateway, _, _, _, _, mask = line.split()[:8]
        if gateway == "00000000":
            network = ipaddress.IPv4Network((_swapped(destination), _swapped(mask).bit_count()), strict=False)
            connected.append((network, name))
    connected.sort(key=lambda one: one[0].prefixlen, reverse=True)
    found: list[Address] = []
    for address in sorted(own):
        network, name = next((one for one in connected if address in one[0]), (None, ""))
        index = interface_index(snapshot, name)
        if network is not None and index is not None:
            found.append(Address(index, str(address), network.prefixlen, False))
    return found


def _swapped(digits: str) -> int:
    return int.from_bytes(bytes.fromhex(digits)[::-1], "big")


def _version_6(listed: str) -> list[Address]:
    """`fe80…0001 04 40 20 80 eth0`: address, index, prefix length, scope and flags in hexadecimal."""
    found: list[Address] = []
    for line in listed.splitlines():
        digits, index, length, _, flags = line.split()[:5]
        said = int(flags, 16)
        if not said & _IFA_F_DADFAILED:
            address = str(ipaddress.IPv6Address(bytes.fromhex(digits)))
            found.append(Address(int(index, 16), address, int(length, 16), bool(said & _IFA_F_TEMPORARY)))
    return found


ADDRESSES = Command("addresses", _SCRIPT, read)
