"""The agent's figures of this machine beside those of the machine's own tools."""

import ipaddress
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import psutil
import pytest
from cmdb_agent.collect import Author, collect
from cmdb_agent.host import Host
from cmdb_agent.probes import hardware, identity, network, operating_system, packages, services, storage
from cmdb_agent.processes.sampling import Sampler

from cmdb.model.types import BY_LABEL
from tests.support.require import missing, require

pytestmark = pytest.mark.live


def tool(name):
    path = shutil.which(name)
    return path or missing(f"{name} is missing")


def said_by(*command):
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def read_services(host, pause=0.05):
    sampler = Sampler(host)
    services.sample_briefly(sampler, lambda _: time.sleep(pause))
    return services.read(host, sampler, set())


def instances(host):
    found = [item for item in read_services(host)[0].items if item["type"] == "ServiceInstance"]
    return {item["key"]: item["attributes"] for item in found}


def test_interfaces_equal_those_of_ip():
    tool("ip")
    expected = {
        link["ifname"]: (link["ifindex"], link["mtu"], link.get("address"), "UP" in link["flags"])
        for link in said_by("ip", "-j", "link")
    }
    found = {}
    for item in network.read(Host()).items:
        if item["type"] == "NetworkInterface":
            a = item["attributes"]
            mac = a.get("mac_address", "00:00:00:00:00:00")
            found[a["name"]] = (a["if_index"], a["mtu"], mac, a["admin_status"] == "up")
    assert found == {name: expected[name] for name in found}
    assert set(expected) - set(found) <= {name for name in expected if name.startswith(("veth", "cali", "vnet", "tap"))}


def test_addresses_and_gateways_equal_those_of_ip():
    tool("ip")
    reading = network.read(Host())
    expected = set()
    for link in said_by("ip", "-j", "addr"):
        for address in link["addr_info"]:
            parsed = ipaddress.ip_address(address["local"])
            is_temporary = address.get("temporary")
            if not (parsed.is_loopback or parsed.is_link_local or is_temporary or link["ifname"].startswith("docker")):
                expected.add(str(parsed))
    assert {i["attributes"]["address"] for i in reading.items if i["type"] == "IPAddress"} == expected
    routes = said_by("ip", "-j", "route", "show", "default") + said_by("ip", "-j", "-6", "route", "show", "default")
    assert set(reading.attributes.get("default_gateways", [])) == {r["gateway"] for r in routes if "gateway" in r}


def test_filesystem_sizes_equal_those_of_df():
    tool("df")
    lines = subprocess.run(
        ["df", "-B1", "--output=target,size"], capture_output=True, text=True, check=False
    ).stdout.splitlines()[1:]
    expected = {line.rsplit(None, 1)[0]: int(line.rsplit(None, 1)[1]) for line in lines if line.split()[-1].isdigit()}
    found = {
        i["attributes"]["mount_point"]: i["attributes"] for i in storage.read(Host()).items if i["type"] == "Filesystem"
    }
    assert found
    for point, attributes in found.items():
        if "size_bytes" in attributes:
            assert attributes["size_bytes"] == expected[point]


def test_disks_equal_those_of_lsblk():
    tool("lsblk")
    expected = {}

    def walk(rows):
        for row in rows:
            if row["type"] in ("disk", "part", "lvm", "crypt") and row["size"] and not row["name"].startswith("zram"):
                expected[row["name"]] = row["size"]
            walk(row.get("children", []))

    walk(said_by("lsblk", "-J", "-b", "-o", "NAME,KNAME,TYPE,SIZE")["blockdevices"])
    found = {
        i["attributes"]["name"]: i["attributes"]["size_bytes"]
        for i in storage.read(Host()).items
        if i["type"] == "BlockDevice"
    }
    assert found == expected


def test_memory_processors_and_boot_equal_those_of_psutil():
    said = hardware.read(Host()).attributes
    assert said["memory_bytes"] == psutil.virtual_memory().total
    assert said["swap_bytes"] == psutil.swap_memory().total
    assert said["cpu_count"] == psutil.cpu_count()
    assert said.get("cpu_core_count") in (psutil.cpu_count(logical=False), None)
    assert abs(said["memory_available_bytes"] - psutil.virtual_memory().available) < 0.1 * psutil.virtual_memory().total
    assert abs(operating_system.read(Host()).attributes["booted_at"] / 1000 - psutil.boot_time()) <= 2


def test_packages_equal_those_of_dpkg_query():
    require("dpkg")
    listing = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package} ${Architecture} ${Version}\n"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    expected = {tuple(line.split(" ")[1:]) for line in listing.splitlines() if line.startswith("installed ")}
    found = {
        (i["attributes"]["name"], i["attributes"]["architecture"], i["attributes"]["version"])
        for i in packages.read(Host()).items
    }
    assert found == expected


def test_host_key_fingerprints_equal_those_of_ssh_keygen():
    keygen = tool("ssh-keygen")
    host = Host()
    names = [n for n in host.names("/etc/ssh") if n.startswith("ssh_host_") and n.endswith("_key.pub")]
    expected = {
        subprocess.run([keygen, "-lf", f"/etc/ssh/{name}"], capture_output=True, text=True, check=True).stdout.split()[
            1
        ]
        for name in names
    }
    assert set(identity.read(host).identifiers.get("ssh_host_keys", [])) == expected


LISTENER = (
    "import socket, time; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); "
    "print(s.getsockname()[1], flush=True); time.sleep(60)"
)


