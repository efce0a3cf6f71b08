"""Observation documents of made-up hosts of ordinary size: about 60 KB, 300 packages, a dozen services that call."""

from __future__ import annotations

import json
import random
from typing import Any

from cmdb.model.sections import SECTIONS

START = 1_764_000_000_000
PERIOD_MS = 300_000
SHARED_PACKAGES = 200
OWN_PACKAGES = 100
PACKAGE_POOL = 2_000
SERVICES = (
    "nginx", "postgresql", "redis", "ssh", "chrony", "rsyslog", "app-web", "app-worker", "app-mail", "node-exporter",
    "haproxy", "memcached",
)  # fmt: skip
CALLED = ("postgresql", "redis", "memcached", "app-web")
CALLERS = ("nginx", "app-web", "app-worker", "haproxy")
PORTS = {name: 5000 + number for number, name in enumerate(SERVICES)}


def address(number: int) -> str:
    """The address of a host; hosts are numbered from 1."""
    return f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"


def document(number: int, reading: int = 0, changes: int = 0) -> dict[str, Any]:
    """What the agent of one host says in its `reading`-th document, after `changes` changes to it.

    It calls services on hosts with smaller numbers and on its own, which have reported when it does.

    A change is an upgrade of two packages, a restart of one service in a new version, and a filesystem more or less.
    """
    dice = random.Random(number)
    at = START + reading * PERIOD_MS
    mac = f"00:16:3e:{number >> 16:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"
    items: list[dict[str, Any]] = [
        {
            "key": "host",
            "type": "Server",
            "identifiers": {
                "agent_id": f"bench-{number:08d}",
                "machine_id": f"{number:032x}",
                "system_uuid": f"{number + (1 << 40):032x}",
                "ssh_host_keys": [f"SHA256:{number:08d}{kind}" for kind in ("ed25519", "ecdsa", "rsa")],
                "permanent_macs": [mac],
            },
            "attributes": {
                "name": f"host-{number}",
                "os_name": "Debian GNU/Linux",
                "os_version": "12",
                "kernel_version": "6.1.0-28-amd64",
                "cpu_count": 8,
                "memory_bytes": 32 << 30,
                "memory_available_bytes": (16 << 30) + at % 4096,
                "load_average_1m": (at % 97) / 10,
                "default_gateways": ["10.0.0.1"],
                "routes": ["0.0.0.0/0 via 10.0.0.1 dev eth0", "10.0.0.0/8 dev eth0"],
            },
        },
        _inside("if:lo", "NetworkInterface", "host", name="lo", kind="loopback", if_index=1),
        _inside("if:eth0", "NetworkInterface", "host", name="eth0", kind="physical", mac_address=mac, if_index=2),
        _inside("addr", "IPAddress", "if:eth0", address=address(number)),
        _inside("net", "Subnet", "addr", prefix="10.0.0.0/8"),
        *_storage(at, mounts=6 + changes % 2),
        *(_package(name, 1 + (changes if place < 2 else 0)) for place, name in enumerate(_packages(dice))),
        *(_service(name, at, version=1 + (changes if name == "app-worker" else 0)) for name in SERVICES),
    ]
    relations: list[dict[str, Any]] = [
        {"verb": "STORED_ON", "from": item["key"], "to": "disk:sda"} for item in items if item["type"] == "Filesystem"
    ]
    for caller in CALLERS:
        for called in CALLED:
            far_end = {"address": address(dice.randint(1, number)), "port": PORTS[called], "protocol": "tcp"}
            relations.append({"verb": "CALLS", "from": f"svc:{caller}", "to": far_end, "attributes": {"samples": 3}})
    return {
        "schema_version": 1,
        "document_id": f"bench-{number}-{reading}",
        "source": {"kind": "agent", "name": "cmdb-agent", "version": "0.1.0", "instance": f"bench-{number:08d}"},
        "scope": {"kind": "host", "key": f"bench-{number:08d}", "domain": "default"},
        "observed_at": at,
        "booted_at": START - 86_400_000,
        "boot_id": f"boot-{number}",
        "sections": {section.name: "read" for section in SECTIONS},
        "items": items,
        "relations": relations,
    }


def body(said: dict[str, Any]) -> bytes:
    """A document as it goes over the wire, before compression."""
    return json.dumps(said).encode()


def _inside(key: str, ci_type: str, parent: str, **attributes: Any) -> dict[str, Any]:
    return {"key": key, "type": ci_type, "in": parent, "attributes": attributes}


def _storage(at: int, mounts: int) -> list[dict[str, Any]]:
    disk = _inside("disk:sda", "BlockDevice", "host", name="sda", kind="disk", size_bytes=1 << 40, is_rotational=False)
    points = ("/", "/boot", "/var", "/srv", "/home", "/tmp", "/opt")[:mounts]
    return [disk] + [
        _inside(f"fs:{point}", "Filesystem", "host", mount_point=point, device="/dev/sda1", filesystem_type="ext4",
                size_bytes=1 << 38, used_bytes=at % (1 << 38), is_read_only=False)
        for point in points
    ]  # fmt: skip


def _packages(dice: random.Random) -> list[str]:
    own = dice.sample(range(PACKAGE_POOL), OWN_PACKAGES)
    return [f"own-{n}" for n in sorted(own)] + [f"shared-{n}" for n in range(SHARED_PACKAGES)]


def _package(name: str, version: int) -> dict[str, Any]:
    return _inside(f"pkg:dpkg:{name}:amd64", "SoftwareRelease", "host", manager="dpkg", name=name,
                   version=f"{version}.12.4-{len(name)}+deb12u3", architecture="amd64")  # fmt: skip


def _service(name: str, at: int, version: int) -> dict[str, Any]:
    return _inside(
        f"svc:{name}", "ServiceInstance", "host", name=name, unit=f"{name}.service", product=name, user="www-data",
        version=f"{version}.4.1", executable=f"/usr/sbin/{name}", listens=[f"tcp 0.0.0.0:{PORTS[name]}"],
        command_line=f"/usr/sbin/{name} --config /etc/{name}/{name}.conf --release {version}", process_count=4,
        pids=[str(1000 + at % 30_000 + n) for n in range(4)], resident_bytes=(200 << 20) + at % 8192,
        started_at=START - 80_000_000,
    )  # fmt: skip
