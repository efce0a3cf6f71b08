"""Hardware, filesystems and interfaces through psutil."""

from __future__ import annotations

import ipaddress
import os
import platform
import socket
from typing import Any

import psutil

from cmdb_agent.host import Host
from cmdb_agent.probes.mounts import REMOTE
from cmdb_agent.probes.network import is_routed
from cmdb_agent.reading import ROOT, Reading

_DUPLEX: dict[int, str] = {int(psutil.NIC_DUPLEX_FULL): "full", int(psutil.NIC_DUPLEX_HALF): "half"}


def read_hardware(host: Host) -> Reading:
    """Processor and memory; the section is partial, for maker and serial number are missing."""
    reading = Reading("hardware")
    memory = psutil.virtual_memory()
    reading.set(
        cpu_model=platform.processor(),
        cpu_count=psutil.cpu_count(),
        cpu_core_count=psutil.cpu_count(logical=False),
        memory_bytes=memory.total,
        memory_available_bytes=memory.available,
        swap_bytes=psutil.swap_memory().total,
        load_average_1m=os.getloadavg()[0],
    )
    reading.missed("not_available", "maker, model and serial number are not read on this system")
    return reading


def read_storage(host: Host) -> Reading:
    """The mounted filesystems; the section is partial, for the devices below them are missing."""
    reading = Reading("storage")
    for mounted in psutil.disk_partitions(all=False):
        is_remote = mounted.fstype in REMOTE or mounted.device.startswith("//") or ":/" in mounted.device
        figures = None if is_remote else host.filesystem_bytes(mounted.mountpoint)
        size_bytes, used_bytes = figures or (None, None)
        reading.add(
            f"fs:{mounted.mountpoint}", "Filesystem", ROOT,
            mount_point=mounted.mountpoint, device=mounted.device, filesystem_type=mounted.fstype,
            size_bytes=size_bytes, used_bytes=used_bytes, is_read_only="ro" in mounted.opts.split(","),
        )  # fmt: skip
    reading.missed("not_available", "disks and partitions are not read on this system")
    return reading


def read_network(host: Host) -> Reading:
    """Interfaces and addresses; the section is partial, for routes are missing."""
    reading = Reading("network")
    held = psutil.net_if_addrs()
    routed: set[str] = set()
    seen: set[str] = set()
    for name, stats in sorted(psutil.net_if_stats().items()):
        addresses = held.get(name, [])
        mac = next((a.address.lower().replace("-", ":") for a in addresses if a.family == psutil.AF_LINK), None)
        state = "up" if stats.isup else "down"
        reading.add(
            f"if:{name}", "NetworkInterface", ROOT,
            name=name, if_index=_index(name), mac_address=mac, mtu=stats.mtu, duplex=_DUPLEX.get(stats.duplex),
            speed_bits_per_second=stats.speed * 1_000_000 or None, admin_status=state, oper_status=state,
        )  # fmt: skip
        for one in addresses:
            if one.family in (socket.AF_INET, socket.AF_INET6) and _add_address(reading, seen, name, one):
                routed.update([mac] if mac else [])
    if routed:
        reading.identifiers["routed_macs"] = sorted(routed)
    reading.missed("not_available", "routes are not read on this system")
    return reading


def _add_address(reading: Reading, seen: set[str], interface: str, held: Any) -> bool:
    """Add an address with its subnet, each once; False for one that means nothing beyond its link."""
    address = held.address.partition("%")[0]
    key = f"addr:{address}"
    if not is_routed(address) or key in seen:
        return False
    seen.add(key)
    reading.add(key, "IPAddress", f"if:{interface}", address=address)
    if held.netmask:
        network = ipaddress.ip_network(f"{address}/{_prefix_length(held.netmask)}", strict=False)
        if network.num_addresses > 1 and f"net:{network}" not in seen:
            seen.add(f"net:{network}")
            reading.add(f"net:{network}", "Subnet", key, prefix=str(network))
    return True


def _prefix_length(netmask: str) -> int:
    return bin(int(ipaddress.ip_address(netmask))).count("1")


def _index(name: str) -> int | None:
    try:
        return socket.if_nametoindex(name)
    except OSError:  # the interface went away meanwhile
        return None
