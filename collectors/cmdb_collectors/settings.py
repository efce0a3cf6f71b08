"""What a collector takes from its surroundings: the environment, its user, the name of its machine."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping

PROGRAM = "cmdb-collect"


def environment() -> Mapping[str, str]:
    """The variables of this process: secrets may come from those that the targets file names."""
    return os.environ


def default_name() -> str:
    """The name of this machine: the collector's name, unless its targets file gives another."""
    return socket.gethostname() or "collector"


def default_state_dir(environ: Mapping[str, str] = os.environ, is_root: bool | None = None) -> str:
    """/var/lib/cmdb-collect for root, else in the user's own state folder (XDG Base Directory Specification)."""
    if os.geteuid() == 0 if is_root is None else is_root:
        return f"/var/lib/{PROGRAM}"
    base = environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    return os.path.join(base, PROGRAM)
