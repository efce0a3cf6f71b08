"""The internet sockets, several times with a pause in between: connections are sampled."""

from __future__ import annotations

from cmdb_collectors.ssh.commands.command import Command
from cmdb_collectors.ssh.printed import read_files
from cmdb_collectors.ssh.snapshot import Snapshot

NAMES = ("tcp", "tcp6", "udp", "udp6")
# The heading, and states 01 (connected), 07 (bound, for UDP) and 0A (listening): those that wait to end are many.
WANTED = "-e local_address -e ':[0-9A-F]\\{4\\} 0[17A] '"
_SCRIPT = f"grep -H {WANTED} {' '.join(f'/proc/self/net/{name}' for name in NAMES)}\n"
_PAUSE = "sleep 0.3 || sleep 1\n"  # fractions are no part of POSIX


def read(output: bytes, snapshot: Snapshot) -> None:
    """One more sample."""
    said = Snapshot()
    read_files(output, said)
    snapshot.samples.append(said.files)


def read_nothing(output: bytes, snapshot: Snapshot) -> None:
    """What prints nothing has nothing to read."""


SOCKETS = Command("sockets", _SCRIPT, read)
PAUSE = Command("pause", _PAUSE, read_nothing)
