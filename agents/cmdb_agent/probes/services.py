"""Service instances, the containers they run in, and what they connect to."""

from __future__ import annotations

import time
from collections import Counter

from cmdb_agent import containment
from cmdb_agent.host import Host
from cmdb_agent.probes import packages
from cmdb_agent.probes.operating_system import booted_at
from cmdb_agent.processes import containers, products, redact, sockets, table
from cmdb_agent.processes.command_line import runtime_of
from cmdb_agent.processes.grouping import Group, Grouping
from cmdb_agent.processes.sampling import Identity, Sampler, Samples
from cmdb_agent.reading import ROOT, Reading

ONE_SHOT_SAMPLES = 3
ONE_SHOT_SECONDS = 2.0


def read_once(host: Host) -> list[Reading]:
    """The sections `services` and `connections` out of three samples in two seconds."""
    sampler = Sampler(host)
    sampler.sample()
    for _ in range(ONE_SHOT_SAMPLES - 1):
        time.sleep(ONE_SHOT_SECONDS / ONE_SHOT_SAMPLES)
        sampler.sample()
    return read(host, sampler, set())


def read(host: Host, sampler: Sampler, known: set[Identity]) -> list[Reading]:
    """The sections `services` and `connections` out of what was sampled.

    `known`: the processes that are services because they were; those found now are added, those that ended dropped.
    """
    samples = sampler.take()
    processes = table.read(host)
    around = containment.around(host)
    grouping = Grouping(host, processes, around)
    holders = {pid for _, pids in samples.listeners for pid in pids}
    calling = {pid for pid, started in (i for i, n in samples.held.items() if n > 1) if _lives(processes, pid, started)}
    still = {pid for pid, started in known if _lives(processes, pid, started)}
    groups = grouping.groups((holders | calling | still) - {host.own_pid()})
    known.clear()
    known.update(process.identity for group in groups for process in group.processes)
    services, connections = Reading("services"), Reading("connections")
    keys = _add_services(host, services, groups, samples)
    _add_calls(connections, keys, samples)
    _say_what_is_hidden(host, services, connections, samples)
    return [services, connections]


def _lives(processes: dict[int, table.Process], pid: int, started: int) -> bool:
    return pid in processes and processes[pid].started == started


def _add_services(host: Host, reading: Reading, groups: list[Group], samples: Samples) -> dict[Identity, str]:
    """The service instances and their containers; the key of the service of each process."""
    installed = packages.versions(host)
    started_at = booted_at(host)
    users = _users(host)
    listens = _listens(groups, samples)
    clients = _clients(groups, samples)
    described = {
        group.container.container_id: containers.describe(host, group.container.container_id)
        for group in groups
        if group.container and group.container.container_id
    }
    keys: dict[Identity, str] = {}
    for group, key in zip(groups, _keys(groups, listens, described)):
        main = group.main
        parent, container_name = ROOT, None
        if group.container and group.container.container_id:
            container_id = group.container.container_id
            description = described[container_id]
            container_name = description.name or container_id[:12]
            parent = f"container:{container_id}"
            item = reading.add(
                parent, "Container", ROOT, name=container_name, container_id=container_id,
                runtime=group.container.runtime, image=description.image,
            )  # fmt: skip
            item["identifiers"] = {"container_id": container_id}
        line = redact.command_line(main.arguments)
        ports = frozenset(socket.port for socket in listens[id(group)])
        product = products.recognise(_names(main), group.main_argument, line or "", ports)
        reading.add(
            key, "ServiceInstance", parent,
            name=_name(group, container_name, product.name if product else None),
            unit=group.unit,
            container_name=container_name,
            product=product.name if product else None,
            product_category=product.category if product else None,
            version=products.version_of(product, main.program, line or "", installed) if product else None,
            executable=main.program,
            main_argument=group.main_argument,
            command_line=line,
            user=_user(host, main.pid, users),
            listens=sorted({sockets.endpoint(socket) for socket in listens[id(group)]}),
            clients=clients.get(id(group)),
            pids=[str(process.pid) for process in group.processes],
            process_count=len(group.processes),
            resident_bytes=sum(process.resident_pages for process in group.processes) * table.PAGE_BYTES,
            started_at=None if started_at is None else started_at + main.started * 1000 // table.CLOCK_TICKS_PER_SECOND,
        )  # fmt: skip
        keys.update({process.identity: key for process in group.processes})
    return keys


def _names(process: table.Process) -> tuple[str, ...]:
    """The names a process goes by, the one it calls itself by first: redis-server's file is another program's link."""
    first = process.arguments[0].split(" ")[0].rstrip(":") if process.arguments else ""
    names = (first.rpartition("/")[2], process.name, process.program.rpartition("/")[2])
    return tuple(dict.fromkeys(form for name in names for form in (name, runtime_of(name)) if form))


