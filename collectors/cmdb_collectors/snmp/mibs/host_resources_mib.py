"""HOST-RESOURCES-MIB (RFC 2790): how long a host is up, its memory, processors, file systems and software."""

from __future__ import annotations

import re
from typing import NamedTuple

from cmdb_collectors.snmp.mibs.snmpv2_tc import column, integer
from cmdb_collectors.snmp.mibs.snmpv2_tc import display_string as text
from cmdb_collectors.snmp.values import Rows, oid_of

HR_SYSTEM_UPTIME = oid_of("1.3.6.1.2.1.25.1.1.0")
HR_MEMORY_SIZE = oid_of("1.3.6.1.2.1.25.2.2.0")
SCALARS = (HR_SYSTEM_UPTIME, HR_MEMORY_SIZE)

HR_STORAGE_ENTRY = oid_of("1.3.6.1.2.1.25.2.3.1")
HR_DEVICE_TYPE = oid_of("1.3.6.1.2.1.25.3.2.1.2")
HR_DEVICE_DESCR = oid_of("1.3.6.1.2.1.25.3.2.1.3")
HR_PROCESSOR_LOAD = oid_of("1.3.6.1.2.1.25.3.3.1.2")
HR_FS_ENTRY = oid_of("1.3.6.1.2.1.25.3.8.1")
HR_SW_INSTALLED_NAME = oid_of("1.3.6.1.2.1.25.6.3.1.2")

_LEAST_MEMORY_BYTES = 1 << 20
_STORAGE_TYPES = oid_of("1.3.6.1.2.1.25.2.1")
_RAM, _FIXED_DISK, _NETWORK_DISK = (*_STORAGE_TYPES, 2), (*_STORAGE_TYPES, 4), (*_STORAGE_TYPES, 10)
_PROCESSOR = oid_of("1.3.6.1.2.1.25.3.1.3")
_FS_TYPES = oid_of("1.3.6.1.2.1.25.3.9")
# net-snmp says 23 (linuxExt2) for ext3 and ext4 too: it says nothing.
_FS_NAMES = {5: "vfat", 7: "hfs", 9: "ntfs", 12: "iso9660", 14: "nfs", 22: "vfat"}
# Mounts in which net-snmp shows the kernel's own views: no data of the host is there.
_KERNEL_MOUNTS = re.compile(r"/(?:proc|sys|dev|run)(?:/|$)")
_CPU_VENDOR = re.compile(r"^\w+: ")
_WINDOWS_LABEL = re.compile(r"^([A-Z]:\\).*", re.DOTALL)
# Names as net-snmp writes them: dpkg `name_version_architecture`, rpm `name-version-release[.architecture]`.
_DPKG = re.compile(r"(?P<name>[a-z0-9][a-z0-9+.-]+)_(?P<version>[0-9][^_\s]*)_(?P<architecture>[a-z0-9]+)")
_RPM = re.compile(
    r"(?P<name>[A-Za-z0-9][\w.+-]*?)-(?P<version>[0-9A-Za-z][\w.+~^]*-[0-9A-Za-z][\w.+~^]*?)"
    r"(?:\.(?P<architecture>noarch|x86_64|i[3-6]86|aarch64|armv7hl|ppc64le|ppc64|s390x))?"
)


class Storage(NamedTuple):
    """A disk of hrStorageTable that holds files; `filesystem_type` as far as hrFSTable knows it."""

    mount_point: str
    size_bytes: int | None
    used_bytes: int | None
    filesystem_type: str | None
    is_read_only: bool | None


class Software(NamedTuple):
    """An entry of hrSWInstalledTable. `manager` is dpkg or rpm where the name is spelled as theirs, else snmp."""

    manager: str
    name: str
    version: str | None
    architecture: str | None


def up_time_seconds(rows: Rows) -> float | None:
    """How long the host is up. It starts again after 497 days."""
    ticks = integer(rows.get(HR_SYSTEM_UPTIME))
    return None if ticks is None else ticks / 100


