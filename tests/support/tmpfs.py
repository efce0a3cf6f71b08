"""Disks that are easily full."""

import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.support.require import require


@contextmanager
def small_disk(folder: Path, mebibytes: int) -> Generator[None]:
    """A disk of its own at `folder`, of the given size; needs root."""
    require("tmpfs")
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)
