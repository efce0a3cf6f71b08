"""What runs on a device and where it keeps its files: operating system, file systems, installed software."""

from __future__ import annotations

import re

from cmdb_agent.reading import NOT_READ, Reading

from cmdb_collectors.snmp.device_hardware import ROOT
from cmdb_collectors.snmp.mibs import host_resources_mib, snmp_framework_mib, snmpv2_mib
from cmdb_collectors.snmp.profiles.profile import Profile
from cmdb_collectors.snmp.profiles.values import Facts, first
from cmdb_collectors.snmp.values import Rows

# A release of software is known by version and architecture, and many agents tell the name alone.
_UNTOLD = "unknown"
# uname(2) as net-snmp puts it together: sysname nodename release version machine.
_UNAME = re.compile(r"(?P<kernel>[A-Z]\w+) \S+ (?P<release>\d\S*) (?P<version>.*) (?P<machine>[a-z]\w+)")


def booted_at(rows: Rows, observed_at: int) -> int | None:
    """When the device started, in epoch milliseconds, to the second; None where nothing counts the time.

    sysUpTime and hrSystemUptime are 32 bits of hundredths and start again after 497 days, and an agent may have been
    started long after its device: none of the counters can say too much, so the greatest is taken.
    """
    ticking = (
        host_resources_mib.up_time_seconds(rows),
        snmp_framework_mib.engine(rows).up_time_seconds,
        snmpv2_mib.system(rows).up_time_seconds,
    )
    longest = max((seconds for seconds in ticking if seconds is not None and seconds >= 0), default=None)
    return None if longest is None else (observed_at // 1000 - round(longest)) * 1000


def add_operating_system(reading: Reading, facts: Facts, profile: Profile, started_at: int | None) -> None:
    """Adds the section `operating_system`."""
    uname = _UNAME.fullmatch(facts.system.description or "") if profile.type_name == "Server" else None
    reading.set(
        os_name=profile.os_name or (uname["kernel"] if uname else None),
        os_version=first(profile.os_version, facts),
        sys_descr=facts.system.description,
        booted_at=started_at,
    )
    if uname:
        reading.set(kernel_name=uname["kernel"], kernel_version=uname["release"], architecture=uname["machine"])


def add_storage(reading: Reading, facts: Facts) -> None:
    """Adds the section `storage`; not read where the agent lists no storage: it does not know the table."""
    for storage in host_resources_mib.storages(facts.rows):
        reading.add(
            f"fs:{storage.mount_point}", "Filesystem", ROOT,
            mount_point=storage.mount_point, filesystem_type=storage.filesystem_type, size_bytes=storage.size_bytes,
            used_bytes=storage.used_bytes, is_read_only=storage.is_read_only,
        )  # fmt: skip
    if not reading.items:
        reading.state = NOT_READ


def add_packages(reading: Reading, facts: Facts, profile: Profile) -> None:
    """Adds the section `packages`, of servers only: others list what their firmware was built from."""
    if profile.type_name == "Server":
        for software in dict.fromkeys(host_resources_mib.installed(facts.rows)):
            reading.add(
                ":".join(("pkg", *(part for part in software if part))), "SoftwareRelease", ROOT,
                manager=software.manager, name=software.name, version=software.version or _UNTOLD,
                architecture=software.architecture or _UNTOLD,
            )  # fmt: skip
    if not reading.items:
        reading.state = NOT_READ
