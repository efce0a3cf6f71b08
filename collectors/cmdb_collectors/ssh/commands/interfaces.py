"""Interfaces: what /sys/class/net says of each, and the kinds of virtual ones by ip-link(8) where there is ip."""

from __future__ import annotations

from cmdb_collectors.ssh.commands.command import Command
from cmdb_collectors.ssh.printed import read_files, text
from cmdb_collectors.ssh.snapshot import Snapshot

_NAMES = "ifindex address mtu flags operstate type ifalias speed duplex addr_assign_type uevent tun_flags \
bonding_slave/perm_hwaddr"
_SCRIPT = f"""\
grep -a -H '' {" ".join(f"/sys/class/net/*/{name}" for name in _NAMES.split())} 2>&1
ip -o -d link
"""
_FOLDER = "/sys/class/net/"
_DEVTYPES = frozenset({"bridge", "bond", "vlan", "vxlan", "wireguard", "geneve"})
_HARDWARE = {"768": "ipip", "769": "ip6tnl", "776": "sit", "778": "gre"}  # linux/if_arp.h


def read(output: bytes, snapshot: Snapshot) -> None:
    """Files of sysfs; the kind of an interface is the first word of the third part of ip's line."""
    read_files(output, snapshot)
    for path, content in list(snapshot.files.items()):
        if path.startswith(_FOLDER):
            name, _, attribute = path[len(_FOLDER) :].partition("/")
            kind = _kind(attribute, text(content))
            if kind:
                snapshot.drivers[name] = kind
    for line in text(output).splitlines():
        parts = line.split("\\")
        words = parts[0].split()
        if len(parts) > 2 and len(words) > 1 and words[0].rstrip(":").isdigit() and parts[2].split():
            snapshot.drivers[words[1].rstrip(":").partition("@")[0]] = parts[2].split()[0]


def _kind(attribute: str, content: str) -> str | None:
    """The kind as far as sysfs tells it: for what has no ip, and for one that knows no `-d`."""
    if attribute == "uevent":
        said = next((line[8:] for line in content.splitlines() if line.startswith("DEVTYPE=")), None)
        return said if said in _DEVTYPES else None
    if attribute == "tun_flags":
        return "tun"
    return _HARDWARE.get(content) if attribute == "type" else None


def interface_index(snapshot: Snapshot, name: str) -> int | None:
    """The kernel's number of an interface, once this command was read; None where it is not known."""
    said = snapshot.files.get(f"{_FOLDER}{name}/ifindex", b"")
    return int(said) if said.isdigit() else None


INTERFACES = Command("interfaces", _SCRIPT, read)
