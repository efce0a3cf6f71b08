"""Symbolic links that mean something: the time zone, the hardware behind an interface, the names of volumes."""

from __future__ import annotations

from cmdb_collectors.ssh.commands.command import Command
from cmdb_collectors.ssh.printed import read_links

_SCRIPT = "ls -lnd$q /etc/localtime /sys/class/net/* /sys/class/net/*/device /dev/root /dev/mapper/* 2>&1\n"

LINKS = Command("links", _SCRIPT, read_links)