def memory_bytes(rows: Rows) -> int | None:
    """Main memory: hrMemorySize, else the RAM of hrStorageTable. Less than a mebibyte is an agent's wrong unit."""
    kinds = column(rows, (*HR_STORAGE_ENTRY, 2))
    sizes = [_bytes(rows, index, 5) for index, kind in kinds.items() if kind == _RAM]
    sizes.insert(0, (integer(rows.get(HR_MEMORY_SIZE)) or 0) * 1024)
    return next((size for size in sizes if size and size >= _LEAST_MEMORY_BYTES), None)


def processors(rows: Rows) -> list[str | None]:
    """The descriptions of the logical processors."""
    descriptions = column(rows, HR_DEVICE_DESCR)
    kinds = column(rows, HR_DEVICE_TYPE)
    found = [index for index, kind in kinds.items() if kind == _PROCESSOR] or list(column(rows, HR_PROCESSOR_LOAD))
    # net-snmp puts the processor's CPUID vendor in front of its name.
    return [_CPU_VENDOR.sub("", name) if (name := text(descriptions.get(index))) else None for index in found]


def storages(rows: Rows) -> list[Storage]:
    """The fixed disks and network disks that hold files, in index order, one per mount point."""
    kinds = column(rows, (*HR_STORAGE_ENTRY, 2))
    names = column(rows, (*HR_STORAGE_ENTRY, 3))
    filesystems = {text(name): index for index, name in column(rows, (*HR_FS_ENTRY, 2)).items()}
    types = column(rows, (*HR_FS_ENTRY, 4))
    access = column(rows, (*HR_FS_ENTRY, 5))
    found: dict[str, Storage] = {}
    for index, kind in kinds.items():
        name = _WINDOWS_LABEL.sub(r"\1", text(names.get(index)) or "")
        if kind not in (_FIXED_DISK, _NETWORK_DISK) or not name or _KERNEL_MOUNTS.match(name):
            continue
        # The MIB's own index of a file system is another one; only the mount point is common to both tables.
        filesystem = filesystems.get(name, ())
        kind_of_filesystem = types.get(filesystem)
        is_known = isinstance(kind_of_filesystem, tuple) and kind_of_filesystem[:-1] == _FS_TYPES
        is_read_only = {1: False, 2: True}.get(integer(access.get(filesystem)) or 0)
        type_name = (
            _FS_NAMES.get(kind_of_filesystem[-1]) if isinstance(kind_of_filesystem, tuple) and is_known else None
        )
        size_bytes = _bytes(rows, index, 5)
        if size_bytes:
            storage = Storage(name, size_bytes, _bytes(rows, index, 6), type_name, is_read_only)
            found.setdefault(name, storage)
    return list(found.values())


def installed(rows: Rows) -> list[Software]:
    """The software in hrSWInstalledTable, in index order."""
    names = ((text(value) or "")[:255] for value in column(rows, HR_SW_INSTALLED_NAME).values())
    return [software(name) for name in names if name]


def software(name: str) -> Software:
    """What an hrSWInstalledName says: the package manager's spelling taken apart, else the name alone."""
    for manager, spelling in (("dpkg", _DPKG), ("rpm", _RPM)):
        match = spelling.fullmatch(name)
        if match:
            return Software(manager, match["name"], match["version"], match["architecture"])
    return Software("snmp", name, None, None)


def _bytes(rows: Rows, index: tuple[int, ...], number: int) -> int | None:
    """Column `number` of hrStorageTable in bytes. A 32-bit count of units that became negative is made whole."""
    units = integer(rows.get((*HR_STORAGE_ENTRY, 4, *index)))
    count = integer(rows.get((*HR_STORAGE_ENTRY, number, *index)))
    if not units or units < 0 or count is None:
        return None
    return (count + 2**32 if count < 0 else count) * units
