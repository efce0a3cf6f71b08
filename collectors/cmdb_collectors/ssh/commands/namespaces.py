"""The sockets of other network namespaces than the login's own: those of containers, one process of each."""

from __future__ import annotations

from cmdb_agent.processes.grouping import NAMESPACES_MAX

from cmdb_collectors.ssh.commands.command import Command
from cmdb_collectors.ssh.commands.sockets import NAMES, WANTED
from cmdb_collectors.ssh.printed import read_files

_SCRIPT = f"""\
seen=' ' left={NAMESPACES_MAX}
for word in $(ls -ln /proc/$$/ns/net); do own=$word; done
ls -ln /proc/[0-9]*/ns/net | while read -r _ _ _ _ _ _ _ _ path _ name; do
case "$seen$own " in *" $name "*) continue ;; esac
seen="$seen$name "
[ $left -gt 0 ] || break
left=$((left - 1))
net=${{path%/ns/net}}/net
grep -H {WANTED} {" ".join(f"$net/{name}" for name in NAMES)}
grep -H '' $net/fib_trie
done
"""

NAMESPACES = Command("namespaces", _SCRIPT, read_files)
