"""The processes of the machine, out of /proc (proc(5)): one entry each, kernel threads left out."""

from __future__ import annotations

import re
from typing import NamedTuple

from cmdb_agent.containment import Container, of_cgroup
from cmdb_agent.host import Host

_KERNEL_THREAD = 0x00200000  # PF_KTHREAD of linux/sched.h, in the field `flags` of stat
_COMMAND_LINE_BYTES_MAX = 1 << 16

# Units that systemd names anew each time, or for one connection each: no name to know a service by.
# (Scopes are made by programs, for logins, containers and machines, and none has a unit file.)
_TRANSIENT_UNIT = re.compile(r"run-.*|user@.*|.*@\d+-[^/]*:\d+-[^/]*:\d+\.service")
_UNIT = re.compile(r"([^/]+\.(?:service|socket|mount|swap))(?:/|$)")


class Process(NamedTuple):
    """One process. `started` counts clock ticks since boot: with the pid it names the process for its whole life.

    `executable` is None where it may not be read; `network_namespace` likewise.
    """

    pid: int
    parent: int
    name: str
    started: int
    resident_pages: int
    arguments: tuple[str, ...]
    executable: str | None
    unit: str | None
    container: Container | None
    network_namespace: str | None

    @property
    def identity(self) -> tuple[int, int]:
        """Pid and start: never the same for two processes of one boot."""
        return self.pid, self.started

    @property
    def program(self) -> str:
        """The path of the program as far as it is known: its file, else its first argument, else its short name."""
        if self.executable:
            return self.executable
        first = self.arguments[0].split(" ")[0] if self.arguments else ""
        return first if first.startswith("/") else self.name


def read(host: Host) -> dict[int, Process]:
    """The processes by pid. One that ends while it is read is left out."""
    groups: dict[bytes, tuple[str | None, Container | None]] = {}
    found: dict[int, Process] = {}
    for pid in pids(host):
        process = _process(host, pid, groups)
        if process is not None:
            found[pid] = process
    return found


def pids(host: Host) -> list[int]:
    """The ids of every process, kernel threads included."""
    return sorted(int(name) for name in host.names("/proc") if name.isdigit())


def start_of(host: Host, pid: int) -> int | None:
    """When a process started, in clock ticks since boot; None where it is gone."""
    fields = _stat(host, pid)
    return int(fields[19]) if fields else None


def is_kernel_thread(fields: list[bytes]) -> bool:
    """True for the fields (after the name) of a stat that belongs to the kernel."""
    return bool(int(fields[6]) & _KERNEL_THREAD)


def _stat(host: Host, pid: int) -> list[bytes]:
    """The fields of /proc/PID/stat after the name, which may hold spaces and parentheses itself."""
    return (host.read(f"/proc/{pid}/stat") or b"").rpartition(b")")[2].split()


def _process(host: Host, pid: int, groups: dict[bytes, tuple[str | None, Container | None]]) -> Process | None:
    raw = host.read(f"/proc/{pid}/stat") or b""
    head, _, tail = raw.rpartition(b")")
    fields = tail.split()
    if len(fields) < 22 or is_kernel_thread(fields) or fields[0] in (b"Z", b"X"):
        return None
    cgroup = host.read(f"/proc/{pid}/cgroup") or b""
    if cgroup not in groups:
        groups[cgroup] = _unit_and_container(cgroup.decode("utf-8", "replace"))
    unit, container = groups[cgroup]
    return Process(
        pid=pid,
        parent=int(fields[1]),
        name=head.partition(b"(")[2].decode("utf-8", "replace"),
        started=int(fields[19]),
        resident_pages=int(fields[21]),
        arguments=arguments(host.read(f"/proc/{pid}/cmdline", _COMMAND_LINE_BYTES_MAX) or b""),
        executable=_executable(host, pid),
        unit=unit,
        container=container,
        network_namespace=_link(host, f"/proc/{pid}/ns/net"),
    )


def arguments(raw: bytes) -> tuple[str, ...]:
    """The arguments of a command line; a program that writes its title over them leaves one, padded with NULs."""
    text = raw.rstrip(b"\x00").decode("utf-8", "replace").rstrip()
    return tuple(text.split("\x00")) if text else ()


def _executable(host: Host, pid: int) -> str | None:
    path = _link(host, f"/proc/{pid}/exe")
    return path[: -len(" (deleted)")] if path and path.endswith(" (deleted)") else path


def _link(host: Host, path: str) -> str | None:
    try:
        return host.link(path)
    except PermissionError:
        return None


def _unit_and_container(cgroup: str) -> tuple[str | None, Container | None]:
    container = of_cgroup(cgroup)
    for line in cgroup.splitlines():
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controllers in ("", "name=systemd"):
            unit = unit_of(path)
            if unit:
                return unit, container
    return None, container


def user_of(host: Host, pid: int) -> str | None:
    """The effective user of a process: its name, or its number where it has none (proc_pid_status(5), Uid)."""
    for line in (host.read(f"/proc/{pid}/status") or b"").splitlines():
        if line.startswith(b"Uid:"):
            number = line.split()[2].decode()
            rows = (row.split(":") for row in (host.text("/etc/passwd") or "").splitlines())
            return next((row[0] for row in rows if len(row) > 3 and row[2] == number), number)
    return None


def unit_of(path: str) -> str | None:
    """The named unit of a control group path; None for login sessions, users' own units and what has a drawn name."""
    if path.startswith("/user.slice/"):
        return None
    found = _UNIT.search(path)
    return None if found is None or _TRANSIENT_UNIT.fullmatch(found[1]) else found[1]
