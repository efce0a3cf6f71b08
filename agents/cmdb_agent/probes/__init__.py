"""The probes: one fact family each, in the order in which they run."""

from __future__ import annotations

from typing import Callable, NamedTuple

from cmdb_agent.host import Host
from cmdb_agent.probes import (
    hardware,
    identity,
    network,
    operating_system,
    packages,
    storage,
    topology,
)
from cmdb_agent.reading import Reading


class Probe(NamedTuple):
    """A reader of one section. `machine_only`: what it reads inside a container is the host's, and left out."""

    section: str
    read: Callable[[Host], Reading]
    machine_only: bool = False


PROBES: tuple[Probe, ...] = (
    Probe("identity", identity.read),
    Probe("hardware", hardware.read, machine_only=True),
    Probe("operating_system", operating_system.read, machine_only=True),
    Probe("storage", storage.read),
    Probe("network", network.read),
    Probe("packages", packages.read),
    Probe("topology", topology.read),
)
