"""What the runtimes keep of their containers: names and images. Only root may read it."""

from __future__ import annotations

from cmdb_collectors.ssh.commands.command import Command
from cmdb_collectors.ssh.printed import read_files

_SCRIPT = """\
grep -a -H '' /var/lib/docker/containers/*/config.v2.json \
/var/lib/containers/storage/overlay-containers/containers.json \
/run/containerd/io.containerd.runtime.v2.task/*/*/config.json
"""

CONTAINERS = Command("containers", _SCRIPT, read_files)
