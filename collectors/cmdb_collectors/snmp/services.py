"""The sections `services` and `connections` of an SNMP target: programs that listen or hold connections."""

from __future__ import annotations

import ipaddress
from collections import Counter, defaultdict

from cmdb_agent.processes import instances, redact, sockets
from cmdb_agent.processes.grouping import Group
from cmdb_agent.processes.sockets import Socket
from cmdb_agent.products import recognise, version_of
from cmdb_agent.reading import Reading

from cmdb_collectors.snmp import programs as programs_
from cmdb_collectors.snmp.device_hardware import ROOT
from cmdb_collectors.snmp.mibs import host_resources_run_mib, tcp_mib, udp_mib
from cmdb_collectors.snmp.mibs.host_resources_run_mib import Process as Program
from cmdb_collectors.snmp.mibs.tables import Parsed
from cmdb_collectors.snmp.mibs.tcp_mib import Connection
from cmdb_collectors.snmp.ports import say_skipped
from cmdb_collectors.snmp.values import Oid, Rows

WALKS: tuple[Oid, ...] = (*tcp_mib.LISTENER_WALKS, *udp_mib.WALKS, *host_resources_run_mib.WALKS)
CONNECTION_WALKS: tuple[Oid, ...] = tcp_mib.CONNECTION_WALKS

EPHEMERAL_PORT_MIN = 32768  # of Linux (ip_local_port_range of ip(7)); other systems begin later


def read(rows: Rows) -> list[Reading]:
    """The sections `services` and `connections`.

    A program is a service if it listens or holds a connection: SNMP samples once. Sockets whose process the agent
    does not name belong to no service, and how many they are is said.
    """
    programs = host_resources_run_mib.processes(rows)
    tcp, udp, connected = tcp_mib.listeners(rows), udp_mib.listeners(rows), tcp_mib.connections(rows)
    listening: defaultdict[int, list[Socket]] = defaultdict(list)
    for protocol, one in (*(("tcp", one) for one in tcp.found), *(("udp", one) for one in udp.found)):
        # The ports that systems hand out to sockets that ask for none: a client that waits for an answer.
        if one.pid is not None and (protocol == "tcp" or one.port < EPHEMERAL_PORT_MIN):
            listening[one.pid].append(Socket(protocol, one.address, one.port, None, None, 0))
    held: defaultdict[int, list[Connection]] = defaultdict(list)
    for one in connected.found:
        if one.pid is not None:
            held[one.pid].append(one)
    groups = programs_.groups(
        programs,
        {pid: {socket.port for socket in found} for pid, found in listening.items()},
        {pid: {one.port for one in found} for pid, found in held.items()},
    )
    listens = [[socket for process in group.processes for socket in listening.get(process.pid, ())] for group in groups]
    served = {one.port for one in tcp.found}
    services, connections = Reading("services"), Reading("connections")
    for key, group, own in zip(instances.keys(groups, [None] * len(groups), listens), groups, listens, strict=True):
        ports = {socket.port for socket in own if socket.protocol == "tcp"}
        # A worker or a login may hold what came in at the listener: the port tells whose client it is.
        clients = [one for one in connected.found if one.port in ports]
        resident = sum(programs[process.pid].resident_bytes or 0 for process in group.processes)
        _add_service(services, key, group, own, clients, resident or None)
        calls = [one for process in group.processes for one in held.get(process.pid, ()) if one.port not in served]
        _add_calls(connections, key, calls)
    _say_unknown(services, programs, tcp)
    say_skipped(services, tcp.skipped + udp.skipped)
    say_skipped(connections, connected.skipped)
    return [services, connections]


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
