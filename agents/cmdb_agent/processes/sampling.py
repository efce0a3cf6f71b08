"""Samples of the sockets over time: who listens, who holds a connection to whom, and in how many samples."""

from __future__ import annotations

import time
from typing import NamedTuple

from cmdb_agent.host import Host
from cmdb_agent.processes import sockets, table
from cmdb_agent.processes.sockets import Socket
from cmdb_agent.processes.table import Process

Identity = tuple[int, int]
"""Pid and start of a process."""

CALLS_MAX = 20_000  # (process, far end) pairs kept between two documents
SEARCH_SECONDS = 10  # how long it is believed which process holds a socket
NOBODY: frozenset[int] = frozenset()
LOOPBACK = ("127.0.0.1", "::1")  # in a container's namespace it is nobody that the machine could name


class FarEnd(NamedTuple):
    """The listener that a process connects to."""

    address: str
    port: int
    protocol: str


class Samples:
    """What was seen since the last document.

    `calls`: in how many samples a process held a connection to a far end. `held`: in how many it held any.
    `clients`: the connections that came in, as they stood in the last sample. `listeners` likewise, with all holders.
    `unreadable`: processes whose sockets could not be seen in the last search.
    """

    def __init__(self) -> None:
        self.calls: dict[tuple[Identity, FarEnd], int] = {}
        self.held: dict[Identity, int] = {}
        self.listeners: list[tuple[Socket, frozenset[int]]] = []
        self.clients: list[tuple[Socket, frozenset[int]]] = []
        self.unreadable: set[int] = set()


class Sampler:
    """Reads the sockets again and again, and looks for the processes behind them only where a socket is new."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.samples = Samples()
        self._holders: dict[int, frozenset[int]] = {}
        self._started: dict[int, int] = {}
        self._ephemeral = _ephemeral_ports(host)
        self._searched_at = 0.0

    def sample(self) -> None:
        """Take one sample of the own network namespace."""
        self._sample([sockets.read(self.host)], is_complete=False)

    def sample_completely(self, namespaces: dict[str, int]) -> None:
        """Take one sample of every network namespace.

        Every process is looked at anew unless that was done just now: sockets pass from one to another.

        `namespaces`: a process in each network namespace apart from the own one. Their sockets come out of files, which
        the kernel fills slowly: hence not in every sample.
        """
        spaces = [sockets.read(self.host)]
        for name, pid in sorted(namespaces.items()):
            spaces.append(sockets.read_files(self.host, f"/proc/{pid}/net", name))
        self._sample(spaces, is_complete=time.monotonic() - self._searched_at > SEARCH_SECONDS)

    def _sample(self, spaces: list[list[Socket]], is_complete: bool) -> None:
        # A connection that its program has not accepted yet has no inode, and none to hold it.
        inodes = {socket.inode for space in spaces for socket in space if socket.inode}
        if is_complete or not inodes <= self._holders.keys():
            found = self._find_holders(inodes)
            self._holders = {inode: found.get(inode, frozenset()) for inode in inodes}
        else:
            self._holders = {inode: self._holders[inode] for inode in inodes}
        self.note(spaces)

    def note(self, spaces: list[list[Socket]]) -> None:
        """Count what the sockets of each namespace say, by the holders that are known."""
        samples = self.samples
        samples.listeners, samples.clients = [], []
        calling: set[tuple[Identity, FarEnd]] = set()
        for space in spaces:
            calling |= self._calling(space)
        for identity in {identity for identity, _ in calling}:
            samples.held[identity] = samples.held.get(identity, 0) + 1
        for call in calling:
            if call in samples.calls or len(samples.calls) < CALLS_MAX:
                samples.calls[call] = samples.calls.get(call, 0) + 1

    def processes(self) -> dict[int, Process]:
        """The processes by pid."""
        return table.read(self.host)

    def user_of(self, process: Process) -> str | None:
        """The effective user of a process: its name, or its number where it has none."""
        return table.user_of(self.host, process.pid)

    def take(self) -> Samples:
        """What was sampled since the last call."""
        taken, self.samples = self.samples, Samples()
        return taken

    def _calling(self, space: list[Socket]) -> set[tuple[Identity, FarEnd]]:
        """Who calls whom in one namespace; its listeners and the clients that came in are noted on the way."""
        samples, own = self.samples, self.host.own_pid()
        listeners = [socket for socket in space if self._is_listener(socket)]
        listening = {(socket.protocol, socket.port) for socket in listeners}
        samples.listeners += [(socket, self._holders.get(socket.inode, NOBODY)) for socket in listeners]
        calling: set[tuple[Identity, FarEnd]] = set()
        for socket in space:
            holders = self._holders.get(socket.inode, NOBODY)
            if socket.remote_address is None or socket.remote_port is None or own in holders:
                continue
            if (socket.protocol, socket.port) in listening:
                samples.clients.append((socket, holders))
            elif not (socket.namespace and socket.remote_address in LOOPBACK):
                far_end = FarEnd(socket.remote_address, socket.remote_port, socket.protocol)
                calling |= {((pid, start), far_end) for pid in holders for start in self._start_of(pid)}
        return calling

    def _is_listener(self, socket: Socket) -> bool:
        """True for a TCP listener, and for a UDP socket on a port that is not one the kernel hands out to clients."""
        if not socket.is_listening:
            return False
        return socket.protocol == "tcp" or socket.port not in self._ephemeral

    def _start_of(self, pid: int) -> list[int]:
        """When a process started; empty where it has ended meanwhile."""
        if pid not in self._started:
            started = table.start_of(self.host, pid)
            if started is None:
                return []
            self._started[pid] = started
        return [self._started[pid]]

    def _find_holders(self, inodes: set[int]) -> dict[int, frozenset[int]]:
        """The processes that hold each socket, out of the links in /proc/PID/fd."""
        self._searched_at = time.monotonic()
        self._started.clear()
        self.samples.unreadable.clear()
        wanted = {f"socket:[{inode}]": inode for inode in inodes}
        found: dict[int, set[int]] = {}
        for pid in table.pids(self.host):
            try:
                for target in self.host.links(f"/proc/{pid}/fd"):
                    inode = wanted.get(target)
                    if inode is not None:
                        found.setdefault(inode, set()).add(pid)
            except PermissionError:
                self.samples.unreadable.add(pid)
        return {inode: frozenset(holders) for inode, holders in found.items()}


def _ephemeral_ports(host: Host) -> range:
    """The ports that the kernel gives to sockets that ask for none (ip(7), ip_local_port_range)."""
    words = (host.text("/proc/sys/net/ipv4/ip_local_port_range") or "32768 60999").split()
    return range(int(words[0]), int(words[1]) + 1)
