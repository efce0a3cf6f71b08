"""What a command is: lines of POSIX sh, and a reader of what they print."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from cmdb_collectors.ssh.snapshot import Snapshot


class Command(NamedTuple):
    """Part of the script. `read` puts what the lines printed into the snapshot.

    It raises ValueError or LookupError for what such lines do not print.
    The lines run in a subshell with an empty standard input; standard error goes nowhere unless they say otherwise. Of
    the prologue (see `script`) they may use `raw PATH BYTES`, `$q`, an option of ls that keeps a name on one line, and
    `$limit`, which ends what hangs.
    """

    name: str
    script: str
    read: Callable[[bytes, Snapshot], None]
