"""Running programs as services: which processes of a device are one, told by what they run and where they listen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set

from cmdb_agent.processes import command_line
from cmdb_agent.processes.grouping import Group
from cmdb_agent.processes.table import Process

from cmdb_collectors.snmp.mibs.host_resources_run_mib import Process as Program

Ports = Mapping[int, Set[int]]
"""Local TCP or UDP ports by pid."""


def groups(programs: Mapping[int, Program], listening: Ports, connected: Ports) -> list[Group]:
    """One group for each program with its main argument; several that listen by themselves stay apart.

    A process is a service if it listens or holds a connection. SNMP does not say who started whom: a process that
    does not listen belongs to the listener that runs the same, of several to the one whose port its connections have.
    """
    by_what: defaultdict[tuple[str, str | None], list[Process]] = defaultdict(list)
    for process in _processes(programs):
        main = command_line.main_argument(process.program, process.arguments)
        if command_line.runtime_of(process.program) not in command_line.LAUNCHERS:
            by_what[process.program, None if main == command_line.INHERITED else main].append(process)
    found: list[Group] = []
    for (program, main), processes in by_what.items():
        heads: defaultdict[tuple[str, ...], list[Process]] = defaultdict(list)
        for process in processes:
            if process.pid in listening:
                heads[process.arguments].append(process)
        others = [process for process in processes if process.pid not in listening]
        if not heads:
            if any(process.pid in connected for process in others):
                found.append(Group(None, None, program, main, others))
            continue
        for members in heads.values():
            ports = {port for member in members for port in listening[member.pid]}
            joining = [one for one in others if len(heads) == 1 or connected.get(one.pid, frozenset[int]()) & ports]
            found.append(Group(None, None, program, main, sorted([*members, *joining], key=_seniority)))
    return found


def _seniority(process: Process) -> tuple[bool, int]:
    """Those that still show how they were started before those that wrote a title over it, then by age."""
    first = process.arguments[0] if process.arguments else ""
    return not (first.startswith("/") or "master" in process.arguments), process.pid


def _processes(programs: Mapping[int, Program]) -> list[Process]:
    """The programs as the agent's table has processes, without logins. What SNMP does not know is empty.

    One that wrote a title over its path, such as a worker of PostgreSQL, is taken for the one program of its name.
    """
    processes = [_process(programs[pid]) for pid in sorted(programs)]
    paths: defaultdict[str, set[str]] = defaultdict(set)
    for process in processes:
        if process.executable:
            paths[process.executable.rpartition("/")[2]].add(process.executable)
    return [
        process._replace(executable=next(iter(paths[process.name])))
        if process.executable is None and len(paths.get(process.name, ())) == 1 else process
        for process in processes
        if not command_line.is_session((" ".join(process.arguments),))
    ]  # fmt: skip


def _process(program: Program) -> Process:
    words = tuple(" ".join(word for word in (program.path, program.parameters) if word).split())
    first = words[0] if words else ""
    # In a title, the path stands behind what it says: `nginx: master process /usr/sbin/nginx`.
    titled = (word for word in words if word.startswith("/") and word.rpartition("/")[2] == program.name)
    return Process(
        pid=program.pid, parent=0, name=program.name, started=0, resident_pages=0, arguments=words,
        executable=first if first.startswith("/") else next(titled, None),
        unit=None, container=None, network_namespace=None,
    )  # fmt: skip
