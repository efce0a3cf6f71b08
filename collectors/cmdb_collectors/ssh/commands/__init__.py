"""The commands, in the order in which they run: one fact family each.

The samples of the sockets stand between the others, whose time is part of the pause. What can hang stands last.
"""

from __future__ import annotations

from cmdb_collectors.ssh.commands.addresses import ADDRESSES
from cmdb_collectors.ssh.commands.block_devices import BLOCK_DEVICES
from cmdb_collectors.ssh.commands.bridges import BRIDGES
from cmdb_collectors.ssh.commands.command import Command
from cmdb_collectors.ssh.commands.containers import CONTAINERS
from cmdb_collectors.ssh.commands.descriptors import DESCRIPTORS
from cmdb_collectors.ssh.commands.files import FILES
from cmdb_collectors.ssh.commands.filesystems import FILESYSTEMS
from cmdb_collectors.ssh.commands.firmware import FIRMWARE
from cmdb_collectors.ssh.commands.interfaces import INTERFACES
from cmdb_collectors.ssh.commands.links import LINKS
from cmdb_collectors.ssh.commands.namespaces import NAMESPACES
from cmdb_collectors.ssh.commands.packages import PACKAGES
from cmdb_collectors.ssh.commands.processes import PROCESSES
from cmdb_collectors.ssh.commands.routes import ROUTES
from cmdb_collectors.ssh.commands.sockets import PAUSE, SOCKETS
from cmdb_collectors.ssh.commands.system import SYSTEM

__all__ = ["FIRST", "LAST", "NEXT", "Command"]

FIRST = SYSTEM
"""Runs on every system; the others only on Linux."""

NEXT: tuple[Command, ...] = (
    SOCKETS, DESCRIPTORS, FILES, FIRMWARE, LINKS, BLOCK_DEVICES, INTERFACES, ADDRESSES, ROUTES, BRIDGES, PAUSE,
    SOCKETS, CONTAINERS, *PACKAGES, PAUSE,
    SOCKETS, DESCRIPTORS, PROCESSES, NAMESPACES,
)  # fmt: skip
LAST: tuple[Command, ...] = (FILESYSTEMS,)
