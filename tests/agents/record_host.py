"""Records this machine for replay: `python tests/agents/record_host.py FOLDER "who, where, what"`.

What identifies the machine is scrubbed by hand afterwards. The kernel's answers go into recorded.json.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from pathlib import Path

from cmdb_agent import netlink
from cmdb_agent.host import Host
from cmdb_agent.probes import mounts

FILES = (
    "/proc/cpuinfo", "/proc/meminfo", "/proc/loadavg", "/proc/stat", "/proc/self/mountinfo", "/proc/self/cgroup",
    "/proc/sys/kernel/random/boot_id", "/proc/sys/net/ipv4/ip_local_port_range", "/etc/os-release", "/etc/hosts",
    "/etc/resolv.conf", "/etc/timezone",
)  # fmt: skip
BLOCK = ("size", "dev", "serial", "ro", "queue/rotational", "device/vendor", "device/model", "device/serial", "dm/uuid",
         "partition")  # fmt: skip
NET = ("speed", "duplex", "addr_assign_type", "ifindex")


def main(folder: str, note: str) -> None:
    root, host = Path(folder), Host()
    for path in (*FILES, *_below("/sys/block", BLOCK), *_below("/sys/class/net", NET)):
        _copy(host, root, path)
    for name in host.names("/sys/class/dmi/id"):
        _copy(host, root, f"/sys/class/dmi/id/{name}")
    for path in ("/etc/localtime", *(f"/sys/class/net/{name}/device" for name in host.names("/sys/class/net"))):
        target = host.link(path)
        if target:
            place = root / path.lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            os.symlink(target, place)
    kinds = {
        "links": netlink.request(netlink.RTM_GETLINK, struct.pack("=BxHiII", 0, 0, 0, 0, 0)),
        "addresses": netlink.request(netlink.RTM_GETADDR, struct.pack("=BBBBi", 0, 0, 0, 0, 0)),
        "routes": netlink.request(netlink.RTM_GETROUTE, struct.pack("=BBBBBBBBI", 0, 0, 0, 0, 0, 0, 0, 0, 0)),
    }
    answers = {name: b"".join(host.dump(name, netlink.NETLINK_ROUTE, asked)).hex() for name, asked in kinds.items()}
    mounted = mounts.filesystems(host.text("/proc/self/mountinfo") or "")
    figures = {mount.mount_point: host.filesystem_bytes(mount.mount_point) for mount in mounted if not mount.is_remote}
    said = {"note": note, "uname": host.uname(), "filesystem_bytes": figures, "netlink": answers}
    (root / "recorded.json").write_text(json.dumps(said, indent=1) + "\n")


def _below(folder: str, names: tuple[str, ...]) -> list[str]:
    return [f"{folder}/{entry}/{name}" for entry in Host().names(folder) for name in names]


def _copy(host: Host, root: Path, path: str) -> None:
    try:
        content = host.read(path)
    except PermissionError:
        return
    if content is not None:
        (root / path.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
        (root / path.lstrip("/")).write_bytes(content)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