def start(tmp_path, code):
    script = tmp_path / "listener.py"
    script.write_text(code.replace("; ", "\n"))
    process = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, int(process.stdout.readline()), f"svc:{os.path.realpath(sys.executable)}:{script}"


def stop(process):
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


def test_a_started_listener_becomes_a_service_and_a_killed_one_is_none(tmp_path):
    process, port, key = start(tmp_path, LISTENER)
    try:
        service = instances(Host())[key]
        assert service["listens"] == [f"tcp 127.0.0.1:{port}"]
        assert service["pids"] == [str(process.pid)]
        assert service["name"] == "listener.py"
        assert abs(service["started_at"] / 1000 - psutil.Process(process.pid).create_time()) < 2
        assert service["user"] == psutil.Process(process.pid).username()
        assert 0 < service["resident_bytes"] < 1 << 30
    finally:
        stop(process)
    assert key not in instances(Host())


def test_a_held_connection_is_a_call_and_its_other_end_a_client(tmp_path):
    process, port, key = start(tmp_path, LISTENER)
    client = (
        f"import socket, time; s = socket.create_connection(('127.0.0.1', {port})); "
        f"print({port}, flush=True); time.sleep(60)"
    )
    (tmp_path / "client").mkdir()
    caller, _, caller_key = start(tmp_path / "client", client)
    try:
        found, connections = read_services(Host())
        clients = {item["key"]: item["attributes"].get("clients") for item in found.items}
        assert clients[key] == ["127.0.0.1 1"]
        calls = [r for r in connections.relations if r["from"] == caller_key]
        assert calls == [{
            "verb": "CALLS", "from": caller_key, "to": {"address": "127.0.0.1", "port": port, "protocol": "tcp"},
            "attributes": {"samples": 3},
        }]  # fmt: skip
    finally:
        stop(caller)
        stop(process)


def test_a_wildcard_listener_of_ipv6_and_its_ipv4_client_are_seen(tmp_path):
    code = (
        "import socket, time; s = socket.socket(socket.AF_INET6); s.bind(('::', 0)); s.listen(); "
        "print(s.getsockname()[1], flush=True); time.sleep(60)"
    )
    process, port, key = start(tmp_path, code)
    try:
        with socket.create_connection(("127.0.0.1", port)):
            service = instances(Host())[key]
            assert service["listens"] == [f"tcp [::]:{port}"]
            assert service["clients"] == ["127.0.0.1 1"]
    finally:
        stop(process)


def test_listeners_equal_those_of_psutil():
    reading = read_services(Host())[0]
    found = {text for item in reading.items for text in item["attributes"].get("listens", [])}
    own = {psutil.Process().pid} | {child.pid for child in psutil.Process().children(recursive=True)}
    for connection in psutil.net_connections(kind="tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.pid and connection.pid not in own:
            address = connection.laddr.ip.removeprefix("::ffff:")
            written = f"[{address}]" if ":" in address else address
            assert f"tcp {written}:{connection.laddr.port}" in found


def stable_content(document):
    """What the graph keeps of a document: items without volatile values; connections are sampled and stay out."""
    return {
        item["key"]: (
            item["type"],
            item.get("in"),
            item.get("identifiers"),
            {k: v for k, v in item["attributes"].items() if not BY_LABEL[item["type"]].by_name[k].volatile},
        )
        for item in document["items"]
        if item["type"] != "ServiceInstance"  # other programs come and go on this machine meanwhile
    }


def test_two_runs_say_the_same_apart_from_what_always_moves():
    host, author = Host(), Author("0b7c1f2e-0000-4000-8000-000000000001", "default", 300)
    first, second = (collect(host, author, lambda h: []) for _ in range(2))
    assert stable_content(first) == stable_content(second)
    assert first["document_id"] != second["document_id"]


def test_two_looks_at_an_unchanged_service_say_the_same(tmp_path):
    process, _, key = start(tmp_path, LISTENER)
    try:
        declared = BY_LABEL["ServiceInstance"].by_name
        looks = [{k: v for k, v in instances(Host())[key].items() if not declared[k].volatile} for _ in range(2)]
        assert looks[0] == looks[1]
    finally:
        stop(process)


def test_redis_is_recognised_by_what_it_calls_itself(tmp_path):
    redis = require("redis-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(redis), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        while True:
            found = [s for s in instances(Host()).values() if f"tcp 127.0.0.1:{port}" in s.get("listens", [])]
            if found or time.monotonic() > deadline:
                break
            time.sleep(0.1)
        assert [(s["product"], s["product_category"], s["process_count"]) for s in found] == [("Redis", "cache", 1)]
        assert found[0]["version"][0].isdigit()
    finally:
        process.kill()
        process.wait()


def test_nginx_is_one_service_of_master_and_workers(tmp_path):
    nginx = require("nginx")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = tmp_path / "nginx.conf"
    config.write_text(
        f"worker_processes 2; daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log;\n"
        f"events {{}} http {{ access_log off; server {{ listen 127.0.0.1:{port}; }} }}\n"
    )
    process = subprocess.Popen([str(nginx), "-c", str(config), "-p", str(tmp_path)])
    try:
        deadline = time.monotonic() + 10
        while True:
            found = [s for s in instances(Host()).values() if f"tcp 127.0.0.1:{port}" in s.get("listens", [])]
            if (found and found[0]["process_count"] == 3) or time.monotonic() > deadline:
                break
            time.sleep(0.1)
        assert [(s["product"], s["process_count"]) for s in found] == [("nginx", 3)]
        assert found[0]["pids"][0] == str(process.pid)
    finally:
        process.terminate()
        process.wait()
