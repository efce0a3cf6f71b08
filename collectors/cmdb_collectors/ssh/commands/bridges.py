"""The ports of Linux bridges, and the stations learnt behind them."""

from __future__ import annotations

from cmdb_agent.probes.topology import FORWARDING_BYTES_MAX

from cmdb_collectors.ssh.commands.command import Command
from cmdb_collectors.ssh.printed import read_files

_SCRIPT = f"""\
grep -H '' /sys/class/net/*/brif/*/port_no
for table in /sys/class/net/*/brforward; do raw "$table" {FORWARDING_BYTES_MAX}; done
"""

BRIDGES = Command("bridges", _SCRIPT, read_files)
