"""What psutil says of this machine beside what the agent reads without it."""

import socket
import subprocess
import sys

import pytest
from cmdb_agent.collect import Author, collect
from cmdb_agent.host import Host
from cmdb_agent.platforms import linux
from cmdb_agent.portable import platform
from cmdb_agent.probes import services
from cmdb_agent.wire.document import encode, with_age

from cmdb.observation.claims import claims_of
from cmdb.observation.document import decode

pytestmark = pytest.mark.live

AUTHOR = Author("0b7c1f2e-0000-4000-8000-000000000001", "default")


def document(one):
    services.sample_briefly(one.sampler, lambda _: None)
    return collect(one.host, AUTHOR, lambda host: services.read(host, one.sampler, set()), one.probes)


def items(said, type_name):
    return {item["key"]: item["attributes"] for item in said["items"] if item["type"] == type_name}


def test_both_ways_of_reading_give_the_same_figures():
    portable, native = document(platform()), document(linux(Host()))
    ours, theirs = portable["items"][0], native["items"][0]
    assert ours["identifiers"]["routed_macs"] == theirs["identifiers"]["routed_macs"]
    for name in ("memory_bytes", "swap_bytes", "cpu_count", "booted_at", "os_name", "kernel_version", "name"):
        assert ours["attributes"][name] == theirs["attributes"][name], name
    assert set(items(portable, "IPAddress")) == set(items(native, "IPAddress"))
    assert set(items(portable, "Subnet")) == set(items(native, "Subnet"))
    for key, filesystem in items(native, "Filesystem").items():
        assert items(portable, "Filesystem")[key].get("size_bytes") == filesystem.get("size_bytes")


def test_what_psutil_does_not_tell_is_said_to_be_missing():
    said = document(platform())
    assert {name for name, state in said["sections"].items() if state == "partial"} == {
        "hardware",
        "storage",
        "network",
    }


def test_a_listener_and_its_client_are_the_same_service_either_way(tmp_path):
    script = tmp_path / "listener.py"
    script.write_text(
        "import socket, time\ns = socket.socket()\ns.bind(('127.0.0.1', 0))\ns.listen()\n"
        "print(s.getsockname()[1], flush=True)\nheld = s.accept()\nprint('held', flush=True)\ntime.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        with socket.create_connection(("127.0.0.1", int(process.stdout.readline()))):
            assert process.stdout.readline() == "held\n"
            both = [items(document(one), "ServiceInstance") for one in (platform(), linux(Host()))]
        [portable, native] = [
            next(s for s in found.values() if s.get("main_argument") == str(script)) for found in both
        ]
        for name in ("name", "executable", "command_line", "listens", "clients", "pids", "user"):
            assert portable[name] == native[name], name
        assert abs(portable["started_at"] - native["started_at"]) <= 1000
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_the_core_takes_a_portable_document_without_a_refusal():
    said = with_age(encode(document(platform())), 0, is_uncertain=False)
    assert claims_of(decode(said), 1_764_000_000_000).refusals == ()
