"""Observation documents of made-up hosts, small and complete."""

from __future__ import annotations

import json
from typing import Any

from cmdb.model.sections import SECTIONS

START = 1_764_000_000_000


def host(
    number: int,
    *,
    at: int = START,
    document_id: str | None = None,
    packages: int = 5,
    services: tuple[tuple[str, str], ...] = (("nginx", "tcp 0.0.0.0:80"), ("postgres", "tcp 0.0.0.0:5432")),
    calls: tuple[tuple[str, str, int], ...] = (),
    agent: str | None = None,
    boot: str = "1",
    booted_at: int | None = None,
    sections: dict[str, str] | None = None,
    name: str | None = None,
    address: str | None = None,
    **identifiers: Any,
) -> dict[str, Any]:
    """A host `web-N` at 10.0.0.N with an interface, a disk, packages p0…, services (unit, listens) and calls.

    Identifiers given as None are left out. `calls` are (unit, address, port).
    """
    agent = agent or f"agent-{number}"
    mac = f"00:16:3e:00:{number // 256:02x}:{number % 256:02x}"
    address = address or f"10.0.{number // 256}.{number % 256}"
    evidence = {"agent_id": agent, "machine_id": f"machine-{number}", "permanent_macs": [mac]} | identifiers
    items: list[dict[str, Any]] = [
        {
            "key": "host",
            "type": "Server",
            "identifiers": {kind: value for kind, value in evidence.items() if value is not None},
            "attributes": {"name": name or f"web-{number}", "os_name": "Debian GNU/Linux", "memory_bytes": 1 << 30},
        },
        _inside("if:eth0", "NetworkInterface", "host", name="eth0", mac_address=mac, if_index=2),
        _inside(f"addr:{address}", "IPAddress", "if:eth0", address=address),
        _inside("net", "Subnet", f"addr:{address}", prefix=f"{address}/24"),
        _inside("disk:sda", "BlockDevice", "host", name="sda", kind="disk"),
        _inside("fs:/", "Filesystem", "host", mount_point="/", used_bytes=at % 1000),
    ]
    items += [
        _inside(f"pkg:p{i}", "SoftwareRelease", "host", manager="dpkg", name=f"p{i}", version="1", architecture="amd64")
        for i in range(packages)
    ]
    items += [
        _inside(f"svc:unit:{unit}", "ServiceInstance", "host", name=unit, unit=f"{unit}.service", listens=[listens])
        for unit, listens in services
    ]
    relations: list[dict[str, Any]] = [{"verb": "STORED_ON", "from": "fs:/", "to": "disk:sda"}]
    relations += [
        {
            "verb": "CALLS",
            "from": f"svc:unit:{unit}",
            "to": {"address": far, "port": port, "protocol": "tcp"},
            "attributes": {"samples": 3},
        }
        for unit, far, port in calls
    ]
    return {
        "schema_version": 1,
        "document_id": document_id or f"document-{agent}-{at}",
        "source": {"kind": "agent", "name": "cmdb-agent", "version": "0.1.0", "instance": agent},
        "scope": {"kind": "host", "key": agent, "domain": "default"},
        "observed_at": at,
        "booted_at": booted_at if booted_at is not None else START - 1_000_000,
        "boot_id": f"boot-{number}-{boot}",
        "sections": {section.name: "read" for section in SECTIONS} | (sections or {}),
        "items": items,
        "relations": relations,
    }


def encoded(document: dict[str, Any]) -> bytes:
    """The document as it goes over the wire, uncompressed."""
    return json.dumps(document).encode()


def _inside(key: str, ci_type: str, parent: str, **attributes: Any) -> dict[str, Any]:
    return {"key": key, "type": ci_type, "in": parent, "attributes": attributes}
