"""How this system is read: Linux by /proc, /sys and netlink, any other through psutil."""

from __future__ import annotations

import sys
from typing import NamedTuple

from cmdb_agent.host import Host
from cmdb_agent.probes import PROBES, Probe
from cmdb_agent.processes.sampling import Sampler


class Platform(NamedTuple):
    """The machine, the probes that can read it, and the reader of its processes and sockets."""

    host: Host
    probes: tuple[Probe, ...]
    sampler: Sampler


def linux(host: Host) -> Platform:
    """Linux, as it runs or as it was recorded."""
    return Platform(host, PROBES, Sampler(host))


def this_platform() -> Platform:
    """The system that this program runs on. Raises AgentError where it needs psutil and has none."""
    if sys.platform == "linux":
        return linux(Host())
    from cmdb_agent.portable import platform  # psutil is not imported where it is not needed

    return platform()
