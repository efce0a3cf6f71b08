"""Small files that must be whole or absent, private files, and locks that die with their holders."""

import errno
import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from cmdb.store.engine.errors import EngineError

_DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def make_private_dir(folder: Path) -> None:
    """Makes `folder` and its parents; others than its owner cannot look into the folder itself."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def write_private(path: Path, text: str) -> None:
    """Replaces `path` by `text` at once, readable by its owner only, and on disk when this returns."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


@contextmanager
def exclusive(path: Path) -> Generator[None]:
    """Holds the lock on `path`, waiting for whoever holds it; the kernel frees it with its holder."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def disk_errors_explained(folder: Path, needed_bytes: int) -> Generator[None]:
    """Turns "disk full" and "not allowed" below `folder` into an EngineError that says what to do."""
    try:
        yield
    except PermissionError as error:
        raise EngineError(
            f"{error.filename or folder} cannot be used: permission denied.",
            "Give it to the user that runs this program, or choose another folder (CMDB_DATA).",
        ) from error
    except OSError as error:
        if error.errno not in _DISK_FULL:
            raise
        raise disk_full(folder, needed_bytes) from error


def disk_full(folder: Path, needed_bytes: int) -> EngineError:
    """The error for a disk that cannot take `needed_bytes` more below `folder`."""
    return EngineError(
        f"The disk that holds {folder} is full: the engine needs {needed_bytes / 2**20:.0f} MiB there.",
        "Free some space, or choose a folder on another disk (CMDB_DATA for data, CMDB_CACHE for jars).",
    )
