"""Whether processes run in a container, and in which: read from their control groups and mounts.

Marker files such as /.dockerenv are left by images and by snapshots of them, so they prove nothing.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from cmdb_agent.host import Host
from cmdb_agent.probes.identity import machine_id

# Runtimes name a container by 64 hexadecimal digits: cgroup `docker-<id>.scope`, `/docker/<id>`, `cri-containerd-<id>`,
# `crio-<id>`, `libpod-<id>`, `/kubepods/…/<id>`.
_CGROUP_ID = re.compile(
    r"(?:/|(?P<runtime>docker|cri-containerd|crio|libpod)-)(?P<id>[0-9a-f]{64})(?:\.scope)?(?=/|$)", re.M
)
_CGROUP_LXC = re.compile(r"/(?:lxc\.payload\.|lxc/)(?P<name>[^/\s]+)", re.M)
_NAMED = "lxc:"  # before what is a name only
_RUNTIME_WORDS = (("libpod", "podman"), ("crio", "cri-o"), ("containerd", "containerd"), ("kubepods", "containerd"),
                  ("docker", "docker"))  # fmt: skip
# What a runtime mounts over /etc/hostname, /etc/hosts and /etc/resolv.conf comes from a folder named by the id.
_MOUNT_ID = re.compile(r"/(?:containers|sandboxes|overlay-containers)/(?P<id>[0-9a-f]{64})/")


class Container(NamedTuple):
    """A container: its id, which its runtime drew at random, and the runtime where it can be told."""

    container_id: str | None
    runtime: str | None


def of_cgroup(cgroup: str) -> Container | None:
    """The container that the text of a /proc/PID/cgroup names; None where it names none (cgroups(7))."""
    found = _CGROUP_ID.search(cgroup)
    if found:
        return Container(found["id"], next((name for word, name in _RUNTIME_WORDS if word in cgroup), None))
    named = _CGROUP_LXC.search(cgroup)
    return Container(f"{_NAMED}{named['name']}", "lxc") if named else None


def unique_id(host: Host, container: Container) -> str | None:
    """An id that no other container has: the runtime's own where it drew one at random.

    Runtimes of system containers give names only, the same on many machines: with the id of the machine (or, inside,
    of the container) before it, a name is unique. None where there is no such id.
    """
    if container.container_id and not container.container_id.startswith(_NAMED):
        return container.container_id
    name = (container.container_id or "").removeprefix(_NAMED) or host.uname()[1]
    machine = machine_id(host)
    return f"{machine}:{container.runtime}:{name}" if machine else None


def around(host: Host) -> Container | None:
    """The container that the agent itself runs in; None on a machine.

    A container id in the agent's own control group or mounts tells it, or a `container=` that the first process was
    started with (systemd's container interface); the latter gives no id.
    """
    inside = of_cgroup(host.text("/proc/self/cgroup") or "")
    if inside:
        return inside
    for line in (host.text("/proc/self/mountinfo") or "").splitlines():
        fields = line.split(" ")
        if len(fields) > 4 and fields[4] in ("/etc/hostname", "/etc/hosts", "/etc/resolv.conf"):
            found = _MOUNT_ID.search(fields[3])
            if found:
                return Container(found["id"], next((name for word, name in _RUNTIME_WORDS if word in fields[3]), None))
    try:
        environment = host.read("/proc/1/environ") or b""
    except PermissionError:
        return None
    for variable in environment.split(b"\x00"):
        name, _, value = variable.partition(b"=")
        if name == b"container" and value:
            return Container(None, value.decode("utf-8", "replace"))
    return None
