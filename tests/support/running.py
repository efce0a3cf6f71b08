"""`cmdb up` as a user starts it: a process of its own, with a data folder of its own."""

from __future__ import annotations

import os
import pty
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from cmdb.store.driver import Graph

CMDB = (sys.executable, "-m", "cmdb.cli")
_READY_SECONDS = 180
_ERASED = re.compile(r"[^\n]*\x1b\[2K")
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


class Running:
    """A started `cmdb up`. `output` grows while it runs; a terminal's is free of colours."""

    def __init__(self, data_dir: Path, port: int, process: subprocess.Popen[bytes], output_end: int) -> None:
        self.data_dir = data_dir
        self.port = port
        self.process = process
        self.address = f"http://127.0.0.1:{port}"
        self._raw = b""
        self._reader = threading.Thread(target=self._read, args=(output_end,), daemon=True)
        self._reader.start()

    @property
    def output(self) -> str:
        return _COLOURS.sub("", _ERASED.sub("", self._raw.decode(errors="replace")))

    @property
    def admin_token(self) -> str:
        return (self.data_dir / "admin-token").read_text().strip()

    def wait_until_ready(self) -> None:
        wait_for(lambda: "Ctrl-C stops" in self.output or self.process.poll() is not None, _READY_SECONDS)
        if "Ctrl-C stops" not in self.output:
            pytest.fail(f"cmdb up is not ready: {self.output}", pytrace=False)

    def end(self, number: int) -> int:
        """Sends a signal to `cmdb up` alone and returns its exit code, with all its output read."""
        self.process.send_signal(number)
        code = self.process.wait(40)
        self._reader.join(5)
        return code

    def api(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.admin_token}"}
        return httpx.Client(base_url=self.address + "/api/v1", headers=headers, timeout=60, trust_env=False)

    def graph(self) -> Graph:
        engine = self.data_dir / "engine"
        port, password = ((engine / name).read_text().strip() for name in ("port", "password"))
        return Graph(f"bolt://127.0.0.1:{port}", "neo4j", password)

    def _read(self, end: int) -> None:
        with open(end, "rb", buffering=0) as stream:
            while chunk := _chunk(stream.fileno()):
                self._raw += chunk


def _chunk(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # a terminal whose other end is closed reads as EIO
        return b""


def start_up(data_dir: Path, *options: str, port: int | None = None, on_terminal: bool = False) -> Running:
    """Starts it, and returns at once."""
    port = port or free_port()
    ours, theirs = pty.openpty() if on_terminal else os.pipe()
    try:
        process = subprocess.Popen(
            [*CMDB, "up", "--port", str(port), *options],
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
            env=environment(data_dir),
            start_new_session=True,
        )
    finally:
        os.close(theirs)
    return Running(data_dir, port, process, ours)


@contextmanager
def up(data_dir: Path, *options: str, port: int | None = None) -> Iterator[Running]:
    """A `cmdb up` that is ready, and is stopped at the end."""
    running = start_up(data_dir, *options, port=port)
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.end(signal.SIGINT)


def environment(data_dir: Path) -> dict[str, str]:
    return os.environ | {"CMDB_DATA": str(data_dir), "COLUMNS": "250", "TERM": "xterm"}


def cmdb(data_dir: Path, *arguments: str, given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """A finished `cmdb` command with this data folder."""
    return subprocess.run(
        [*CMDB, *arguments], input=given, env=environment(data_dir), capture_output=True, timeout=120, check=False
    )


def processes_of(data_dir: Path) -> dict[int, str]:
    """Every process that was started for this data folder, and its command line."""
    found: dict[int, str] = {}
    mark = str(data_dir).encode()
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal() or int(folder.name) == os.getpid():
            continue
        try:
            command = (folder / "cmdline").read_bytes()
            if command and (mark in command or mark in (folder / "environ").read_bytes()):
                found[int(folder.name)] = command.replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # gone meanwhile
            continue
    return found


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(is_so: Callable[[], object], seconds: float) -> bool:
    """Whether it became so in time."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
