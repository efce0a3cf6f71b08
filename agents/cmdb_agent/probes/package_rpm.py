"""The packages of Red Hat, SUSE and their relatives, as rpm itself lists them.

Its database has been Berkeley DB, ndb and SQLite, and only rpm reads all of them.
"""

from __future__ import annotations

from functools import lru_cache

from cmdb_agent.host import Host
from cmdb_agent.programs import RPM_PACKAGES

_FILES = ("Packages", "Packages.db", "rpmdb.sqlite", "rpmdb.sqlite-wal")
DATABASES = tuple(f"{folder}/{name}" for folder in ("/usr/lib/sysimage/rpm", "/var/lib/rpm") for name in _FILES)
"""The files of which one changes with every transaction: of Berkeley DB, of ndb, and of SQLite with its log."""

_UNSET = "(none)"  # what rpm prints for a tag without a value


def installed(host: Host) -> list[tuple[str, str, str]] | None:
    """Name, version and architecture of each installed package, sorted; None without a database.

    The version is `epoch:version-release`, without the epoch where there is none. Raises OSError where rpm fails.
    """
    modified_ns = tuple(host.modified_ns(path) for path in DATABASES)
    # Without a database rpm is not asked: it would make an empty one.
    return _listed(host, modified_ns) if any(one is not None for one in modified_ns) else None


@lru_cache(maxsize=2)
def _listed(host: Host, modified_ns: tuple[int | None, ...]) -> list[tuple[str, str, str]]:
    """What rpm listed when its files had been modified then: it runs again only when one has changed."""
    output = host.output(RPM_PACKAGES)
    if not output:  # of a database that it cannot read it lists nothing, and succeeds
        raise OSError("there is a database, but rpm lists nothing")
    return _parsed(output.decode("utf-8", "replace"))


def _parsed(output: str) -> list[tuple[str, str, str]]:
    """The packages of `RPM_PACKAGES`' output. The keys that packages are signed with are no packages."""
    found: set[tuple[str, str, str]] = set()
    for line in output.splitlines():
        fields = line.split("\t")
        if len(fields) < 5 or fields[0] == "gpg-pubkey":
            continue
        name, epoch, version, release, architecture = fields[:5]
        full = f"{version}-{release}"
        found.add((name, full if epoch in (_UNSET, "0", "") else f"{epoch}:{full}", architecture))
    return sorted(found)
