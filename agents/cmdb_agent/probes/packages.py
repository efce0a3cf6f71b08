"""Installed packages, from the package managers' own databases: no program is run."""

from __future__ import annotations

from collections.abc import Iterator

from cmdb_agent.host import Host
from cmdb_agent.reading import NOT_READ, ROOT, Reading

_DPKG_STATUS = "/var/lib/dpkg/status"


def read(host: Host) -> Reading:
    """The section `packages`; not read where there is no package database that is known here."""
    reading = Reading("packages")
    status = host.read(_DPKG_STATUS)
    if not status:
        reading.missed("not_available", "no package database that this agent reads (dpkg)", NOT_READ)
        return reading
    for name, version, architecture in dpkg_installed(status):
        reading.add(
            f"pkg:dpkg:{name}:{architecture}", "SoftwareRelease", ROOT,
            manager="dpkg", name=name, version=version, architecture=architecture,
        )  # fmt: skip
    return reading


def dpkg_installed(status: bytes) -> Iterator[tuple[str, str, str]]:
    """Name, version and architecture of each installed package in dpkg's status file (deb822(5), dpkg-query(1)).

    A paragraph is searched, not split into its lines: the file is megabytes of descriptions.
    """
    for paragraph in status.split(b"\n\n"):
        if b" ok installed" not in _field(paragraph, b"Status"):
            continue
        name = _field(paragraph, b"Package")
        version = _field(paragraph, b"Version")
        if name and version:
            yield name.decode(), version.decode("utf-8", "replace"), _field(paragraph, b"Architecture").decode()


def _field(paragraph: bytes, name: bytes) -> bytes:
    if paragraph.startswith(name + b": "):
        start = len(name) + 2
    else:
        start = paragraph.find(b"\n" + name + b": ")
        if start < 0:
            return b""
        start += len(name) + 3
    end = paragraph.find(b"\n", start)
    return paragraph[start : end if end >= 0 else None].strip()


def versions(host: Host) -> dict[str, str]:
    """The version of each installed package by its name; empty where there is no dpkg."""
    return {name: version for name, version, _ in dpkg_installed(host.read(_DPKG_STATUS) or b"")}
