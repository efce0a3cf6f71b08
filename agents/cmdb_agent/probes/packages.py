"""Installed packages, from the package managers' own databases: no program is run."""

from __future__ import annotations

import re
from functools import lru_cache

from cmdb_agent.host import Host
from cmdb_agent.reading import NOT_READ, ROOT, Reading

_DPKG_STATUS = "/var/lib/dpkg/status"
_INSTALLED = re.compile(rb"\nStatus: \S+ ok installed\n")
_NAME = re.compile(rb"Package: (\S+)")
_VERSION = re.compile(rb"\nVersion: (\S+)")
_ARCHITECTURE = re.compile(rb"\nArchitecture: (\S+)")


def read(host: Host) -> Reading:
    """The section `packages`; not read where there is no package database that is known here."""
    reading = Reading("packages")
    installed = _installed(host)
    if not installed:
        reading.missed("not_available", "no package database that this agent reads (dpkg)", NOT_READ)
        return reading
    for name, version, architecture in installed:
        reading.add(
            f"pkg:dpkg:{name}:{architecture}", "SoftwareRelease", ROOT,
            manager="dpkg", name=name, version=version, architecture=architecture,
        )  # fmt: skip
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
        if not _INSTALLED.search(paragraph):
            continue
        name = _NAME.match(paragraph.lstrip(b"\n"))
        version = _VERSION.search(paragraph)
        architecture = _ARCHITECTURE.search(paragraph)
        if name and version:
            found.append((name[1].decode(), version[1].decode(), architecture[1].decode() if architecture else ""))
    return found
