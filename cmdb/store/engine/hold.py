"""Who uses an engine folder: a lock that lives exactly as long as its user and the engine it started."""

import fcntl
import os
import sys
import time
from pathlib import Path
from typing import Self

from cmdb.store.engine.errors import EngineError

# A killed starter's engine is killed with it, but it takes a moment to leave.
_LEAVING_SECONDS = 10


class Hold:
    """The right to use one engine folder.

    The engine inherits `descriptor`, so that the folder counts as in use until both the starter
    and the engine are gone, however they go. Source: flock(2), locks belong to open files.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    @classmethod
    def take(cls, engine_dir: Path) -> Self:
        """Raises EngineError, which names process and command, when another one holds the folder."""
        path = engine_dir / "in-use"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(descriptor, path)
        except BaseException:
            os.close(descriptor)
            raise
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n{' '.join(sys.orig_argv)}\n".encode(), 0)
        return cls(descriptor)

    def release(self) -> None:
        """Gives up this process's share of the hold."""
        os.close(self.descriptor)


def _lock(descriptor: int, path: Path) -> None:
    deadline = time.monotonic() + _LEAVING_SECONDS
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            pid, _, command = path.read_text(encoding="utf-8", errors="replace").partition("\n")
            if not pid.isdecimal() or not _is_running(int(pid)):
                if time.monotonic() < deadline:
                    time.sleep(0.1)
                    continue
                pid, command = "unknown", "its starter is gone, but the engine still runs"
            raise EngineError(
                f"The folder {path.parent} is in use by process {pid} ({command.strip()}).",
                "Use that one, stop it first, or choose another data folder (CMDB_DATA).",
            ) from error


def is_held(engine_dir: Path) -> bool:
    """Whether somebody uses the folder, or the engine that was started in it has not gone yet."""
    try:
        descriptor = os.open(engine_dir / "in-use", os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _is_running(pid: int) -> bool:
    """Whether a process of this number exists, whoever owns it."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
