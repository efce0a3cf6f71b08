"""The sections `services` and `connections` of an SNMP target: programs that listen or hold connections."""

from __future__ import annotations

import ipaddress
from collections import Counter, defaultdict

from cmdb_agent.processes import command_line, instances, redact, sockets
from cmdb_agent.processes.grouping import Group
from cmdb_agent.processes.sockets import Socket
from cmdb_agent.processes.table import Process
from cmdb_agent.products import recognise, version_of
from cmdb_agent.reading import Reading

from cmdb_collectors.snmp.device_hardware import ROOT
from cmdb_collectors.snmp.mibs import host_resources_run_mib, tcp_mib, udp_mib
from cmdb_collectors.snmp.mibs.host_resources_run_mib import Process as Program
from cmdb_collectors.snmp.mibs.tables import Parsed
from cmdb_collectors.snmp.mibs.tcp_mib import Connection
from cmdb_collectors.snmp.ports import say_skipped
from cmdb_collectors.snmp.values import Oid, Rows

WALKS: tuple[Oid, ...] = (*tcp_mib.LISTENER_WALKS, *udp_mib.WALKS, *host_resources_run_mib.WALKS)
CONNECTION_WALKS: tuple[Oid, ...] = tcp_mib.CONNECTION_WALKS


def read(rows: Rows) -> list[Reading]:
    """The sections `services` and `connections`.

    A program is a service if it listens or holds a connection: SNMP samples once. Sockets whose process the agent
    does not name belong to no service, and how many they are is said.
    """
    programs = host_resources_run_mib.processes(rows)
    tcp, udp, connected = tcp_mib.listeners(rows), udp_mib.listeners(rows), tcp_mib.connections(rows)
    listening = _by_pid([
        *((one.pid, Socket("tcp", one.address, one.port, None, None, 0)) for one in tcp.found),
        *((one.pid, Socket("udp", one.address, one.port, None, None, 0)) for one in udp.found),
    ])  # fmt: skip
    calling: defaultdict[int, list[Connection]] = defaultdict(list)
    for one in connected.found:
        if one.pid is not None:
            calling[one.pid].append(one)
    services, connections = Reading("services"), Reading("connections")
    groups = _groups(programs, listening, set(calling))
    listens = [[socket for process in group.processes for socket in listening.get(process.pid, ())] for group in groups]
    ports = {socket.port for sockets_ in listening.values() for socket in sockets_ if socket.protocol == "tcp"}
    ports |= {one.port for one in tcp.found}
    keys = instances.keys(groups, [None] * len(groups), listens)
    for key, group, held in zip(keys, groups, listens, strict=True):
        held_by = [one for process in group.processes for one in calling.get(process.pid, ())]
        resident = sum(programs[process.pid].resident_bytes or 0 for process in group.processes)
        _add_service(services, key, group, held, [one for one in held_by if one.port in ports], resident or None)
        _add_calls(connections, key, [one for one in held_by if one.port not in ports])
    _say_unknown(services, programs, tcp)
    say_skipped(services, tcp.skipped + udp.skipped)
    say_skipped(connections, connected.skipped)
    return [services, connections]


def _by_pid(found: list[tuple[int | None, Socket]]) -> dict[int, list[Socket]]:
    listening: defaultdict[int, list[Socket]] = defaultdict(list)
    for pid, socket in found:
        if pid is not None:
            listening[pid].append(socket)
    return listening


def _groups(programs: dict[int, Program], listening: dict[int, list[Socket]], calling: set[int]) -> list[Group]:
    """One group for each program with its main argument; several that listen by themselves stay apart.

    SNMP does not say who started whom, so a process that does not listen joins the one group that runs the same.
    """
    by_what: defaultdict[tuple[str, str | None], list[Process]] = defaultdict(list)
    for pid in sorted(programs):
        process = _process(programs[pid])
        main = command_line.main_argument(process.program, process.arguments)
        by_what[process.program, None if main == command_line.INHERITED else main].append(process)
    groups: list[Group] = []
    for (program, main), processes in by_what.items():
        if command_line.runtime_of(program) in command_line.LAUNCHERS:
            continue
        heads = [process for process in processes if process.pid in listening]
        others = [process for process in processes if process.pid not in listening]
        if len(heads) > 1:
            groups += [Group(None, None, program, main, [head]) for head in heads]
            groups += [Group(None, None, program, main, [other]) for other in others if other.pid in calling][:1]
        elif heads or any(process.pid in calling for process in processes):
            groups.append(Group(None, None, program, main, [*heads, *others]))
    return groups


def _process(program: Program) -> Process:
    """A running program as the agent's table has it. What SNMP does not know is empty."""
    path = program.path if program.path and program.path.startswith("/") else None
    words = " ".join(word for word in (program.path, program.parameters) if word)
    return Process(
        pid=program.pid, parent=0, name=program.name, started=0,
        resident_pages=0,
        arguments=tuple(words.split()), executable=path, unit=None, container=None, network_namespace=None,
    )  # fmt: skip


def _add_service(
    reading: Reading, key: str, group: Group, held: list[Socket], clients: list[Connection], resident_bytes: int | None
) -> None:
    main = group.main
    line = redact.command_line(main.arguments)
    ports = frozenset(socket.port for socket in held)
    product = recognise(instances.names_of(main), group.main_argument, line or "", ports)
    counts = Counter(one.remote_address for one in clients)
    reading.add(
        key, "ServiceInstance", ROOT,
        name=instances.name(group, None, product),
        product=product.name if product else None,
        product_category=product.category if product else None,
        version=version_of(product, main.program, line or "", {}) if product else None,
        executable=group.program,
        main_argument=group.main_argument and redact.text(group.main_argument),
        command_line=line,
        listens=sorted({sockets.endpoint(socket) for socket in held}),
        clients=sorted(f"{address} {count}" for address, count in counts.items()),
        pids=[str(process.pid) for process in group.processes],
        process_count=len(group.processes),
        resident_bytes=resident_bytes,
    )  # fmt: skip


def _add_calls(reading: Reading, key: str, held: list[Connection]) -> None:
    """The far ends that a service is connected to, each once: there was one sample."""
    ends = {(one.remote_address, one.remote_port) for one in held}
    for address, port in sorted(ends):
        if not ipaddress.ip_address(address).is_unspecified:
            reading.relations.append({
                "verb": "CALLS", "from": key, "to": {"address": address, "port": port, "protocol": "tcp"},
                "attributes": {"samples": 1},
            })  # fmt: skip


def _say_unknown(reading: Reading, programs: dict[int, Program], tcp: Parsed[tcp_mib.Listener]) -> None:
    nameless = sum(one.pid is None or one.pid not in programs for one in tcp.found)
    if nameless and programs:
        reading.note("hidden", f"the agent does not say which processes hold {nameless} of the listening sockets")
    elif nameless:
        reading.note("not_available", f"the agent lists {nameless} listening sockets, but no programs")
