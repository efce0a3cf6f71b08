"""The names of service instances: the key that is the same tomorrow, and what people call it."""

from __future__ import annotations

from collections import Counter

from cmdb_agent.processes.command_line import runtime_of
from cmdb_agent.processes.grouping import Group
from cmdb_agent.processes.sockets import Socket
from cmdb_agent.processes.table import Process
from cmdb_agent.products import Product

_KEY_LENGTH_MAX = 1024


def keys(groups: list[Group], container_names: list[str | None], listens: list[list[Socket]]) -> list[str]:
    """A key for each group: by its unit, by its container's name, else by what it runs.

    Several that run the same thing are told apart by their first port, those without one by their order.
    """
    plain = [_plain(group, container_names[index]) for index, group in enumerate(groups)]
    counts = Counter(plain)
    used: Counter[str] = Counter()
    found: list[str] = []
    for index, key in enumerate(plain):
        if counts[key] > 1:
            first = min(listens[index], key=lambda socket: (socket.protocol, socket.port), default=None)
            key = f"{key}:{first.protocol}/{first.port}" if first else key
        used[key] += 1
        found.append(key if used[key] == 1 else f"{key}:{used[key]}")
    return found


def _plain(group: Group, container_name: str | None) -> str:
    if group.unit:
        return f"svc:unit:{group.unit}"
    if group.container:
        return f"svc:container:{container_name or group.container.container_id}"
    return f"svc:{group.program}:{group.main_argument or ''}"[:_KEY_LENGTH_MAX]


def name(group: Group, container_name: str | None, product: Product | None) -> str:
    """What people call a service: its unit or container, its product, what its runtime runs, else its program."""
    if group.unit:
        return group.unit[: -len(".service")] if group.unit.endswith(".service") else group.unit
    if container_name:
        return container_name
    if product and not product.is_runtime:
        return product.name
    main = group.main_argument
    return (main.rpartition("/")[2] if main else None) or group.program.rpartition("/")[2]


def names_of(process: Process) -> tuple[str, ...]:
    """The base names a process goes by, the one it calls itself by first.

    The file alone does not tell: the file of redis-server is a link to another program's.
    """
    first = process.arguments[0].split(" ")[0].rstrip(":") if process.arguments else ""
    bare = (first.rpartition("/")[2].lstrip("-"), process.name, process.program.rpartition("/")[2])
    return tuple(dict.fromkeys(form for one in bare for form in (one, runtime_of(one)) if form))
