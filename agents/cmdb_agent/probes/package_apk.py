"""Alpine's packages, from apk's database of what is installed."""

from __future__ import annotations

from functools import lru_cache

from cmdb_agent.host import Host

DATABASES = ("/usr/lib/apk/db/installed", "/lib/apk/db/installed")
"""Where it stands since apk 3 on a merged /usr, and before (apk(8)); often one is a link to the other."""


def installed(host: Host) -> list[tuple[str, str, str]] | None:
    """Name, version and architecture of each installed package; None without apk. Raises PermissionError."""
    for path in DATABASES:
        modified_ns = host.modified_ns(path)
        if modified_ns is not None:
            return _read(host, path, modified_ns)
    return None


@lru_cache(maxsize=2)
def _read(host: Host, path: str, modified_ns: int) -> list[tuple[str, str, str]]:
    """The packages of a database that was modified then: it is read again only when it has changed."""
    return _parsed(host.read(path) or b"")


def _parsed(database: bytes) -> list[tuple[str, str, str]]:
    """The packages of a database: paragraphs of `X:value`, with P name, V version, A architecture (apk-package(5)).

    The letters of a package's own fields come before those of its folders and files, which make up most of it.
    """
    found: list[tuple[str, str, str]] = []
    for paragraph in database.split(b"\n\n"):
        fields: dict[bytes, str] = {}
        for line in paragraph.split(b"\n"):
            if line[1:2] == b":" and line[:1] in b"PVA":
                fields.setdefault(line[:1], line[2:].decode("utf-8", "replace"))
            if len(fields) == len(b"PVA"):
                found.append((fields[b"P"], fields[b"V"], fields[b"A"]))
                break
    return found