def _name(group: Group, container_name: str | None, product: str | None) -> str:
    """What people call the service: its unit or container, the script or class it runs, its product, its program."""
    if group.unit:
        return group.unit[: -len(".service")] if group.unit.endswith(".service") else group.unit
    main = group.main_argument
    return container_name or (main and main.rpartition("/")[2]) or product or group.program.rpartition("/")[2]


def _keys(
    groups: list[Group],
    listens: dict[int, list[sockets.Socket]],
    described: dict[str | None, containers.Description],
) -> list[str]:
    """A key for each group: by unit, by container, else by what it runs; and by its first port where that repeats."""
    plain: list[str] = []
    for group in groups:
        if group.unit:
            plain.append(f"svc:unit:{group.unit}")
        elif group.container:
            container_id = group.container.container_id or ""
            plain.append(f"svc:container:{described[container_id].name or container_id}")
        else:
            plain.append(f"svc:{group.program}:{group.main_argument or ''}"[:1024])
    counts = Counter(plain)
    used: Counter[str] = Counter()
    keys: list[str] = []
    for group, key in zip(groups, plain):
        if counts[key] > 1:
            first = min(listens[id(group)], key=lambda s: (s.protocol, s.port, s.address), default=None)
            key = f"{key}:{first.protocol}/{first.port}" if first else key
        used[key] += 1
        keys.append(key if used[key] == 1 else f"{key}#{used[key]}")
    return keys


def _listens(groups: list[Group], samples: Samples) -> dict[int, list[sockets.Socket]]:
    """The listeners of each group, by its id(). One that the first process holds for another is the other's."""
    group_of = {process.pid: group for group in groups for process in group.processes}
    found: dict[int, list[sockets.Socket]] = {id(group): [] for group in groups}
    for socket, pids in samples.listeners:
        owners = {id(group_of[pid]) for pid in pids - {1} if pid in group_of}
        if not owners and 1 in pids and 1 in group_of:
            owners = {id(group_of[1])}
        for owner in owners:
            found[owner].append(socket)
    return found


def _clients(groups: list[Group], samples: Samples) -> dict[int, list[str]]:
    """How many connections from which address each group has, as `ADDRESS COUNT`, by the group's id()."""
    group_of = {process.pid: group for group in groups for process in group.processes}
    counts: dict[int, Counter[str]] = {}
    for socket, pids in samples.clients:
        for owner in {id(group_of[pid]) for pid in pids if pid in group_of}:
            counts.setdefault(owner, Counter())[socket.remote_address or ""] += 1
    return {owner: sorted(f"{address} {n}" for address, n in counter.items()) for owner, counter in counts.items()}


def _add_calls(reading: Reading, keys: dict[Identity, str], samples: Samples) -> None:
    """The connections to far ends, with the number of samples in which each was there."""
    counts: Counter[tuple[str, str, int, str]] = Counter()
    for (identity, end), count in samples.calls.items():
        key = keys.get(identity)
        if key is not None:
            call = (key, end.address, end.port, end.protocol)
            counts[call] = max(counts[call], count)
    for (key, address, port, protocol), count in sorted(counts.items()):
        reading.relations.append({
            "verb": "CALLS", "from": key, "to": {"address": address, "port": port, "protocol": protocol},
            "attributes": {"samples": count},
        })  # fmt: skip


def _say_what_is_hidden(host: Host, services: Reading, connections: Reading, samples: Samples) -> None:
    """Whose sockets could not be seen. Without root that leaves services out; as root nothing more can be had."""
    if not samples.unreadable:
        return
    message = f"the sockets of {len(samples.unreadable)} processes may not be read"
    for reading in (services, connections):
        if host.is_privileged():
            reading.note("hidden", message)
        else:
            reading.missed("permission_denied", f"{message} without root")


def _users(host: Host) -> dict[int, str]:
    """The names of users by their number (passwd(5))."""
    rows = (line.split(":") for line in (host.text("/etc/passwd") or "").splitlines())
    return {int(row[2]): row[0] for row in rows if len(row) > 3 and row[2].isdigit()}


def _user(host: Host, pid: int, users: dict[int, str]) -> str | None:
    """The effective user of a process: its name, or its number where it has none (proc_pid_status(5), Uid)."""
    for line in (host.read(f"/proc/{pid}/status") or b"").splitlines():
        if line.startswith(b"Uid:"):
            number = int(line.split()[2])
            return users.get(number, str(number))
    return None
