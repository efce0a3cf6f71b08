"""Parts of the machine that some tests need: a missing one skips, or fails where all must be there."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest


@dataclass(frozen=True)
class Part:
    """Something a test may need: how it is found, and how it is installed."""

    find: Callable[[], Path | None]
    install: str


def _command(name: str, *more_folders: str) -> Callable[[], Path | None]:
    def find() -> Path | None:
        # Daemons live in sbin, which is not on every user's PATH.
        places = [os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin", "/sbin"]
        versions = [str(match) for folder in more_folders for match in sorted(Path("/").glob(folder))]
        found = shutil.which(name, path=os.pathsep.join([*places, *versions]))
        return Path(found) if found else None

    return find


def _network_namespaces() -> Path | None:
    ip = _command("ip")()
    if ip is None:
        return None
    name = f"cmdb-probe-{os.getpid()}"
    if subprocess.run([ip, "netns", "add", name], capture_output=True, check=False).returncode != 0:
        return None
    subprocess.run([ip, "netns", "delete", name], capture_output=True, check=True)
    return ip


def _corpora() -> Path | None:
    folder = os.environ.get("CMDB_CORPORA")
    return Path(folder) if folder and Path(folder).is_dir() else None


PARTS = {
    "chromium": Part(_command("chromium"), "apt-get install chromium"),
    "corpora": Part(_corpora, "set CMDB_CORPORA to the folder of recorded devices and public lists"),
    "dpkg": Part(_command("dpkg-query"), "run on Debian or Ubuntu"),
    "java": Part(_command("java"), "apt-get install openjdk-17-jre-headless"),
    "lldpd": Part(_command("lldpd"), "apt-get install lldpd"),
    "netns": Part(_network_namespaces, "apt-get install iproute2, and run as root"),
    "nginx": Part(_command("nginx"), "apt-get install nginx-light"),
    "postgres": Part(_command("postgres", "usr/lib/postgresql/*/bin"), "apt-get install postgresql"),
    "redis-server": Part(_command("redis-server"), "apt-get install redis-server"),
    "snmpd": Part(_command("snmpd"), "apt-get install snmpd"),
    "sshd": Part(_command("sshd"), "apt-get install openssh-server"),
    "tmpfs": Part(lambda: Path("/proc/mounts") if os.geteuid() == 0 else None, "run as root on Linux"),
}


def require(name: str) -> Path:
    """The path of a part of PARTS (a program, or a folder); skips the calling test when it is missing."""
    part = PARTS[name]
    path = part.find()
    if path is None:
        missing(f"{name} is missing: {part.install}")
    return path


def missing(reason: str) -> NoReturn:
    """Skips the calling test; fails it where CMDB_REQUIRE_ALL=1 says that nothing may be missing."""
    if os.environ.get("CMDB_REQUIRE_ALL") == "1":
        pytest.fail(f"{reason} (CMDB_REQUIRE_ALL=1)", pytrace=False)
    pytest.skip(reason)
