"""A Linux machine that answered the script: the agent's probes read it as they read the machine they run on."""

from __future__ import annotations

import ipaddress
import posixpath
import re
from collections.abc import Iterator

from cmdb_agent.host import FILE_BYTES_MAX, Host
from cmdb_agent.processes import command_line, table
from cmdb_agent.rtnetlink import Address, Link, Route, oper_status

from cmdb_collectors.ssh.snapshot import Snapshot

_OWN_SOCKETS = "/proc/self/net/"
_NAMESPACE_FILE = re.compile(r"/proc/(\d+)/net/(\w+)")
_LINKS_MAX = 40  # symbolic links that are followed for one path, as in path_resolution(7)
_CLOCK_TOLERANCE_SECONDS = 5
_ELF_DATA = 5  # where an ELF header says its byte order (elf(5), EI_DATA): 2 is big


class RemoteHost(Host):
    """The machine of a snapshot. `now`: seconds since 1970 by this machine's clock, when the answer had come."""

    def __init__(self, snapshot: Snapshot, now: float) -> None:
        super().__init__()
        self._said = snapshot
        self._now = now
        self._sample = 0
        self._own_pid = _leave_out_session(snapshot)
        self._children = snapshot.children()
        header = snapshot.files.get("/proc/self/exe", b"")
        self.byte_order = "big" if header[_ELF_DATA : _ELF_DATA + 1] == b"\x02" else "little"
        self.page_bytes = _number(snapshot.facts.get("page_bytes"))
        self.clock_ticks_per_second = _number(snapshot.facts.get("ticks")) or 100  # USER_HZ of nearly every Linux
        self._own_connection = _pattern_of_connection(snapshot.facts.get("connection", ""), self.byte_order)
        spaces = {
            snapshot.links.get(f"/proc/{said[1]}/ns/net"): said[1]
            for said in map(_NAMESPACE_FILE.fullmatch, snapshot.files)
            if said
        }
        self._spaces = {name: pid for name, pid in spaces.items() if name}

    def sample_numbers(self) -> range:
        """The samples of the sockets that were taken, in their order."""
        return range(len(self._said.samples))

    def show_sample(self, number: int) -> None:
        """From now on, the sockets are those of this sample."""
        self._sample = number

    def read(self, path: str, limit: int = FILE_BYTES_MAX) -> bytes | None:
        """The bytes of a file, at most `limit`; None where there is none. Raises PermissionError."""
        self._check(path)
        if path.startswith(_OWN_SOCKETS):
            return self._own_sockets(path[len(_OWN_SOCKETS) :])
        content = self._said.files.get(path)
        if content is None:
            content = self._namespace_file(path)
        return None if content is None else content[:limit]

    def names(self, path: str) -> list[str]:
        """The names in a folder, sorted; empty where there is none. Raises PermissionError."""
        self._check(path)
        return sorted(self._children.get(path, ()))

    def link(self, path: str) -> str | None:
        """Where a symbolic link points, as it is written; None where it is none. Raises PermissionError."""
        self._check(path)
        return self._said.links.get(path)

    def links(self, folder: str) -> list[str]:
        """Where the symbolic links in a folder point, of /proc/PID/fd those to sockets. Raises PermissionError."""
        self._check(folder)
        return sorted(self._said.descriptors.get(folder, ()))

    def resolved(self, path: str) -> str:
        """The path with every symbolic link followed that is known."""
        for _ in range(_LINKS_MAX):
            target = self._said.links.get(path)
            if target is None:
                break
            path = posixpath.normpath(posixpath.join(self.resolved(posixpath.dirname(path)), target))
        parent, name = posixpath.split(path)
        return path if parent in ("/", "") else posixpath.join(self.resolved(parent), name)

    def exists(self, path: str) -> bool:
        """True where something stands at the path that was seen."""
        folder, _, name = path.rpartition("/")
        return name in self._children.get(folder, ())

    def modified_ns(self, path: str) -> int | None:
        """0 for a file that is there, whose time was not asked; None where there is none."""
        return 0 if path in self._said.files or path in self._said.paths else None

    def filesystem_bytes(self, mount_point: str) -> tuple[int, int] | None:
        """Size and used bytes of a mounted local filesystem; None where it did not answer."""
        return self._said.figures.get(mount_point)

    def uname(self) -> tuple[str, str, str, str]:
        """Kernel name, node name, kernel release and machine."""
        facts = self._said.facts
        return facts.get("kernel", ""), facts.get("node", ""), facts.get("release", ""), facts.get("machine", "")

    def is_privileged(self) -> bool:
        """True where the login is root's."""
        return self._said.facts.get("user") == "0"

    def own_pid(self) -> int:
        """The process of the login on the machine."""
        return self._own_pid

    def now(self) -> float:
        """Seconds since 1970 by the collector's clock."""
        return self._now

    def booted_at(self) -> int | None:
        """When the machine booted, epoch milliseconds by the collector's clock: the machine's own may be wrong."""
        booted = super().booted_at()
        said = _number(self._said.facts.get("time"))
        if booted is None or said is None or abs(self._now - said) <= _CLOCK_TOLERANCE_SECONDS:
            return booted
        return booted + round(self._now - said) * 1000

    def output(self, arguments: tuple[str, ...]) -> bytes | None:
        """What a program printed; None where there is no such program, or it failed."""
        return self._said.outputs.get(arguments)

    def network_links(self) -> list[Link]:
        """Every interface of the login's network namespace, out of /sys/class/net. Raises OSError without that."""
        found = [link for link in map(self._network_link, self.names("/sys/class/net")) if link]
        if not found:
            raise OSError("/sys/class/net is not there")
        return found

    def _network_link(self, name: str) -> Link | None:
        folder = f"/sys/class/net/{name}"
        index, mac = self.number(f"{folder}/ifindex"), self.text(f"{folder}/address")
        if index is None:
            return None
        return Link(
            if_index=index,
            name=name,
            hardware_type=self.number(f"{folder}/type") or 0,
            flags=int(self.text(f"{folder}/flags") or "0", 16),
            mac=mac if mac and len(mac) == 17 and mac != "00:00:00:00:00:00" else None,
            mtu=self.number(f"{folder}/mtu"),
            oper_status=oper_status(self.text(f"{folder}/operstate") or ""),
            driver=self._said.drivers.get(name),
            alias=self.text(f"{folder}/ifalias"),
        )

    def network_addresses(self) -> list[Address]:
        """Every address of the login's network namespace. Raises OSError where nothing tells them."""
        if self._said.addresses is None:
            raise OSError("there is neither ip nor /proc/net")
        return self._said.addresses

    def network_routes(self, limit: int) -> list[Route]:
        """The routes that have a gateway, at most `limit`. Raises OSError where nothing tells them."""
        if self._said.routes is None:
            raise OSError("there is neither ip nor /proc/net")
        return self._said.routes[:limit]

    def dump(self, name: str, protocol: int, request: bytes) -> Iterator[bytes]:
        """No netlink from afar: sockets are read out of /proc/net. Raises OSError."""
        raise OSError(f"{name}: no netlink over SSH")

    def _own_sockets(self, name: str) -> bytes | None:
        """The sockets of the present sample, without the collector's own connection."""
        samples = self._said.samples
        content = samples[self._sample].get(_OWN_SOCKETS + name) if samples else None
        if content is None or self._own_connection is None:
            return content
        return b"\n".join(line for line in content.split(b"\n") if not self._own_connection.search(line))

    def _namespace_file(self, path: str) -> bytes | None:
        """A file of /proc/PID/net: that of the process which was asked in the same network namespace."""
        said = _NAMESPACE_FILE.fullmatch(path)
        pid = self._spaces.get(self._said.links.get(f"/proc/{said[1]}/ns/net", "")) if said else None
        return self._said.files.get(f"/proc/{pid}/net/{said[2]}") if said and pid else None

    def _check(self, path: str) -> None:
        if path in self._said.denied:
            raise PermissionError(13, "Permission denied", path)


