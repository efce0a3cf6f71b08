"""The processes: a handful of programs read all of them, not one for each."""

from __future__ import annotations

from cmdb_collectors.ssh.commands.command import Command
from cmdb_collectors.ssh.printed import read_files, read_links
from cmdb_collectors.ssh.snapshot import Snapshot

_SCRIPT = """\
grep -a -H '' /proc/[0-9]*/stat /proc/[0-9]*/cgroup /proc/[0-9]*/cmdline 2>&1
grep -a -H '^Uid:' /proc/[0-9]*/status 2>&1
ls -ln$q /proc/[0-9]*/exe /proc/[0-9]*/cwd /proc/[0-9]*/ns/net 2>&1
"""


def read(output: bytes, snapshot: Snapshot) -> None:
    """Files and links of /proc/PID. Every line bears the path that it is from, so no process can speak for another."""
    read_files(output, snapshot)
    read_links(output, snapshot)


PROCESSES = Command("processes", _SCRIPT, read)
