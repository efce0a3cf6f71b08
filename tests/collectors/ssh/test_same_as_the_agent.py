"""A Linux host over SSH beside the agent on it, field by field: a real sshd, a real machine, real programs."""

import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from cmdb_collectors.author import Author
from cmdb_collectors.ssh.collect import collect

from tests.support.process_space import process_space
from tests.support.require import missing, require
from tests.support.sshd import ADDRESS, free_port, ssh_server

pytestmark = pytest.mark.live

AGENTS = Path(__file__).parents[3] / "agents"
PYTHON = "/usr/bin/python3"  # the system's own: other users may run it
# What moves from one reading to the next, however they are made.
MOVING = {"used_bytes", "memory_available_bytes", "load_average_1m", "resident_bytes"}
# Who reads, and when.
THE_AGENTS_OWN = "certificates"  # they are asked at the listeners, which a login does not do
OF_THE_READER = {"source", "scope", "document_id", "observed_at"}

LISTENER = """
import socket, sys, time
one = socket.create_server(("127.0.0.1", int(sys.argv[1])))
held = [one.accept()[0]]
time.sleep(600)
"""
CALLER = """
import socket, sys, time
one = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
time.sleep(600)
"""


@pytest.fixture(scope="module")
def space():
    with process_space() as one:
        yield one


