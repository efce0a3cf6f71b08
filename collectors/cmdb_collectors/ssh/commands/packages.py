"""The databases of the package managers: of dpkg and apk the lines that matter, of others what a program prints."""

from __future__ import annotations

import shlex

from cmdb_agent.probes import package_apk, package_rpm
from cmdb_agent.programs import FOLDERS, PROGRAMS, RPM_PACKAGES

from cmdb_collectors.ssh.commands.command import Command
from cmdb_collectors.ssh.printed import text
from cmdb_collectors.ssh.snapshot import Snapshot

_PRINTED, _STATUS = b"\nprinted\n", b"\nstatus="
# What a program reads: without it, it is not asked, and one of them would make an empty database.
_DATABASES: dict[tuple[str, ...], tuple[str, ...]] = {RPM_PACKAGES: package_rpm.DATABASES}


def _lines_of(name: str, path: str, patterns: str) -> Command:
    """A file, out of the lines that are wanted of it; one of which nothing was read is not there."""

    def read(output: bytes, snapshot: Snapshot) -> None:
        if output:
            snapshot.files[path] = output

    return Command(name, f"grep -a {patterns} -e '^$' {path}\n", read)


def _output_of(index: int, program: tuple[str, ...]) -> Command:
    """What a program prints, where there is one, and what it reads, and it succeeds. The paths of what it reads."""
    databases = _DATABASES.get(program, ())

    def read(output: bytes, snapshot: Snapshot) -> None:
        there, _, after = output.partition(_PRINTED)
        snapshot.paths.update(line for line in text(there).splitlines() if line in databases)
        printed, _, status = after.rpartition(_STATUS)
        if status.strip() == b"0":
            snapshot.outputs[program] = printed

    script = f"""\
ls -d {" ".join(databases)} | grep . || exit 0
printf '\\nprinted\\n'
PATH={FOLDERS}
if command -v {program[0]} >/dev/null; then $limit {shlex.join(program)}; printf '\\nstatus=%s\\n' $?; fi
"""
    return Command(f"output{index}", script, read)


PACKAGES = (
    _lines_of("dpkg", "/var/lib/dpkg/status", "-e '^\\(Package\\|Status\\|Version\\|Architecture\\|Source\\): '"),
    *(_lines_of(f"apk{index}", path, "-e '^[PVA]:'") for index, path in enumerate(package_apk.DATABASES)),
    *(_output_of(index, program) for index, program in enumerate(sorted(PROGRAMS))),
)
