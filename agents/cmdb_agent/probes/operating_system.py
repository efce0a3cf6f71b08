"""The operating system: os-release(5), uname(2), time zone and boot time."""

from __future__ import annotations

import re

from cmdb_agent.host import Host
from cmdb_agent.reading import Reading

_ESCAPED = re.compile(r"\\([\"'$`\\])")  # what os-release(5) asks to be escaped in a quoted value
_ZONE_FOLDER = "/zoneinfo/"


def read(host: Host) -> Reading:
    """The section `operating_system`."""
    reading = Reading("operating_system")
    release = os_release(host)
    kernel, _, version, machine = host.uname()
    reading.set(
        os_id=release.get("ID"),
        os_name=release.get("NAME") or kernel,
        os_version=release.get("VERSION_ID"),
        kernel_name=kernel,
        kernel_version=version,
        architecture=machine,
        time_zone=_time_zone(host),
        booted_at=host.booted_at(),
    )
    return reading


def os_release(host: Host) -> dict[str, str]:
    """The variables of os-release(5); empty where the system has none."""
    text = host.text("/etc/os-release") or host.text("/usr/lib/os-release") or ""
    variables: dict[str, str] = {}
    for line in text.splitlines():
        name, separator, value = line.strip().partition("=")
        if separator and not name.startswith("#"):
            variables[name] = _unquoted(value)
    return variables


def _unquoted(value: str) -> str:
    if not value.startswith(("'", '"')):
        return value
    return _ESCAPED.sub(r"\1", value[1:].removesuffix(value[0]))


def boot_id(host: Host) -> str | None:
    """The id that the kernel drew for this boot (random(4))."""
    return host.text("/proc/sys/kernel/random/boot_id")


def _time_zone(host: Host) -> str | None:
    target = host.link("/etc/localtime")
    if target and _ZONE_FOLDER in target:
        return target.split(_ZONE_FOLDER, 1)[1]
    return host.text("/etc/timezone")
