"""Systems that are read through psutil: less is known of them, and what is known is as true.

Routes, makers, serial numbers, block devices below partitions, units and containers are not told by psutil.
"""

from __future__ import annotations

from cmdb_agent.errors import AgentError

try:
    import psutil
except ImportError as missing:
    raise AgentError(
        "this system is read through psutil, which is not installed: `apt install python3-psutil`,"
        " `dnf install python3-psutil`, `apk add py3-psutil`, or `pip install psutil`"
    ) from missing

from cmdb_agent.host import Host
from cmdb_agent.platforms import Platform
from cmdb_agent.portable import probes
from cmdb_agent.portable.processes import PortableSampler
from cmdb_agent.probes import Probe, identity, operating_system, packages

__all__ = ["PortableHost", "platform"]


class PortableHost(Host):
    """A machine whose boot psutil knows."""

    def booted_at(self) -> int | None:
        """When the machine booted, epoch milliseconds."""
        return int(psutil.boot_time()) * 1000


def platform() -> Platform:
    """This system, through psutil."""
    host = PortableHost()
    return Platform(
        host,
        (
            Probe("identity", identity.read),
            Probe("hardware", probes.read_hardware, machine_only=True),
            Probe("operating_system", operating_system.read, machine_only=True),
            Probe("storage", probes.read_storage),
            Probe("network", probes.read_network),
            Probe("packages", packages.read),
        ),
        PortableSampler(host),
    )
