"""Service instances, the containers they run in, and what they connect to."""

from __future__ import annotations

import time
from collections import Counter
from typing import Callable

from cmdb_agent import containment
from cmdb_agent.host import Host
from cmdb_agent.probes import packages
from cmdb_agent.probes.operating_system import boot_id
from cmdb_agent.processes import containers, endpoints, instances, redact, sockets
from cmdb_agent.processes.grouping import Group, Grouping
from cmdb_agent.processes.sampling import Identity, Sampler, Samples
from cmdb_agent.products import recognise, version_of
from cmdb_agent.reading import ROOT, Reading

SAMPLES = 3  # the last of them is taken by `read`
SAMPLING_SECONDS = 1.8
SAMPLES_NEEDED = 2
MAIN_ARGUMENT_LENGTH_MAX = 1024


def sample_briefly(sampler: Sampler, sleep: Callable[[float], None] = time.sleep) -> None:
    """Take all samples but the last, within two seconds."""
    for _ in range(SAMPLES - 1):
        sampler.sample()
        sleep(SAMPLING_SECONDS / (SAMPLES - 1))


def read(host: Host, sampler: Sampler, known: set[Identity]) -> list[Reading]:
    """The sections `services` and `connections`, out of a last sample and those that were taken before.

    `known`: the processes that are services because they were; those found now are added, those that ended dropped.
    """
    processes = sampler.processes()
    grouping = Grouping(host, processes, containment.around(host))
    sampler.sample_completely(grouping.namespaces())
    samples = sampler.take()
    qualified = {pid for _, pids in samples.listeners for pid in pids}
    calling = {identity for identity, count in samples.held.items() if count >= SAMPLES_NEEDED}
    qualified |= {pid for pid, started in calling | known if pid in processes and processes[pid].started == started}
    groups = grouping.groups(qualified - {host.own_pid()})
    known.clear()
    known.update(process.identity for group in groups for process in group.processes)
    services, connections = Reading("services"), Reading("connections")
    keys = _add_services(host, services, groups, samples, sampler, grouping.own_sessions())
    _add_calls(connections, keys, samples)
    for reading in (services, connections):
        _say_what_is_hidden(host, reading, samples)
    return [services, connections]


def remember(host: Host, known: set[Identity]) -> list[str]:
    """The known services as they are kept over a restart of the agent: `boot id:pid:start`."""
    return [f"{boot_id(host)}:{pid}:{started}" for pid, started in sorted(known)]


def recall(host: Host, kept: list[str]) -> set[Identity]:
    """The known services of this boot; those of an earlier one are gone."""
    boot = boot_id(host)
    split = (text.split(":") for text in kept)
    return {(int(pid), int(started)) for said, pid, started in split if said == boot}


def _add_services(
    host: Host,
    reading: Reading,
    groups: list[Group],
    samples: Samples,
    sampler: Sampler,
    sessions: frozenset[int],
) -> dict[Identity, str]:
    """Add the service instances and their containers; the key of the service of each process."""
    container_names = [_add_container(host, reading, group) for group in groups]
    listens = endpoints.listeners(host, groups, samples)
    clients = endpoints.clients(groups, samples, sessions)
    installed = packages.versions(host)
    started_at = host.booted_at()
    keys: dict[Identity, str] = {}
    for index, key in enumerate(instances.keys(groups, container_names, listens)):
        group, main, container_name = groups[index], groups[index].main, container_names[index]
        line = redact.command_line(main.arguments)
        ports = frozenset(socket.port for socket in listens[index])
        product = recognise(instances.names_of(main), group.main_argument, line or "", ports)
        reading.add(
            key, "ServiceInstance", _container_key(group) or ROOT,
            name=instances.name(group, container_name, product),
            unit=group.unit,
            container_name=container_name,
            product=product.name if product else None,
            product_category=product.category if product else None,
            version=version_of(product, main.program, line or "", {} if group.container else installed)
            if product else None,
            executable=group.program,
            main_argument=group.main_argument and redact.text(group.main_argument)[:MAIN_ARGUMENT_LENGTH_MAX],
            command_line=line,
            user=sampler.user_of(main),
            listens=sorted({sockets.endpoint(socket) for socket in listens[index]}),
            clients=clients[index],
            pids=[str(process.pid) for process in group.processes],
            process_count=len(group.processes),
            resident_bytes=None if host.page_bytes is None
            else sum(process.resident_pages for process in group.processes) * host.page_bytes,
            started_at=None if started_at is None
            else started_at + main.started * 1000 // host.clock_ticks_per_second,
        )  # fmt: skip
        keys.update({process.identity: key for process in group.processes})
    return keys


def _container_key(group: Group) -> str | None:
    return f"container:{group.container.container_id}" if group.container else None


def _add_container(host: Host, reading: Reading, group: Group) -> str | None:
    """Add the container of a group, where it has one; the container's name, or the start of its id."""
    key = _container_key(group)
    if key is None or group.container is None or group.container.container_id is None:
        return None
    described = containers.describe(host, group.container.container_id)
    container_id = containment.unique_id(host, group.container)
    name = described.name or group.container.container_id.removeprefix("lxc:")[:12]
    item = reading.add(
        key, "Container", ROOT, name=name, container_id=container_id, runtime=group.container.runtime,
        image=described.image,
    )  # fmt: skip
    if container_id:
        item["identifiers"] = {"container_id": container_id}
    return name


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


def _say_what_is_hidden(host: Host, reading: Reading, samples: Samples) -> None:
    """Whose sockets could not be seen. Without root that leaves services out; as root nothing more can be had."""
    count = len(samples.unreadable)
    if count and host.is_privileged():
        reading.note("hidden", f"the sockets of {count} processes are hidden even from root")
    elif count:
        reading.missed("permission_denied", f"only root may see the sockets of {count} processes of other users")
