"""Samples of the sockets over time: who listens, who holds a connection to whom, and in how many samples."""

from __future__ import annotations

from dataclasses import dataclass, field

from cmdb_agent.host import Host
from cmdb_agent.processes import sockets, table
from cmdb_agent.processes.sockets import Socket

Identity = tuple[int, int]
"""Pid and start of a process."""

CALLS_MAX = 20_000  # (process, far end) pairs kept between two documents


@dataclass(frozen=True)
class FarEnd:
    """The listener that a process connects to."""

    address: str
    port: int
    protocol: str


@dataclass
class Samples:
    """What was seen since the last document.

    `calls`: in how many samples a process held a connection to a far end. `held`: in how many it held any.
    `clients`: the connections that came in, as they stood in the last sample. `listeners` likewise, with all holders.
    """

    count: int = 0
    calls: dict[tuple[Identity, FarEnd], int] = field(default_factory=dict)
    held: dict[Identity, int] = field(default_factory=dict)
    listeners: list[tuple[Socket, frozenset[int]]] = field(default_factory=list)
    clients: list[tuple[Socket, frozenset[int]]] = field(default_factory=list)
    unreadable: set[int] = field(default_factory=set)


class Sampler:
    """Reads the sockets again and again, and looks for the processes behind them only where a socket is new."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.samples = Samples()
        self._holders: dict[int, frozenset[int]] = {}
        self._started: dict[int, int] = {}
        self._ephemeral = _ephemeral_ports(host)

    def sample(self, is_complete: bool = False) -> None:
        """Take one sample. `is_complete`: look at every process again, since sockets pass from one to another."""
        seen = [socket for socket in sockets.read(self.host) if socket.inode]
        inodes = {socket.inode for socket in seen}
        if is_complete or not inodes <= self._holders.keys():
            found = self._find_holders(inodes)
            self._holders = {inode: found.get(inode, frozenset()) for inode in inodes}
        else:
            self._holders = {inode: self._holders[inode] for inode in inodes}
        self._count(seen)

    def take(self) -> Samples:
        """What was sampled since the last call."""
        taken = self.samples
        self.samples = Samples(unreadable=set(taken.unreadable))
        return taken

    def _count(self, seen: list[Socket]) -> None:
        listening = {(socket.protocol, socket.port) for socket in seen if self._is_listener(socket)}
        own = self.host.own_pid()
        samples = self.samples
        samples.count += 1
        samples.listeners = [(s, self._holders[s.inode]) for s in seen if self._is_listener(s)]
        samples.clients = []
        calling: set[tuple[Identity, FarEnd]] = set()
        for socket in seen:
            if socket.remote_address is None or socket.remote_port is None:
                continue
            holders = self._holders[socket.inode]
            if own in holders:
                continue
            if (socket.protocol, socket.port) in listening:
                samples.clients.append((socket, holders))
                continue
            far_end = FarEnd(socket.remote_address, socket.remote_port, socket.protocol)
            for pid in holders:
                started = self._start_of(pid)
                if started is not None:
                    calling.add(((pid, started), far_end))
        for identity in {identity for identity, _ in calling}:
            samples.held[identity] = samples.held.get(identity, 0) + 1
        for call in calling:
            if call in samples.calls or len(samples.calls) < CALLS_MAX:
                samples.calls[call] = samples.calls.get(call, 0) + 1

    def _is_listener(self, socket: Socket) -> bool:
        """True for a TCP listener, and for a UDP socket on a port that is not one the kernel hands out to clients."""
        if not socket.is_listening:
            return False
        return socket.protocol == "tcp" or socket.port not in self._ephemeral

    def _start_of(self, pid: int) -> int | None:
        if pid not in self._started:
            started = table.start_of(self.host, pid)
            if started is None:
                return None
            self._started[pid] = started
        return self._started[pid]

    def _find_holders(self, inodes: set[int]) -> dict[int, frozenset[int]]:
        """The processes that hold each socket, out of the links in /proc/PID/fd."""
        self._started.clear()
        wanted = {f"socket:[{inode}]": inode for inode in inodes}
        found: dict[int, set[int]] = {}
        for pid in table.pids(self.host):
            folder = f"/proc/{pid}/fd"
            try:
                for name in self.host.names(folder):
                    inode = wanted.get(self.host.link(f"{folder}/{name}") or "")
                    if inode is not None:
                        found.setdefault(inode, set()).add(pid)
            except PermissionError:
                self.samples.unreadable.add(pid)
        return {inode: frozenset(holders) for inode, holders in found.items()}


def _ephemeral_ports(host: Host) -> range:
    """The ports that the kernel gives to sockets that ask for none (ip(7), ip_local_port_range)."""
    words = (host.text("/proc/sys/net/ipv4/ip_local_port_range") or "32768 60999").split()
    return range(int(words[0]), int(words[1]) + 1)
