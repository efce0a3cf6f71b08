"""The whole product in the lab: a server where the collectors stand, agents on the nodes, one machine for each."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.certificate import Certificate, certificate
from tests.support.lab import MANAGER, NODES, Lab
from tests.support.running import wait_for

pytestmark = pytest.mark.neo4j
PORT = "8443"


class Server:
    """A `cmdb up` in the manager's namespace, and commands that ask it."""

    def __init__(self, lab: Lab, data_dir: Path, made: Certificate) -> None:
        self.address = f"https://{MANAGER}:{PORT}"
        self.made = made
        self._lab = lab
        self._data_dir = data_dir

    def cmdb(self, *arguments: str) -> str:
        """What a `cmdb` command prints."""
        return self._lab.run("mgr", "env", f"CMDB_DATA={self._data_dir}", sys.executable, "-m", "cmdb.cli", *arguments)

    def token(self, role: str, file: Path) -> Path:
        """A new token of a role, in a file."""
        ends = ("--days", "1") if role == "enrolment" else ()
        self.cmdb("token", "create", f"lab {role}", "--role", role, *ends, "--output", str(file))
        return file


@pytest.fixture(scope="module")
def server(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    made, output, data_dir = certificate(folder, MANAGER), folder / "output", folder / "data"
    command = (sys.executable, "-m", "cmdb.cli", "up", "--data", str(data_dir), "--no-agent", "--host", MANAGER)
    process = lab.start("mgr", *command, "--port", PORT, *made.options, output=output)
    try:
        wait_for(lambda: "Ctrl-C stops" in output.read_text() or process.poll() is not None, 180)
        assert process.poll() is None, output.read_text()
        yield Server(lab, data_dir, made)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def targets(lab: Lab, folder: Path) -> Path:
    """A targets file that reads each node over SNMP (the switches by version 3) and over SSH."""
    for name, secret in (("auth", "labauthpass"), ("priv", "labprivpass"), ("community", "public")):
        (folder / name).touch(0o600)
        (folder / name).write_text(secret)
    (folder / "key").touch(0o600)
    (folder / "key").write_text(lab.key.read_text())
    text = f"""
[collector]
name = "lab"
state_dir = "{folder / "state"}"

[credentials.v3]
kind = "snmp-v3"
user = "labuser"
auth_protocol = "SHA"
auth_password = {{ file = "{folder / "auth"}" }}
priv_protocol = "AES"
priv_password = {{ file = "{folder / "priv"}" }}

[credentials.v2]
kind = "snmp-v2c"
community = {{ file = "{folder / "community"}" }}

[credentials.root]
kind = "ssh"
user = "root"
private_key = {{ file = "{folder / "key"}" }}

[groups.switches]
kind = "snmp"
credentials = ["v3"]

[groups.devices]
kind = "snmp"
credentials = ["v2"]

[groups.hosts]
kind = "ssh"
credentials = ["root"]
known_hosts = "{lab.known_hosts}"
"""
    for node, address in NODES.items():
        group = "switches" if node.startswith("sw") else "devices"
        text += f'[[targets]]\nname = "{node}-snmp"\naddress = "{address}"\ngroup = "{group}"\n'
        text += f'[[targets]]\nname = "{node}-ssh"\naddress = "{address}"\ngroup = "hosts"\n'
    text += '[[targets]]\nname = "nobody"\naddress = "10.99.0.99"\ngroup = "devices"\nbudget = 8\n'
    file = folder / "targets.toml"
    file.write_text(text)
    return file


def collect(lab: Lab, server: Server, file: Path, token: Path) -> dict[str, dict[str, Any]]:
    """Read every target once, and have all documents there: what a slow server did not take yet goes with the next."""
    run = (sys.executable, "-m", "cmdb_collectors", "run", "--targets", str(file), "--once", "--json")
    to = ("--server", server.address, "--ca", str(server.made.cert), "--token-file", str(token))
    for _ in range(5):
        told = json.loads(lab.run("mgr", *run, *to, expect=(3,)))
        if told["delivery"]["waiting"] == 0:
            break
    assert told["delivery"]["waiting"] == 0, told["delivery"]
    return {one["name"]: one for one in told["targets"]}


def test_collectors_and_agents_report_to_a_server_and_each_machine_is_one_ci(
    lab: Lab, server: Server, tmp_path: Path
) -> None:
    token = server.token("collector", tmp_path / "collector.token")
    told = collect(lab, server, targets(lab, tmp_path), token)
    assert told.pop("nobody")["state"] == "failed"
    assert {one["state"] for one in told.values()} == {"read"}

    enrolment = server.token("enrolment", tmp_path / "enrolment.token")
    to = ("--server", server.address, "--ca", str(server.made.cert), "--enrolment-token-file", str(enrolment))
    for node in NODES:
        lab.run(node, sys.executable, "-m", "cmdb_agent", "run", "--once", *to)

    servers: list[dict[str, Any]] = json.loads(server.cmdb("ci", "list", "--type", "Server", "--json"))
    assert sorted(one["title"] for one in servers) == sorted(NODES)
    for one in servers:
        shown = json.loads(server.cmdb("ci", "show", one["id"], "--json"))
        assert {sighting["source_kind"] for sighting in shown["sightings"]} == {"agent", "snmp", "ssh"}
    opened = server.cmdb("incident", "open", "The database does not answer", "--on", "PostgreSQL@db")
    for affected in ("app.py on web", "nginx on web", "app.py on cli"):
        assert f"{affected} ServiceInstance down (calls, hard)" in opened
    sources = json.loads(server.cmdb("source", "list", "--json"))
    (silent,) = (one for one in sources if "nobody" in one["key"])
    assert [problem["kind"] for problem in silent["problems"]] == ["no_answer"]


def test_a_machine_whose_host_key_changed_is_refused_and_says_so_on_its_ci(
    lab: Lab, server: Server, tmp_path: Path
) -> None:
    token = server.token("collector", tmp_path / "collector.token")
    file = targets(lab, tmp_path)
    collect(lab, server, file, token)
    own, other = (f"{NODES[node]} " for node in ("cli", "web"))
    lines = lab.known_hosts.read_text().splitlines()
    key_of_other = next(line for line in lines if line.startswith(other)).removeprefix(other)
    forged = tmp_path / "forged"
    forged.write_text("".join(f"{own}{key_of_other}\n" if line.startswith(own) else f"{line}\n" for line in lines))
    file.write_text(file.read_text().replace(str(lab.known_hosts), str(forged)))
    assert collect(lab, server, file, token)["cli-ssh"]["state"] == "failed"
    shown = json.loads(server.cmdb("ci", "show", "cli", "--json"))
    problems = [p["kind"] for s in shown["sightings"] if s["source_kind"] == "ssh" for p in s["problems"]]
    assert problems == ["host_key_changed"]
