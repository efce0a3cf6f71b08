"""Which process holds which socket: the links in every /proc/PID/fd that the login may see."""

from __future__ import annotations

import re

from cmdb_collectors.ssh.commands.command import Command
from cmdb_collectors.ssh.printed import text
from cmdb_collectors.ssh.snapshot import Snapshot

_SCRIPT = "ls -ln$q /proc/[0-9]*/fd 2>&1 | grep -e '^/proc/' -e ' -> socket:' -e 'Permission denied'\n"
_FOLDER = re.compile(r"(/proc/\d+/fd):")
_SOCKET = re.compile(r".* \d+ -> (socket:\[\d+\])")
_DENIED = re.compile(r"ls: .*?(/proc/\d+/fd)\b.*Permission denied")


def read(output: bytes, snapshot: Snapshot) -> None:
    """The sockets by folder, added to those of an earlier look: a connection may end in between."""
    held: set[str] | None = None
    for line in text(output).splitlines():
        folder = _FOLDER.fullmatch(line)
        socket = _SOCKET.fullmatch(line)
        denied = _DENIED.match(line)
        if folder:
            held = snapshot.descriptors.setdefault(folder[1], set())
        elif socket and held is not None:
            held.add(socket[1])
        elif denied:
            snapshot.denied.add(denied[1])


DESCRIPTORS = Command("descriptors", _SCRIPT, read)
