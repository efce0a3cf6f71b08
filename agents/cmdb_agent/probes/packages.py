"""Installed packages, of every package manager whose database is on the machine."""

from __future__ import annotations

from cmdb_agent.host import Host
from cmdb_agent.probes import package_apk, package_dpkg, package_rpm
from cmdb_agent.reading import NOT_READ, PARTIAL, ROOT, Reading

Installed = list[tuple[str, str, str]]

# Each answers name, version and architecture of what is installed; None without its database. Files before programs.
_MANAGERS = (("dpkg", package_dpkg.installed), ("apk", package_apk.installed), ("rpm", package_rpm.installed))


def read(host: Host) -> Reading:
    """The section `packages`; not read where no package database that is known here could be read."""
    reading = Reading("packages")
    found, failures = _found(host)
    for manager, error in failures:
        kind = "permission_denied" if isinstance(error, PermissionError) else "failed"
        reading.missed(kind, f"{manager}: {error}", PARTIAL if found else NOT_READ)
    if not found and not failures:
        reading.missed("not_available", "no package database that this agent reads (dpkg, apk, rpm)", NOT_READ)
    # Built without `Reading.add`: there are thousands of them, and none of their values is ever unknown.
    reading.items = [
        {
            "key": key,
            "type": "SoftwareRelease",
            "in": ROOT,
            "attributes": {"manager": manager, "name": name, "version": version, "architecture": architecture},
        }
        for manager, installed in found
        for key, (name, version, architecture) in _keyed(manager, installed).items()
    ]
    return reading


def versions(host: Host) -> dict[str, str]:
    """The version of each installed package by its name, as its package manager writes it."""
    found, _ = _found(host)  # what failed is said by the section
    return {name: version for _, installed in reversed(found) for name, version, _ in installed}


def _found(host: Host) -> tuple[list[tuple[str, Installed]], list[tuple[str, OSError]]]:
    """The packages of each manager, and the managers whose database did not answer."""
    found: list[tuple[str, Installed]] = []
    failures: list[tuple[str, OSError]] = []
    for manager, installed in _MANAGERS:
        try:
            packages = installed(host)
        except OSError as error:
            failures.append((manager, error))
        else:
            if packages:
                found.append((manager, packages))
    return found, failures


def _keyed(manager: str, installed: Installed) -> dict[str, tuple[str, str, str]]:
    """The packages by item key. Several versions of one, as of a kernel, are told apart by the version."""
    keyed: dict[str, tuple[str, str, str]] = {}
    for package in installed:
        name, version, architecture = package
        key = f"pkg:{manager}:{name}:{architecture}"
        keyed[f"{key}:{version}" if key in keyed else key] = package
    return keyed
