"""Debian's packages, from dpkg's status file."""

from __future__ import annotations

from functools import lru_cache

from cmdb_agent.host import Host

_STATUS = "/var/lib/dpkg/status"


def installed(host: Host) -> list[tuple[str, str, str]] | None:
    """Name, version and architecture of each installed package; None without dpkg. Raises PermissionError."""
    modified_ns = host.modified_ns(_STATUS)
    return _read(host, modified_ns) if modified_ns is not None else None


@lru_cache(maxsize=2)
def _read(host: Host, modified_ns: int) -> list[tuple[str, str, str]]:
    """The packages of a status file that was modified then: it is read again only when it has changed."""
    return _parsed(host.read(_STATUS) or b"")


def _parsed(status: bytes) -> list[tuple[str, str, str]]:
    """The packages of a status file (deb822(5), dpkg-query(1)).

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
