"""The lab of tests/lab/lab.sh: two switches, three servers and a place for collectors, on one machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.require import require

NODES = {"sw1": "10.99.0.11", "sw2": "10.99.0.12", "web": "10.99.0.21", "db": "10.99.0.31", "cli": "10.99.0.41"}
MANAGER = "10.99.0.51"
WAYS = ("agent", "snmp", "ssh")

_PROJECT = Path(__file__).resolve().parents[2]
_SCRIPT = _PROJECT / "tests" / "lab" / "lab.sh"
_PARTS = ("netns", "snmpd", "lldpd", "sshd", "nginx", "postgres", "redis-server")
_ROOTS = os.pathsep.join(str(_PROJECT / root) for root in (".", "agents", "collectors", "api"))


class Lab:
    """A running lab. `folder` holds the client's key, the hosts' keys and what each node wrote."""

    def __init__(self, folder: Path, prefix: str) -> None:
        self.folder = folder
        self.key = folder / "client_key"
        self.known_hosts = folder / "known_hosts"
        self._environment = os.environ | {"LAB_DIR": str(folder), "LAB_PREFIX": prefix, "PYTHONPATH": _ROOTS}

    def control(self, *arguments: str) -> str:
        """What lab.sh prints."""
        done = subprocess.run(
            ["bash", str(_SCRIPT), *arguments], env=self._environment, capture_output=True, text=True, timeout=300,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"lab.sh {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def restart(self) -> None:
        """Make the lab what it was at the beginning: a test has killed something that others need."""
        self.control("down")
        self.control("up")

    def command(self, place: str, *command: str) -> list[str]:
        """A command line that runs a command on a node, or at the collectors' place `mgr`."""
        where = ("mgr",) if place == "mgr" else ("exec", place)
        return ["bash", str(_SCRIPT), *where, *command]

    def run(self, place: str, *command: str, expect: tuple[int, ...] = (0,)) -> str:
        """What a command prints there."""
        done = subprocess.run(
            self.command(place, *command), env=self._environment, capture_output=True, text=True, timeout=300,
            check=False,
        )  # fmt: skip
        assert done.returncode in expect, f"{command} on {place}: {done.returncode} {done.stderr[-2000:]}"
        return done.stdout

    def start(self, place: str, *command: str, output: Path) -> subprocess.Popen[bytes]:
        """A program that runs on there."""
        with output.open("wb") as stream:
            return subprocess.Popen(
                self.command(place, *command), env=self._environment, stdout=stream, stderr=stream,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip

    def observe(self, node: str, way: str) -> dict[str, Any]:
        """What one way of looking at a node sees now."""
        if way == "agent":
            return json.loads(self.run(node, sys.executable, "-m", "cmdb_agent", "collect", "--output", "-"))
        arguments = (
            ["snmp", NODES[node], "--community", "public"] if way == "snmp"
            else ["ssh", f"root@{NODES[node]}", "--identity", str(self.key), "--known-hosts", str(self.known_hosts)]
        )  # fmt: skip
        collect = (sys.executable, "-m", "cmdb_collectors", *arguments, "--name", node, "--output", "-")
        return json.loads(self.run("mgr", *collect))


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """The lab, taken down at the end, and by itself should the tests be killed."""
    for part in _PARTS:
        require(part)
    folder = Path(tempfile.mkdtemp(prefix="cmdb-lab-"))  # not pytest's, where PostgreSQL's user may not enter
    found = Lab(folder / "lab", f"t{os.getpid()}")
    folder.chmod(0o755)
    try:
        found.control("up")
        yield found
    finally:
        found.control("down")
        shutil.rmtree(folder)
