"""Installed packages, from the package managers' own databases: no program is run."""

from __future__ import annotations

from functools import lru_cache

from cmdb_agent.host import Host
from cmdb_agent.reading import NOT_READ, ROOT, Reading

_DPKG_STATUS = "/var/lib/dpkg/status"


def read(host: Host) -> Reading:
    """The section `packages`; not read where there is no package database that is known here."""
    reading = Reading("packages")
    installed = _installed(host)
    if not installed:
        reading.missed("not_available", "no package database that this agent reads (dpkg)", NOT_READ)
        return reading
    # Built without `Reading.add`: there are thousands of them, and none of their values is ever unknown.
    reading.items = [
        {
            "key": f"pkg:dpkg:{name}:{architecture}",
            "type": "SoftwareRelease",
            "in": ROOT,
            "attributes": {"manager": "dpkg", "name": name, "version": version, "architecture": architecture},
        }
        for name, version, architecture in installed
    ]
    return reading


def versions(host: Host) -> dict[str, str]:
    """The version of each installed package by its name; empty where there is no dpkg."""
    return {name: version for name, version, _ in _installed(host)}


@lru_cache(maxsize=2)
def _parsed(host: Host, modified_ns: int) -> list[tuple[str, str, str]]:
    """The packages of a status file that was modified then: it is read again only when it has changed."""
    return dpkg_installed(host.read(_DPKG_STATUS) or b"")


def _installed(host: Host) -> list[tuple[str, str, str]]:
    modified_ns = host.modified_ns(_DPKG_STATUS)
    return _parsed(host, modified_ns) if modified_ns is not None else []


def dpkg_installed(status: bytes) -> list[tuple[str, str, str]]:
    """Name, version and architecture of each installed package in dpkg's status file (deb822(5), dpkg-query(1)).

    A paragraph is searched, not split into its lines: the file is megabytes of descriptions.
    """
    found: list[tuple[str, str, str]] = []
    for paragraph in status.split(b"\n\n"):
        state = paragraph.find(b"\nStatus: ") + 9
        version = paragraph.find(b"\nVersion: ") + 10
        architecture = paragraph.find(b"\nArchitecture: ") + 15
        if state < 9 or version < 10 or architecture < 15 or not _line(paragraph, state).endswith(b" ok installed"):
            continue
        name = _line(paragraph, paragraph.find(b"Package: ") + 9)
        found.append((name.decode(), _line(paragraph, version).decode(), _line(paragraph, architecture).decode()))
    return found


def _line(paragraph: bytes, start: int) -> bytes:
    """The rest of the line from `start` on."""
    end = paragraph.find(b"\n", start)
    return paragraph[start : end if end >= 0 else None]
