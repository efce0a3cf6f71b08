"""snmpsim: a responder that serves a folder of recordings, each under the community that is its file's name."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cmdb_collectors.credentials import Community
from cmdb_collectors.snmp.mibs.snmpv2_mib import SYS_DESCR, SYS_OBJECT_ID
from cmdb_collectors.snmp.session import Limits, open_session

from tests.support.require import missing

ADDRESS = "127.0.0.1"
# It answers only when all files are indexed: about 10 s for a hundred, more where the machine is busy.
_READY_SECONDS = 180


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, int]]:
    """Address and port of a responder over the recordings in a folder; ends with the block."""
    program = Path(sys.executable).with_name("snmpsim-command-responder")
    if not program.is_file():
        missing("snmpsim is missing: install the development requirements")
    port = _free_port()
    cache = _cache(folder)
    arguments = [str(program), f"--data-dir={folder}", f"--cache-dir={cache}", "--logging-method=null"]
    arguments.append(f"--agent-udpv4-endpoint={ADDRESS}:{port}")
    if os.geteuid() == 0:
        arguments += ["--process-user=root", "--process-group=root"]
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two that index at once would write the same files
        process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait_until_ready(process, port, _some_community(folder))
        except BaseException:
            process.kill()
            process.wait()
            raise
    try:
        yield ADDRESS, port
    finally:
        process.terminate()
        process.wait(20)


def _cache(folder: Path) -> Path:
    """Where the indexes of a folder are kept from run to run: snmpsim makes anew those of files that changed."""
    digest = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
    cache = Path(tempfile.gettempdir(), f"cmdb-snmpsim-{os.geteuid()}-{digest}")
    cache.mkdir(mode=0o700, exist_ok=True)
    return cache


def _some_community(folder: Path) -> str:
    return min(path.stem for path in folder.glob("*.snmprec"))


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((ADDRESS, 0))
        return probe.getsockname()[1]


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, community: str) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while not asyncio.run(_answers(port, community)):
        if process.poll() is not None:
            raise RuntimeError(f"snmpsim ended with {process.returncode}")
        if time.monotonic() > deadline:
            raise TimeoutError(f"snmpsim does not answer after {_READY_SECONDS} s")
        time.sleep(0.3)


async def _answers(port: int, community: str) -> bool:
    limits = Limits(timeout_seconds=1, retries=0)
    async with open_session(ADDRESS, port, Community(community=community), limits) as session:
        return bool(await session.get([SYS_DESCR, SYS_OBJECT_ID]))
