"""A round over SSH: hosts that hang, refuse or show another key hold no other; no key is tried where none is due."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from cmdb_collectors.attempt import Attempts
from cmdb_collectors.credentials import Login
from cmdb_collectors.keyring import Keyring
from cmdb_collectors.targets import Target, Timing
from cmdb_collectors.threads import Threads

from tests.support.sshd import SshServer, make_key, ssh_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshServer]:
    with ssh_server(tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture
def tarpit() -> Iterator[int]:
    """The port of something that takes connections and says nothing."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def found(server: SshServer, tarpit: int, tmp_path: Path) -> dict[str, dict[str, Any]]:
    """What a round over five targets says of each."""
    make_key(tmp_path / "strange")
    (tmp_path / "changed").write_text(
        f"[127.0.0.1]:{server.port} {' '.join(make_key(tmp_path / 'other').split()[:2])}\n"
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = probe.getsockname()[1]
    text = "[collector]\nssh_at_once = 2\n"
    for name, key in (("right", server.folder / "client"), ("strange", tmp_path / "strange")):
        text += (
            f'[credentials.{name}]\nkind = "ssh"\nuser = "{server.login.user}"\nprivate_key = {{ file = "{key}" }}\n'
        )
    for name, port, credentials, known_hosts in (
        ("hangs", tarpit, ["right", "strange"], server.known_hosts),
        ("closed", closed, ["right", "strange"], server.known_hosts),
        ("refuses", server.port, ["strange"], server.known_hosts),
        ("changed", server.port, ["strange", "right"], tmp_path / "changed"),
        ("good", server.port, ["strange", "right"], server.known_hosts),
    ):
        text += (
            f'[[targets]]\nname = "{name}"\nkind = "ssh"\naddress = "127.0.0.1"\nport = {port}\ntimeout = 2\n'
            f'credentials = {json.dumps(credentials)}\nknown_hosts = "{known_hosts}"\n'
        )
    (tmp_path / "targets.toml").write_text(text)
    line = [sys.executable, "-m", "cmdb_collectors", "run", "--once", "--json", "--output", str(tmp_path / "out")]
    done = subprocess.run(
        [*line, "--targets", str(tmp_path / "targets.toml")], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 3, done.stderr
    assert "PRIVATE KEY" not in done.stdout + done.stderr
    return {one["name"]: one for one in json.loads(done.stdout)["targets"]}


def test_each_host_gets_what_is_due_to_it_and_none_holds_another(found: dict[str, dict[str, Any]]) -> None:
    kinds = {name: [problem["kind"] for problem in one["problems"]] for name, one in found.items() if name != "good"}
    assert kinds == {
        "hangs": ["handshake_failed"],
        "closed": ["unreachable"],
        "refuses": ["authentication_failed"],
        "changed": ["host_key_changed"],
    }
    assert {name for name, one in found.items() if one["state"] == "failed"} == set(kinds)
    assert found["hangs"]["seconds"] < 30
    assert found["good"]["credentials"] == "right"
    assert found["good"]["items"] > 10


def test_a_session_that_outlasts_its_time_is_given_up_and_its_target_not_doubled(tarpit: int) -> None:
    threads = Threads()
    login = Login(user="nobody", password="hush")
    attempts = Attempts("edge-1", Keyring({"l": login}), threads, grace_seconds=0)
    target = Target("hangs", "ssh", "127.0.0.1", tarpit, ("l",), timing=Timing(budget_seconds=0.3))
    read = asyncio.run(attempts.read(target))
    assert [problem["kind"] for problem in read.document["problems"]] == ["time_out"]
    assert attempts.is_running(target)
    deadline = time.monotonic() + 20
    while threads.count() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not attempts.is_running(target)
