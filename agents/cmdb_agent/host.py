"""The machine that is being read: its files under a root folder, and what only the running kernel answers.

Every probe reads through a `Host`, so that a recorded machine (a copy of its /proc, /sys and /etc) replays anywhere.
"""

from __future__ import annotations

import errno
import os
import socket
import time
from collections.abc import Iterator

from cmdb_agent import netlink, rtnetlink
from cmdb_agent.programs import FOLDERS, OUTPUT_BYTES_MAX, OUTPUT_SECONDS_MAX, PROGRAMS

CHUNK_BYTES = 1 << 16
FILE_BYTES_MAX = 64 << 20  # more than any file read here; a guard against special files without an end

# What sysfs and procfs answer for a value that does not exist right now: no carrier, no such device, process gone.
_ABSENT = frozenset({
    errno.ENOENT, errno.ENOTDIR, errno.ESRCH, errno.ENODEV, errno.ENXIO, errno.EINVAL, errno.EOPNOTSUPP, errno.EIO,
    errno.ELOOP,
})  # fmt: skip


class Host:
    """The running machine, or the recording of one under `root`.

    `byte_order`, `page_bytes` and `clock_ticks_per_second` are those of its processor and kernel; `page_bytes` is None
    where they are another machine's and it did not say.
    """

    byte_order = netlink.BYTE_ORDER
    page_bytes: int | None = os.sysconf("SC_PAGE_SIZE")
    clock_ticks_per_second = os.sysconf("SC_CLK_TCK")

    def __init__(self, root: str = "/") -> None:
        self.root = root.rstrip("/")

    def path(self, path: str) -> str:
        """Where an absolute path of the machine stands here."""
        return self.root + path if self.root else path

    def read(self, path: str, limit: int = FILE_BYTES_MAX) -> bytes | None:
        """The bytes of a file, at most `limit`; None where there is none. Raises PermissionError."""
        try:
            descriptor = os.open(self.path(path), os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            return _absent(error)
        try:
            parts: list[bytes] = []
            left = limit
            while left > 0:
                part = os.read(descriptor, min(CHUNK_BYTES, left))
                if not part:
                    break
                parts.append(part)
                left -= len(part)
            return b"".join(parts)
        except OSError as error:
            return _absent(error)
        finally:
            os.close(descriptor)

    def text(self, path: str) -> str | None:
        """The text of a file without surrounding white space and NULs; None where it is missing or empty.

        Raises PermissionError.
        """
        raw = self.read(path)
        if raw is None:
            return None
        return raw.decode("utf-8", "replace").strip().strip("\x00").strip() or None

    def number(self, path: str) -> int | None:
        """The integer in a file; None where there is none. Raises PermissionError."""
        text = self.text(path)
        try:
            return int(text) if text else None
        except ValueError:
            return None

    def names(self, path: str) -> list[str]:
        """The names in a folder, sorted; empty where there is none. Raises PermissionError."""
        try:
            return sorted(os.listdir(self.path(path)))
        except OSError as error:
            _absent(error)
            return []

    def link(self, path: str) -> str | None:
        """Where a symbolic link points, as it is written; None where it is none. Raises PermissionError."""
        try:
            return os.readlink(self.path(path))
        except OSError as error:
            return _absent(error)

    def links(self, folder: str) -> list[str]:
        """Where the symbolic links in a folder point; empty where there is none. Raises PermissionError."""
        place = self.path(folder)
        found: list[str] = []
        for name in self.names(folder):
            try:
                found.append(os.readlink(f"{place}/{name}"))
            except OSError as error:  # closed meanwhile, or no link
                _absent(error)
        return found

    def resolved(self, path: str) -> str:
        """The path with every symbolic link followed, as the machine itself would write it."""
        real = os.path.realpath(self.path(path))
        return real[len(self.root) :] if self.root and real.startswith(self.root) else real

    def exists(self, path: str) -> bool:
        """True where something stands at the path that may be seen."""
        return os.path.lexists(self.path(path))

    def modified_ns(self, path: str) -> int | None:
        """When a file was last changed, nanoseconds since 1970; None where there is none."""
        try:
            return os.stat(self.path(path)).st_mtime_ns
        except OSError:
            return None

    def filesystem_bytes(self, mount_point: str) -> tuple[int, int] | None:
        """Size and used bytes of a mounted local filesystem; None where it does not answer (statvfs(3))."""
        try:
            figures = os.statvfs(mount_point)
        except OSError:
            return None
        return figures.f_blocks * figures.f_frsize, (figures.f_blocks - figures.f_bfree) * figures.f_frsize

    def uname(self) -> tuple[str, str, str, str]:
        """Kernel name, node name, kernel release and machine (uname(2))."""
        named = os.uname()
        return named.sysname, named.nodename, named.release, named.machine

    def is_privileged(self) -> bool:
        """True where nothing of other users is hidden by lack of rights."""
        return os.geteuid() == 0

    def own_pid(self) -> int:
        """The process id of this agent."""
        return os.getpid()

    def now(self) -> float:
        """Seconds since 1970 by this machine's clock."""
        return time.time()

    def booted_at(self) -> int | None:
        """When the machine booted, epoch milliseconds (`btime` of /proc/stat, proc(5))."""
        found = (self.read("/proc/stat") or b"").rpartition(b"\nbtime ")[2].split(b"\n", 1)[0]
        return int(found) * 1000 if found.isdigit() else None

    def output(self, arguments: tuple[str, ...]) -> bytes | None:
        """What a program of `PROGRAMS` prints on standard output; None where there is no such program, or it failed.

        It runs without a shell, with no variables of the caller's, for a bounded time. Raises ValueError for any other.
        """
        if arguments not in PROGRAMS:
            raise ValueError(f"{arguments[0]} is none of the programs that are run")
        import shutil  # these two cost more than most probes, and few systems need them
        import subprocess

        place = shutil.which(arguments[0], path=FOLDERS)
        if place is None or self.root:  # a recording runs nothing
            return None
        try:
            done = subprocess.run(  # noqa: S603 - a listed program, from the system's own folders
                [place, *arguments[1:]], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                timeout=OUTPUT_SECONDS_MAX, check=False, env={"LC_ALL": "C", "PATH": FOLDERS}, cwd="/",
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout if done.returncode == 0 and len(done.stdout) <= OUTPUT_BYTES_MAX else None

    def network_links(self) -> list[rtnetlink.Link]:
        """Every interface of this network namespace. Raises OSError where the kernel does not answer."""
        return rtnetlink.links(self.dump("links", netlink.NETLINK_ROUTE, rtnetlink.LINKS))

    def network_addresses(self) -> list[rtnetlink.Address]:
        """Every address of this network namespace, those that failed duplicate detection apart. Raises OSError."""
        return rtnetlink.addresses(self.dump("addresses", netlink.NETLINK_ROUTE, rtnetlink.ADDRESSES))

    def network_routes(self, limit: int) -> list[rtnetlink.Route]:
        """The main table's unicast routes that have a gateway, about `limit` where there are more. Raises OSError."""
        return rtnetlink.routes(self.dump("routes", netlink.NETLINK_ROUTE, rtnetlink.ROUTES), limit)

    def dump(self, name: str, protocol: int, request: bytes) -> Iterator[bytes]:
        """The datagrams that the kernel answers to a netlink dump request, until NLMSG_DONE (netlink(7)).

        `name` says what is asked, for recordings. Raises OSError where the kernel refuses.
        """
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, protocol) as link:
            link.settimeout(5)
            link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
            link.bind((0, 0))
            link.send(request)
            while True:
                datagram = link.recv(1 << 18)
                yield datagram
                if _ends(datagram):
                    return


def _ends(datagram: bytes) -> bool:
    """True where a datagram of a dump holds NLMSG_DONE (3) or NLMSG_ERROR (2)."""
    offset = 0
    while offset + 16 <= len(datagram):
        length = int.from_bytes(datagram[offset : offset + 4], netlink.BYTE_ORDER)
        if int.from_bytes(datagram[offset + 4 : offset + 6], netlink.BYTE_ORDER) in (2, 3) or length < 16:
            return True
        offset += (length + 3) & ~3
    return False


def _absent(error: OSError) -> None:
    """None for an error that means "not there"; raises every other one."""
    if error.errno not in _ABSENT:
        raise error
