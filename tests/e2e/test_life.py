"""One life of `cmdb up`: first start on a terminal, a second one beside it, Ctrl-C, another start, kill -9."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.support.running import cmdb, processes_of, start_up, wait_for

pytestmark = pytest.mark.neo4j

TRACKED = ("Server", "NetworkInterface", "Filesystem", "SoftwareRelease", "ServiceInstance")


@dataclass
class Life:
    """What was seen on the way."""

    first_output: str = ""
    admin_token: str = ""
    file_modes: dict[str, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    cis: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    server: dict[str, Any] = field(default_factory=dict)
    refused: subprocess.CompletedProcess[bytes] | None = None
    first_pid: int = 0
    interrupt_exit: int | None = None
    interrupt_seconds: float = 0
    left_after_interrupt: dict[int, str] = field(default_factory=dict)
    second_output: str = ""
    servers_after_restart: list[str] = field(default_factory=list)
    left_after_kill: dict[int, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    data_dir = tmp_path_factory.mktemp("life") / "data"
    seen = Life()
    first = start_up(data_dir, on_terminal=True)
    try:
        first.wait_until_ready()
        _look(seen, data_dir)
        seen.server = _show(data_dir, f"127.0.0.1:{first.port}")
        seen.first_pid = first.process.pid
        seen.refused = cmdb(data_dir, "up", "--port", str(first.port + 1))
    finally:
        began = time.monotonic()
        seen.interrupt_exit = first.end(signal.SIGINT)
        seen.interrupt_seconds = time.monotonic() - began
        seen.first_output = first.output
    seen.left_after_interrupt = processes_of(data_dir)
    second = start_up(data_dir, port=first.port)
    try:
        second.wait_until_ready()
        seen.servers_after_restart = [ci["id"] for ci in _list(data_dir, "Server")]
    finally:
        second.end(signal.SIGKILL)
        seen.second_output = second.output
    wait_for(lambda: not processes_of(data_dir), 5)
    seen.left_after_kill = processes_of(data_dir)
    return seen


def _look(seen: Life, data_dir: Path) -> None:
    seen.admin_token = (data_dir / "admin-token").read_text().strip()
    seen.secrets = [seen.admin_token, (data_dir / "engine/password").read_text().strip()]
    seen.secrets.append(json.loads((data_dir / "agent/enrolment.json").read_text())["token"])
    seen.commands = list(processes_of(data_dir).values())
    private = [path for path in data_dir.rglob("*") if path.name in {"admin-token", "password", "enrolment.json"}]
    seen.file_modes = {path.name: oct(path.stat().st_mode & 0o777) for path in private}
    seen.file_modes["."] = oct(data_dir.stat().st_mode & 0o777)
    seen.cis = {label: _list(data_dir, label) for label in TRACKED}


def _list(data_dir: Path, label: str) -> list[dict[str, Any]]:
    answer = cmdb(data_dir, "ci", "list", "--type", label, "--limit", "5000", "--json")
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def _show(data_dir: Path, name: str) -> dict[str, Any]:
    answer = cmdb(data_dir, "ci", "show", name, "--json")
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_one_command_ends_with_this_machine_as_one_server_and_the_calls_on_it(life: Life):
    assert len(life.cis["Server"]) == 1
    assert all(life.cis[label] for label in ("NetworkInterface", "Filesystem", "ServiceInstance"))
    assert life.server["title"] == "CMDB API"
    called = {one["ci"]["title"] for one in life.server["relationships"] if one["verb"] == "CALLS"}
    assert "Neo4j" in called


def test_it_says_where_it_is_and_what_to_try(life: Life):
    assert "Address       http://127.0.0.1:" in life.first_output
    assert f"impact {life.cis['ServiceInstance'][0]['id'][:3]}" in life.first_output
    assert "incident open" in life.first_output


def test_the_admin_token_is_shown_once_on_a_terminal_and_kept_in_a_private_file(life: Life):
    assert life.first_output.count(life.admin_token) == 1
    assert life.admin_token not in life.second_output
    assert "admin-token" in life.second_output


def test_what_is_secret_is_readable_by_its_owner_only(life: Life):
    assert life.file_modes == {"admin-token": "0o600", "password": "0o600", "enrolment.json": "0o600", ".": "0o700"}


def test_no_secret_stands_in_a_command_line(life: Life):
    assert len(life.commands) >= 4, life.commands
    assert not [(secret, command) for secret in life.secrets for command in life.commands if secret in command]


def test_a_second_start_on_the_same_folder_says_who_uses_it(life: Life):
    assert life.refused is not None
    assert life.refused.returncode == 3
    assert f"in use by process {life.first_pid}" in life.refused.stderr.decode()


def test_ctrl_c_stops_everything_within_seconds(life: Life):
    assert life.interrupt_exit == 0
    assert life.left_after_interrupt == {}
    assert life.interrupt_seconds < 20


def test_the_next_start_finds_the_same_server(life: Life):
    assert life.servers_after_restart == [ci["id"] for ci in life.cis["Server"]]


def test_kill_9_of_the_supervisor_leaves_no_process_behind(life: Life):
    assert life.left_after_kill == {}