@pytest.fixture(scope="module")
def folder():
    """A folder that every user may enter, which pytest's own is not."""
    with tempfile.TemporaryDirectory(prefix="cmdb-ssh-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def programs(space, folder):
    """A service that listens, one that calls it and does nothing else, and a daemon that goes by another name."""
    port, redis_port = free_port(), free_port()
    started = []
    for name, code in (("serve it.py", LISTENER), ("call-é.py", CALLER)):
        script = folder / name
        script.write_text(code)
        command = [PYTHON, str(script), str(port), "--password", "hunter2", "two\nlines"]
        as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        started.append(space.start([*as_nobody, *command] if name.startswith("call") else command))
        _wait_until(lambda: port in _ports("0A"))
    _wait_until(lambda: port in _ports("01"))
    redis = require("redis-server")
    started.append(space.start([str(redis), "--port", str(redis_port), "--bind", ADDRESS, "--save", "",
                                "--dir", str(folder)]))  # fmt: skip
    _wait_until(lambda: redis_port in _ports("0A"))
    yield {"listener": port, "redis": redis_port, "folder": folder}
    for process in started:
        space.stop(process)


def _ports(state):
    """The ports of sockets in a state, found without connecting: the listener takes one connection only."""
    rows = (row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return {int(row[1].rpartition(":")[2], 16) for row in rows if row[3] == state}


def _wait_until(condition):
    for _ in range(200):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("a program did not come up", pytrace=False)


def agent(space, folder, *before):
    """What the agent says in the space, started by `before`."""
    state = folder / "state"
    state.mkdir(exist_ok=True)
    state.chmod(0o777)
    done = space.run(*before, "env", f"PYTHONPATH={AGENTS}", "PYTHONDONTWRITEBYTECODE=1", PYTHON, "-m", "cmdb_agent",
                     "collect", "--state-dir", state / str(len(before)), "--domain", "lab")  # fmt: skip
    assert done.returncode in (0, 3), done.stderr
    return json.loads(done.stdout)


def over_ssh(server, login=None):
    return collect(
        ADDRESS, server.port, login or server.login, str(server.known_hosts), Author("collector-1", "this", "lab")
    )


def stable(document):
    """A document without what moves and without who reads; the order of its items and relations counts."""
    body = {name: value for name, value in document.items() if name not in OF_THE_READER | {"age_ms"}}
    body["items"] = [
        {
            **item,
            "identifiers": {k: v for k, v in item.get("identifiers", {}).items() if k != "agent_id"},
            "attributes": {k: v for k, v in item["attributes"].items() if k not in MOVING},
        }
        for item in document["items"]
    ]
    body["sections"] = {name: state for name, state in sorted(document["sections"].items()) if name != THE_AGENTS_OWN}
    return body


def both(space, folder, server, *before):
    """What the agent says, and what comes over SSH, of a machine that did not change in between."""
    for _ in range(5):
        first, said, last = agent(space, folder, *before), over_ssh(server), agent(space, folder, *before)
        if stable(first) == stable(last):
            break
    return first, said


def differences(agent_document, ssh_document):
    """Every field that differs, as `where: agent's | SSH's`."""
    found = []

    def walk(where, left, right):
        if isinstance(left, dict) and isinstance(right, dict):
            for key in sorted(left.keys() | right.keys()):
                walk(f"{where}.{key}", left.get(key), right.get(key))
        elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
            for index, pair in enumerate(zip(left, right, strict=True)):
                walk(f"{where}[{index}]", *pair)
        elif left != right:
            found.append(f"{where}: {left!r} | {right!r}")

    left, right = stable(agent_document), stable(ssh_document)
    walk("items", *({item["key"]: item for item in one.pop("items")} for one in (left, right)))
    walk("document", left, right)
    return found


def _at(port, service):
    return f"tcp 127.0.0.1:{port}" in service.get("listens", [])


def test_root_reads_the_same_over_ssh_as_the_agent_reads(space, programs, tmp_path):
    with ssh_server(tmp_path, space=space) as server:
        said, over = both(space, programs["folder"], server)
    assert differences(said, over) == []
    assert [item["key"] for item in over["items"]] == [item["key"] for item in said["items"]]
    assert set(over["sections"].values()) == {"read"}
    assert over["source"]["kind"] == "ssh"
    assert over["scope"] == {"kind": "target", "key": "this", "domain": "lab"}
    assert "agent_id" not in over["items"][0]["identifiers"]

    services = {i["key"]: i["attributes"] for i in over["items"] if i["type"] == "ServiceInstance"}
    folder, port = programs["folder"], programs["listener"]
    python = os.path.realpath(PYTHON)
    listener = services[f"svc:{python}:{folder}/serve it.py"]
    assert listener["listens"] == [f"tcp 127.0.0.1:{port}"]
    assert listener["clients"] == ["127.0.0.1 1"]
    assert "hunter2" not in json.dumps(over)
    assert services[f"svc:{python}:{folder}/call-é.py"]["user"] == "nobody"
    assert [
        s["product"] for s in services.values() if f"tcp 127.0.0.1:{programs['redis']}" in s.get("listens", [])
    ] == ["Redis"]
    calls = [r for r in over["relations"] if r["verb"] == "CALLS" and r["from"].endswith("call-é.py")]
    assert [(r["to"]["port"], r["attributes"]) for r in calls] == [(port, {"samples": 3})]
    ssh = next(s for s in services.values() if _at(server.port, s))
    assert (ssh.get("clients"), ssh["process_count"]) == (None, 1)  # the collector's own login is neither


def test_a_user_without_rights_reads_the_same_and_says_what_is_hidden(space, programs, tmp_path):
    as_nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    with ssh_server(tmp_path, options=[f"ForceCommand exec {' '.join(as_nobody)} sh -s"], space=space) as server:
        said, over = both(space, programs["folder"], server, *as_nobody)
    # The agent cannot see whose the server's listener is, and neither does the collector.
    assert differences(said, over) == []
    assert over["sections"]["services"] == "partial"
    assert any(p["section"] == "services" and "only root may see" in p["message"] for p in over["problems"])
    listener = f"svc:{os.path.realpath(PYTHON)}:{programs['folder']}/serve it.py"
    assert listener not in {item["key"] for item in over["items"]}


def _busybox(tmp_path):
    busybox = shutil.which("busybox") or missing("busybox is missing: apt-get install busybox")
    (tmp_path / "applets").mkdir()
    subprocess.run([busybox, "--install", "-s", tmp_path / "applets"], check=True)
    # Its own programs come first, also where the script adds folders to the path.
    return f"PATH={tmp_path}/applets exec {tmp_path}/applets/ash -s"


def _without(*programs):
    """A shell for which programs of the machine are not there: a file that may not be run lies over each."""
    folders = ("/bin", "/usr/bin", "/sbin", "/usr/sbin")
    places = {os.path.realpath(place) for name in programs for f in folders if os.path.exists(place := f"{f}/{name}")}
    covers = "; ".join(f"mount --bind /etc/hostname {place}" for place in sorted(places))
    return f'exec unshare --mount sh -c "{covers}; exec sh -s"'


SHELLS = {
    "bash that greets": lambda _: "echo Welcome to the machine; printf no-newline; exec bash -s",
    "busybox": _busybox,
    "no ip": lambda _: _without("ip"),
    "no gzip": lambda _: _without("gzip", "timeout"),
}


@pytest.mark.parametrize("shell", SHELLS)
def test_other_shells_and_missing_programs_give_the_same(space, programs, tmp_path, shell):
    command = SHELLS[shell](tmp_path)
    with ssh_server(tmp_path, options=[f"ForceCommand {command}"], space=space) as server:
        said, over = both(space, programs["folder"], server)
    assert differences(said, over) == []


def test_a_hundred_processes_more_cost_not_one_program_more(space, programs, tmp_path):
    def programs_started(server):
        before = int(space.run("cat", "/proc/sys/kernel/ns_last_pid").stdout)
        over_ssh(server)
        return int(space.run("cat", "/proc/sys/kernel/ns_last_pid").stdout) - before

    with ssh_server(tmp_path, space=space) as server:
        few = programs_started(server)
        sleepers = [space.start(["sleep", "600"]) for _ in range(100)]
        try:
            many = programs_started(server)
        finally:
            for process in sleepers:
                space.stop(process)
    assert abs(many - few) <= 2  # redis starts threads of its own, now and then
