"""The databases of the package managers: of dpkg and apk the lines that matter, of others what a program prints."""

from __future__ import annotations

import shlex

from cmdb_agent.programs import FOLDERS, PROGRAMS

from cmdb_collectors.ssh.commands.command import Command
from cmdb_collectors.ssh.snapshot import Snapshot

_STATUS = b"\nstatus="


def _lines_of(name: str, path: str, patterns: str) -> Command:
    """A file, out of the lines that are wanted of it; one of which nothing was read is not there."""

    def read(output: bytes, snapshot: Snapshot) -> None:
        if output:
            snapshot.files[path] = output

    return Command(name, f"grep -a {patterns} -e '^$' {path}\n", read)


def _output_of(index: int, program: tuple[str, ...]) -> Command:
    """What a program prints, where there is one and it succeeds."""

    def read(output: bytes, snapshot: Snapshot) -> None:
        printed, _, status = output.rpartition(_STATUS)
        if status.strip() == b"0":
            snapshot.outputs[program] = printed

    script = f"""\
PATH={FOLDERS}
if command -v {program[0]} >/dev/null; then $limit {shlex.join(program)}; printf '\\nstatus=%s\\n' $?; fi
"""
    return Command(f"output{index}", script, read)


PACKAGES = (
    _lines_of("dpkg", "/var/lib/dpkg/status", "-e '^\\(Package\\|Status\\|Version\\|Architecture\\|Source\\): '"),
    _lines_of("apk", "/lib/apk/db/installed", "-e '^[PVAo]:'"),
    *(_output_of(index, program) for index, program in enumerate(sorted(PROGRAMS))),
)
