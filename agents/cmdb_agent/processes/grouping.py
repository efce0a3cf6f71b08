"""Which processes are one service: those of a unit or container, else a subtree that runs one thing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cmdb_agent.containment import Container
from cmdb_agent.host import Host
from cmdb_agent.processes import command_line
from cmdb_agent.processes.table import Process

NAMESPACES_MAX = 64  # reading one costs the kernel a walk over its whole socket table


class Group(NamedTuple):
    """The processes of one service, its main process first. At most one of unit and container is set."""

    unit: str | None
    container: Container | None
    program: str
    main_argument: str | None
    processes: list[Process]

    @property
    def main(self) -> Process:
        """The process that the service is described by."""
        return self.processes[0]


class Grouping:
    """Forms groups out of the processes of one machine."""

    def __init__(self, host: Host, processes: dict[int, Process], around: Container | None) -> None:
        self._host = host
        self._processes = processes
        self._around = around
        self._mains: dict[int, str | None] = {}
        self._children: dict[int, list[int]] = {}
        for process in processes.values():
            self._children.setdefault(process.parent, []).append(process.pid)
        own = processes.get(host.own_pid())
        self._namespace = own.network_namespace if own else None

    def namespaces(self) -> dict[str, int]:
        """A process in each network namespace, apart from the own one, that belongs to a container or unit."""
        found: dict[str, int] = {}
        for process in self._processes.values():
            name = process.network_namespace
            if name and self._namespace and name != self._namespace and self._place(process) is not None:
                found.setdefault(name, process.pid)
        return dict(sorted(found.items())[:NAMESPACES_MAX])

    def own_sessions(self) -> frozenset[int]:
        """The processes of the login over which this agent was started, if it was."""
        found: set[int] = set()
        process = self._processes.get(self._host.own_pid())
        while process is not None and process.pid not in found:
            found.add(process.pid)
            process = self._processes.get(process.parent)
        return frozenset(pid for pid in found if command_line.is_session(self._processes[pid].arguments))

    def groups(self, qualified: Iterable[int]) -> list[Group]:
        """One group per container and unit, and one per subtree around the qualified processes outside of them."""
        placed: dict[tuple[str, str], list[Process]] = {}
        for process in self._processes.values():
            place = self._place(process)
            if place is not None and not command_line.is_session(process.arguments):
                placed.setdefault(place, []).append(process)
        groups = [self._placed_group(processes) for _, processes in sorted(placed.items())]
        taken: set[int] = set()
        for pid in sorted(qualified):
            process = self._processes.get(pid)
            if process is None or pid in taken or not self._stands_alone(process):
                continue
            group = self._subtree(process)
            taken.update(member.pid for member in group.processes)
            groups.append(group)
        return groups

    def main_argument(self, process: Process) -> str | None:
        """What the process runs, with a relative path made absolute; a helper's is its parent's."""
        if process.pid not in self._mains:
            main = command_line.main_argument(process.program, process.arguments)
            if main == command_line.INHERITED:
                parent = self._processes.get(process.parent)
                main = self.main_argument(parent) if parent and parent.program == process.program else None
            elif command_line.is_path(main) and main:
                main = command_line.absolute(main, self._folder(process))
            self._mains[process.pid] = main
        return self._mains[process.pid]

    def _folder(self, process: Process) -> str | None:
        try:
            return self._host.link(f"/proc/{process.pid}/cwd")
        except PermissionError:
            return None

    def _place(self, process: Process) -> tuple[str, str] | None:
        """The container or unit that a process belongs to; None outside of both."""
        container = process.container
        if container is not None and container.container_id != (self._around and self._around.container_id):
            return "container", container.container_id or ""
        return ("unit", process.unit) if process.unit else None

    def _stands_alone(self, process: Process) -> bool:
        """True for a process outside of units and containers that may be a service of its own.

        Not a launcher, not a login session, and not in a network namespace of its own: what runs there without a
        container's id is a sandbox, whose addresses are not the machine's.
        """
        if self._place(process) is not None or command_line.is_session(process.arguments):
            return False
        if command_line.runtime_of(process.program) in command_line.LAUNCHERS:
            return False
        return process.network_namespace in (None, self._namespace) or self._namespace is None

    def _subtree(self, process: Process) -> Group:
        """The largest subtree around a process whose members run one program with one main argument."""
        what = self._what(process)
        top = process
        while True:
            parent = self._processes.get(top.parent)
            if parent is None or not self._stands_alone(parent) or self._what(parent) != what:
                break
            top = parent
        members: list[Process] = []
        waiting = [top]
        while waiting:
            member = waiting.pop()
            members.append(member)
            children = (self._processes[pid] for pid in self._children.get(member.pid, ()))
            waiting += [child for child in children if self._stands_alone(child) and self._what(child) == what]
        members[1:] = sorted(members[1:], key=lambda member: member.identity)
        return Group(None, None, *what, processes=members)

    def _what(self, process: Process) -> tuple[str, str | None]:
        return process.program, self.main_argument(process)

    def _placed_group(self, processes: list[Process]) -> Group:
        """The group of a unit or container. Its main process is the topmost and oldest that is no launcher."""
        pids = {process.pid for process in processes}
        ordered = sorted(processes, key=lambda p: (self._depth(p, pids), p.started, p.pid))
        workers = [p for p in ordered if command_line.runtime_of(p.program) not in command_line.LAUNCHERS]
        main = (workers or ordered)[0]
        kind, _ = self._place(main) or ("", "")
        return Group(
            unit=main.unit if kind == "unit" else None,
            container=main.container if kind == "container" else None,
            program=main.program,
            main_argument=self.main_argument(main),
            processes=[main, *(p for p in ordered if p is not main)],
        )

    def _depth(self, process: Process, within: set[int]) -> int:
        depth = 0
        while process.parent in within and depth < 100:
            process = self._processes[process.parent]
            depth += 1
        return depth
