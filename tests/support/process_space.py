"""A machine with nothing on it: a process space of its own, in which an agent sees only what a test starts."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.support.require import missing
from tests.support.running import wait_for

# It takes over and buries what the programs of the space leave behind, as an init does.
_INIT = "trap '' CHLD; exec sleep infinity"


class ProcessSpace:
    """Network and files are the machine's own."""

    def __init__(self, init_pid: int) -> None:
        self._enter = ["nsenter", "--target", str(init_pid), "--pid", "--mount", "--"]
        self._started: list[subprocess.Popen[bytes]] = []

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._enter, *map(str, command)], capture_output=True, text=True, timeout=120, check=False
        )

    def start(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        """A program that runs until it is given to `stop`."""
        quiet = subprocess.DEVNULL
        process = subprocess.Popen([*self._enter, *command], stdin=quiet, stdout=quiet, stderr=quiet)
        self._started.append(process)
        return process

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        # nsenter waits for its child; the child is who must end.
        for child in _children(process.pid):
            os.kill(child, 15)
        process.wait(10)
        self._started.remove(process)

    def stop_all(self) -> None:
        for process in list(self._started):
            self.stop(process)


@contextmanager
def process_space() -> Generator[ProcessSpace]:
    """Needs root on Linux: skips where a space cannot be made."""
    trial = ["unshare", "--pid", "--fork", "--mount-proc", "true"]
    if os.geteuid() != 0 or subprocess.run(trial, check=False).returncode != 0:
        missing("a process space of its own is needed: run as root on Linux")
    unshare = subprocess.Popen(["unshare", "--pid", "--mount-proc", "--kill-child", "sh", "-c", _INIT])
    try:
        assert wait_for(lambda: _children(unshare.pid), 5)
        space = ProcessSpace(_children(unshare.pid)[0])
        try:
            yield space
        finally:
            space.stop_all()
    finally:
        unshare.kill()
        unshare.wait()


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
