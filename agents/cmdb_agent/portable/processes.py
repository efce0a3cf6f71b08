"""Processes and sockets through psutil."""

from __future__ import annotations

from typing import Any

import psutil

from cmdb_agent.processes.sampling import Sampler
from cmdb_agent.processes.sockets import Socket
from cmdb_agent.processes.table import Process

_MAPPED = "::ffff:"  # an IPv4 address in IPv6 (RFC 4291, 2.5.5.2)


class PortableSampler(Sampler):
    """The same samples out of psutil's list of connections, which names one process for each."""

    def sample(self) -> None:
        """Take one sample."""
        seen: list[Socket] = []
        self._holders: dict[int, frozenset[int]] = {}
        for number, row in enumerate(self._connections(), start=1):
            is_connected = bool(row.raddr)
            if not row.laddr or (row.type == 1 and row.status not in (psutil.CONN_LISTEN, psutil.CONN_ESTABLISHED)):
                continue
            seen.append(
                Socket(
                    "tcp" if row.type == 1 else "udp",
                    _plain(row.laddr.ip),
                    row.laddr.port,
                    _plain(row.raddr.ip) if is_connected else None,
                    row.raddr.port if is_connected else None,
                    number,
                )
            )
            self._holders[number] = frozenset({row.pid}) if row.pid else frozenset()
        self._started.clear()
        self.note([seen])

    def sample_completely(self, namespaces: dict[str, int]) -> None:
        """Take one sample: there are no other namespaces here."""
        self.sample()

    def processes(self) -> dict[int, Process]:
        """The processes by pid; what the system hides of one is unknown."""
        wanted = ["pid", "ppid", "name", "create_time", "memory_info", "cmdline", "exe"]
        found: dict[int, Process] = {}
        for process in psutil.process_iter(wanted, ad_value=None):
            said = process.info
            memory = said["memory_info"]
            found[process.pid] = Process(
                pid=process.pid,
                parent=said["ppid"] or 0,
                name=said["name"] or "",
                started=self._ticks(said["create_time"]),
                resident_pages=memory.rss // (self.host.page_bytes or 1) if memory else 0,
                arguments=tuple(said["cmdline"] or ()),
                executable=said["exe"] or None,
                unit=None,
                container=None,
                network_namespace=None,
            )
        return found

    def user_of(self, process: Process) -> str | None:
        """The user that a process runs as."""
        try:
            return psutil.Process(process.pid).username()
        except psutil.Error:
            return None

    def _start_of(self, pid: int) -> list[int]:
        try:
            return [self._ticks(psutil.Process(pid).create_time())]
        except psutil.Error:
            return []

    def _connections(self) -> list[Any]:
        """Every connection that may be seen; on some systems only root sees those of others."""
        try:
            return psutil.net_connections(kind="inet")
        except psutil.AccessDenied:
            rows: list[Any] = []
            for process in psutil.process_iter():
                try:
                    rows += [row._replace(pid=process.pid) for row in process.net_connections(kind="inet")]
                except psutil.Error:
                    self.samples.unreadable.add(process.pid)
            return rows

    def _ticks(self, created_at: float | None) -> int:
        """A start time as clock ticks since boot."""
        return round(((created_at or 0) - psutil.boot_time()) * self.host.clock_ticks_per_second)


def _plain(address: str) -> str:
    return address[len(_MAPPED) :] if address.startswith(_MAPPED) and "." in address else address.partition("%")[0]
