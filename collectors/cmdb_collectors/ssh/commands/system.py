"""What the kernel is called, what the clock says, who is logged in, and over which connection."""

from __future__ import annotations

from cmdb_collectors.ssh.commands.command import Command
from cmdb_collectors.ssh.printed import text
from cmdb_collectors.ssh.snapshot import Snapshot

_SCRIPT = """\
printf '%s\\n' "kernel=$(uname -s)" "node=$(uname -n)" "release=$(uname -r)" "machine=$(uname -m)" "user=$(id -u)" \\
"time=$(date +%s)" "shell=$$" "connection=$SSH_CONNECTION" "page_bytes=$(getconf PAGESIZE)" "ticks=$(getconf CLK_TCK)"
"""


def read(output: bytes, snapshot: Snapshot) -> None:
    """Lines `name=value`; what has no value is left out."""
    for line in text(output).splitlines():
        name, _, value = line.partition("=")
        if value:
            snapshot.facts[name] = value


SYSTEM = Command("system", _SCRIPT, read)
