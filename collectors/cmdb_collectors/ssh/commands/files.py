"""Text files of /etc and /proc, and the ones that tell a container, a cloud and a processor."""

from __future__ import annotations

from cmdb_collectors.ssh.commands.command import Command
from cmdb_collectors.ssh.printed import read_files

_PATHS = """\
/etc/os-release /usr/lib/os-release /etc/hosts /etc/machine-id /var/lib/dbus/machine-id /etc/timezone /etc/passwd
/etc/resolv.conf /run/systemd/resolve/resolv.conf /etc/ssh/ssh_host_*_key.pub
/run/cloud-init/instance-data.json /var/lib/cloud/data/instance-id
/proc/cpuinfo /proc/meminfo /proc/loadavg /proc/stat /proc/self/cgroup /proc/self/mountinfo
/proc/sys/kernel/random/boot_id /proc/sys/net/ipv4/ip_local_port_range
"""
# Of the first process's environment, which holds secrets in containers, only the variable that tells the container.
_SCRIPT = f"""\
grep -a -H '' {" ".join(_PATHS.split())} 2>&1
if [ -r /proc/1/environ ]; then tr '\\000' '\\n' </proc/1/environ | sed -n 's|^container=|/proc/1/environ:&|p'; fi
raw /proc/self/exe 6
"""

FILES = Command("files", _SCRIPT, read_files)
