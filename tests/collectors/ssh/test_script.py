"""The script in this machine's own shell, and its answer whole, cut off and garbled."""

import gzip
import random
import subprocess
import sys
import time

import pytest
from cmdb_agent.processes import sockets
from cmdb_agent.wire.document import encode, with_age
from cmdb_collectors.author import Author
from cmdb_collectors.ssh import script
from cmdb_collectors.ssh.collect import document_of
from cmdb_collectors.ssh.remote_host import RemoteHost
from cmdb_collectors.ssh.session import Answer, Limits
from cmdb_collectors.ssh.snapshot import Snapshot

from cmdb.observation.claims import claims_of
from cmdb.observation.document import decode
from tests.support.require import require

MARK = "0123456789abcdef" * 2
AUTHOR = Author("collector-1", "this")


@pytest.fixture(scope="module")
def printed():
    """What this machine answers, unpacked."""
    done = subprocess.run(["sh", "-s"], input=script.script(MARK).encode(), capture_output=True, check=True)
    assert done.stderr == b""
    head, _, body = done.stdout.partition(b"gzip\n")
    return head + b"plain\n" + gzip.decompress(body) if body else head


def document(output):
    return document_of(AUTHOR, Answer(output, None), MARK, "SHA256:x", Limits())


def test_a_script_that_was_cut_off_runs_nothing():
    whole = script.script(MARK).encode()
    for size in (len(whole) // 3, len(whole) // 2, len(whole) - 20):
        done = subprocess.run(["sh", "-s"], input=whole[:size], capture_output=True, check=False)
        assert done.stdout == b""


def test_the_core_takes_the_document_without_a_refusal(printed):
    claims = claims_of(decode(with_age(encode(document(printed)), 0, is_uncertain=False)), 1_764_000_000_000)
    assert claims.refusals == ()
    assert len(claims.items) == len(document(printed)["items"])


def test_the_sockets_of_another_network_namespace_are_read_through_any_of_its_processes():
    require("netns")
    code = "import socket, sys; s = socket.create_server(('127.0.0.1', 4711)); print(flush=True); sys.stdin.read()"
    pipe = subprocess.PIPE
    with subprocess.Popen(["unshare", "--net", "sh", "-c", f'ip link set lo up; {sys.executable} -c "{code}"; :'],
                          stdin=pipe, stdout=pipe) as inside:  # fmt: skip
        try:
            inside.stdout.readline()
            done = subprocess.run(["sh", "-s"], input=script.script(MARK).encode(), capture_output=True, check=True)
        finally:
            inside.communicate()
    host = RemoteHost(script.read(done.stdout, MARK, 1 << 26).snapshot, time.time())
    (child,) = [pid for pid in host.names("/proc") if pid.isdigit() and _parent(host, pid) == inside.pid]
    for pid in (str(inside.pid), child):
        listening = sockets.read_files(host, f"/proc/{pid}/net", "other")
        assert [(one.port, one.is_listening) for one in listening] == [(4711, True)]


def _parent(host, pid):
    return int((host.read(f"/proc/{pid}/stat") or b") S 0").rpartition(b")")[2].split()[1])


def test_what_is_printed_before_and_after_the_answer_is_ignored(printed):
    noise = b"Welcome\n" + f"{MARK[:-1]} plain\n".encode()
    assert document(noise + printed)["sections"] == document(printed)["sections"]
    assert "not_read" not in document(printed)["sections"].values()


def test_an_answer_that_was_cut_off_anywhere_is_no_whole_one(printed):
    draw = random.Random(7)
    for _ in range(25):
        cut = document(printed[: draw.randrange(len(printed) - 1)])
        assert "read" not in cut["sections"].values()
        assert cut["problems"]


def test_a_garbled_answer_is_a_document_all_the_same(printed):
    draw = random.Random(11)
    for _ in range(40):
        garbled = bytearray(printed)
        for _ in range(draw.randrange(1, 200)):
            at = draw.randrange(200, len(garbled))
            garbled[at : at + draw.randrange(4)] = draw.randbytes(draw.randrange(4))
        assert set(document(bytes(garbled))["sections"]) >= {"identity", "services", "topology"}


def remote(**facts):
    snapshot = Snapshot(facts=facts)
    snapshot.files["/proc/stat"] = b"cpu 1\nbtime 1763990000\nprocesses 1"
    return snapshot


def test_the_start_of_a_host_whose_clock_is_wrong_is_told_by_the_collectors_clock():
    now = 1_764_000_000.0
    assert RemoteHost(remote(time="1764000002"), now).booted_at() == 1_763_990_000_000
    assert RemoteHost(remote(time="1763996400"), now).booted_at() == 1_763_993_600_000


def test_links_are_followed_as_the_host_would():
    snapshot = remote()
    snapshot.links = {
        "/sys/class/net/eth0": "../../devices/pci0000:00/usb1/1-1/net/eth0",
        "/sys/class/net/eth0/device": "../../../1-1:1.0",
        "/dev/mapper/vg-root": "../dm-0",
        "/a": "b",
        "/b": "a",
    }
    host = RemoteHost(snapshot, time.time())
    assert host.resolved("/dev/mapper/vg-root") == "/dev/dm-0"
    assert "/usb" in host.resolved("/sys/class/net/eth0/device")
    assert host.resolved("/a") in ("/a", "/b")
    assert host.resolved("/dev/sda1") == "/dev/sda1"


def test_a_machine_of_the_other_byte_order_is_read_in_its_own():
    snapshot = remote(connection="10.0.0.9 50000 10.0.0.5 22")
    snapshot.files["/proc/self/exe"] = b"\x7fELF\x02\x02"
    row = "   0: 0A000005:0016 0A000009:C350 01 00000000:00000000 00:00000000 00000000 0 0 7"
    kept = row.replace("0A000009", "0A000008")
    snapshot.samples = [{"/proc/self/net/tcp": f"  sl  local_address\n{row}\n{kept}".encode()}]
    host = RemoteHost(snapshot, time.time())
    assert host.byte_order == "big"
    assert host.read("/proc/self/net/tcp").decode().splitlines()[1:] == [kept]


def process(pid, parent, line):
    stat = f"{pid} (x) S {parent} " + " ".join(["1"] * 20)
    return {f"/proc/{pid}/stat": stat.encode(), f"/proc/{pid}/cmdline": line.replace(" ", "\0").encode()}


def test_the_scripts_own_processes_are_left_out_and_the_login_stays():
    snapshot = remote(shell="30", user="1000")
    snapshot.files |= process(10, 1, "/usr/sbin/sshd") | process(20, 10, "x") | process(25, 20, "bash -c")
    snapshot.files |= process(30, 25, "sh -s") | process(31, 30, "grep x") | process(40, 1, "bash")
    snapshot.files["/proc/20/cmdline"] = b"sshd: alice@notty"
    snapshot.links = {"/proc/30/ns/net": "net:[1]", "/proc/31/exe": "/bin/grep", "/proc/40/exe": "/bin/bash"}
    snapshot.denied = {"/proc/20/fd", "/proc/10/fd"}
    host = RemoteHost(snapshot, time.time())
    assert [name for name in host.names("/proc") if name.isdigit()] == ["10", "20", "40"]
    assert host.own_pid() == 20
    assert host.link("/proc/20/ns/net") == "net:[1]"
    assert snapshot.denied == {"/proc/10/fd"}


def test_a_login_that_cannot_be_told_leaves_the_shell_out_all_the_same():
    snapshot = remote(shell="30")
    snapshot.files |= process(1, 0, "/sbin/init") | process(10, 1, "dropbear") | process(30, 10, "sh -s")
    host = RemoteHost(snapshot, time.time())
    assert [name for name in host.names("/proc") if name.isdigit()] == ["1", "10"]
