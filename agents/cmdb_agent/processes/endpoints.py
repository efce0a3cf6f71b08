"""Which service listens where, and who is connected to it."""

from __future__ import annotations

from collections import Counter

from cmdb_agent.host import Host
from cmdb_agent.processes.command_line import is_supervisor
from cmdb_agent.processes.grouping import Group
from cmdb_agent.processes.sampling import Samples
from cmdb_agent.processes.sockets import Socket
from cmdb_agent.processes.table import Process

_WILDCARDS = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to


def listeners(host: Host, groups: list[Group], samples: Samples) -> list[list[Socket]]:
    """The listeners of each group, in the order of the groups.

    One in a network namespace of its own stands at the namespace's addresses, for what is a wildcard there is none on
    the machine; its loopback is nobody else's and left out. One that a supervisor holds for another, or that a
    proxy holds for a container, is the other's.
    """
    positions = _positions(groups)
    found: list[list[Socket]] = [[] for _ in groups]
    addresses: dict[str, list[str]] = {}
    published = {p.pid: end for group in groups for p in group.processes for end in _published(p)}
    inside: dict[tuple[str, int], int] = {}
    supervisors = {i for i, group in enumerate(groups) if is_supervisor(group.program, group.main_argument)}
    for socket, pids in sorted(samples.listeners, key=lambda listener: not listener[0].namespace):
        owners = {positions[pid] for pid in pids if pid in positions}
        target = next((published[pid] for pid in pids if pid in published), None)
        if target is not None and target in inside:
            owners = {inside[target]}
        for owner in (owners - supervisors) or owners:
            if socket.namespace and socket.namespace not in addresses:
                addresses[socket.namespace] = namespace_addresses(host, groups[owner].main.pid)
            held = _at(socket, addresses[socket.namespace]) if socket.namespace else [socket]
            found[owner] += held
            inside.update({(one.address, one.port): owner for one in held if socket.namespace})
    return found


def clients(groups: list[Group], samples: Samples, sessions: frozenset[int]) -> list[list[str]]:
    """How many connections from which address each group has, as `ADDRESS COUNT`, in the order of the groups.

    `sessions`: processes of the login over which the agent itself was started; its connection is no client.
    """
    positions = _positions(groups)
    listening: dict[tuple[str, str, int], set[int]] = {}
    for socket, pids in samples.listeners:
        owners = {positions[pid] for pid in pids if pid in positions}
        listening.setdefault((socket.namespace, socket.protocol, socket.port), set()).update(owners)
    counts = [Counter[str]() for _ in groups]
    for socket, pids in samples.clients:
        if pids & sessions:
            continue
        owners = {positions[pid] for pid in pids if pid in positions}
        # A connection that a login's own process holds, or nobody visible, is the listener's client all the same.
        for owner in owners or listening.get((socket.namespace, socket.protocol, socket.port), set()):
            counts[owner][socket.remote_address or ""] += 1
    return [sorted(f"{address} {count}" for address, count in counter.items()) for counter in counts]


def namespace_addresses(host: Host, pid: int) -> list[str]:
    """The addresses of a process's network namespace, IPv4 only and without loopback: local ones in its fib_trie."""
    try:
        lines = (host.text(f"/proc/{pid}/net/fib_trie") or "").splitlines()
    except PermissionError:
        return []
    found: set[str] = set()
    before = ""
    for line in lines:
        if "/32 host LOCAL" in line and not before.startswith("127."):
            found.add(before)
        before = line.split()[-1]
    return sorted(found)


def _published(process: Process) -> list[tuple[str, int]]:
    """Address and port of the container that a docker-proxy forwards to: whoever connects there means the container."""
    arguments = process.arguments
    if process.program.rpartition("/")[2] != "docker-proxy" or "-container-ip" not in arguments[:-1]:
        return []
    port = arguments[arguments.index("-container-port") + 1] if "-container-port" in arguments[:-1] else ""
    return [(arguments[arguments.index("-container-ip") + 1], int(port))] if port.isdigit() else []


def _at(socket: Socket, addresses: list[str]) -> list[Socket]:
    if socket.address in _WILDCARDS:
        return [socket._replace(address=address) for address in addresses]
    return [] if socket.address in ("::1",) or socket.address.startswith("127.") else [socket]


def _positions(groups: list[Group]) -> dict[int, int]:
    return {process.pid: index for index, group in enumerate(groups) for process in group.processes}