def _leave_out_session(snapshot: Snapshot) -> int:
    """Take the script's own processes out of a snapshot; the process of the login, which stays.

    The shell and what it started are nobody's service, even where the login's control group is that of the SSH server.
    """
    shell = _number(snapshot.facts.get("shell")) or 0
    parents: dict[int, int] = {}
    for path, content in snapshot.files.items():
        parts = path.split("/")
        if len(parts) == 4 and parts[1] == "proc" and parts[3] == "stat" and parts[2].isdecimal():
            fields = content.rpartition(b")")[2].split()
            parents[int(parts[2])] = int(fields[1]) if len(fields) > 1 and fields[1].isdigit() else 0
    own: set[int] = {shell} - {0}  # 0 is the parent of the first process
    ancestors = list(_ancestors(shell, parents))
    sessions = [pid for pid in ancestors if command_line.is_session(_arguments(snapshot, pid))]
    login = sessions[0] if sessions else shell
    own.update(ancestors[: ancestors.index(login)] if sessions else ())
    grown = True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in own and pid not in own}
        own |= more
        grown = bool(more)
    space = snapshot.links.get(f"/proc/{shell}/ns/net")
    for said in (snapshot.files, snapshot.links, snapshot.descriptors):
        for path in [path for path in said if path.startswith("/proc/") and _pid(path) in own]:
            del said[path]
    snapshot.denied = {path for path in snapshot.denied if _pid(path) not in own.union(sessions)}
    if space:  # the login's process may hide its own from the very user who logged in
        snapshot.links[f"/proc/{login}/ns/net"] = space
    return login


def _ancestors(pid: int, parents: dict[int, int]) -> Iterator[int]:
    """The processes above one, the nearest first."""
    seen = {pid}
    while (pid := parents.get(pid, 0)) in parents and pid not in seen:
        seen.add(pid)
        yield pid


def _pid(path: str) -> int | None:
    parts = path.split("/", 3)
    return int(parts[2]) if len(parts) > 2 and parts[1] == "proc" and parts[2].isdecimal() else None


def _arguments(snapshot: Snapshot, pid: int) -> tuple[str, ...]:
    return table.arguments(snapshot.files.get(f"/proc/{pid}/cmdline", b""))


def _pattern_of_connection(said: str, byte_order: str) -> re.Pattern[bytes] | None:
    """What the socket of a login looks like in /proc/net/tcp: `CLIENT PORT SERVER PORT` of SSH_CONNECTION (ssh(1)).

    From either end, for a collector that reads the machine it runs on.
    """
    words = said.split()
    if len(words) != 4 or not (words[1].isdecimal() and words[3].isdecimal()):
        return None
    ends: list[str] = []
    for address, port in ((words[0], words[1]), (words[2], words[3])):
        try:
            raw = ipaddress.ip_address(address.partition("%")[0]).packed
        except ValueError:
            return None
        if byte_order == "little":
            raw = b"".join(raw[at : at + 4][::-1] for at in range(0, len(raw), 4))
        ends.append(f"[0-9A-F]*{raw.hex().upper()}:{int(port):04X}")
    there, here = ends
    return re.compile(f" (?:{there} {here}|{here} {there}) ".encode())


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None
