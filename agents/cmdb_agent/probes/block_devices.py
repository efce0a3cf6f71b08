"""Disks, partitions, volumes and arrays out of /sys/block (sysfs(5), Documentation/ABI/stable/sysfs-block)."""

from __future__ import annotations

from typing import NamedTuple

from cmdb_agent.host import Host

_SYS = "/sys/block"
_SECTOR_BYTES = 512  # sizes in sysfs count sectors of 512 bytes, whatever the device's own are
_MEMORY = ("ram", "zram", "loop", "fd", "nbd")  # loops show files of another filesystem
_DM_KINDS = (("LVM-", "lvm"), ("CRYPT-", "crypt"), ("mpath-", "multipath"), ("part", "partition"))


class BlockDevice(NamedTuple):
    """A block device. `number` is major:minor; `stored_on` names the devices below it."""

    name: str
    number: str
    kind: str
    size_bytes: int | None
    vendor: str | None = None
    model: str | None = None
    serial_number: str | None = None
    is_rotational: bool | None = None
    stored_on: tuple[str, ...] = ()


def read(host: Host) -> dict[str, BlockDevice]:
    """The block devices by the kernel's name, each disk before its partitions."""
    found: dict[str, BlockDevice] = {}
    for name in host.names(_SYS):
        folder = f"{_SYS}/{name}"
        sectors = host.number(f"{folder}/size")
        if name.startswith(_MEMORY) or (not sectors and not name.startswith("sr")):
            continue
        device = _whole(host, folder, name, sectors)
        found[name] = device
        for part in host.names(folder):
            if part.startswith(name) and host.exists(f"{folder}/{part}/partition"):
                found[part] = BlockDevice(
                    name=part,
                    number=host.text(f"{folder}/{part}/dev") or "",
                    kind="partition",
                    size_bytes=_bytes(host.number(f"{folder}/{part}/size")),
                    is_rotational=device.is_rotational,
                    stored_on=(name,),
                )
    return found


def name_of(host: Host, device: str) -> str | None:
    """The kernel's name of a device file, links such as /dev/mapper/… followed; None for what is none."""
    return host.resolved(device).rpartition("/")[2] if device.startswith("/dev/") else None


def _whole(host: Host, folder: str, name: str, sectors: int | None) -> BlockDevice:
    number = host.text(f"{folder}/dev") or ""
    rotational = host.number(f"{folder}/queue/rotational")
    return BlockDevice(
        name=name,
        number=number,
        kind=_kind(host, folder, name),
        size_bytes=None if name.startswith("sr") else _bytes(sectors),
        vendor=host.text(f"{folder}/device/vendor") if name.startswith(("sd", "sr")) else None,
        model=host.text(f"{folder}/device/model"),
        serial_number=_serial(host, folder, number),
        is_rotational=None if rotational is None or name.startswith("sr") else bool(rotational),
        stored_on=tuple(host.names(f"{folder}/slaves")),
    )


def _kind(host: Host, folder: str, name: str) -> str:
    if name.startswith("sr"):
        return "rom"
    if name.startswith("md"):
        return "raid"
    if name.startswith("dm-"):
        uuid = host.text(f"{folder}/dm/uuid") or ""
        return next((kind for prefix, kind in _DM_KINDS if uuid.startswith(prefix)), "mapped")
    return "disk"


def _serial(host: Host, folder: str, number: str) -> str | None:
    """The serial number: virtio and NVMe show it, for SCSI and ATA udev has noted it (world-readable database)."""
    for path in (f"{folder}/serial", f"{folder}/device/serial"):
        try:
            serial = host.text(path)
        except PermissionError:
            serial = None
        if serial:
            return serial
    for line in (host.text(f"/run/udev/data/b{number}") or "").splitlines():
        if line.startswith("E:ID_SERIAL_SHORT="):
            return line.partition("=")[2] or None
    return None


def _bytes(sectors: int | None) -> int | None:
    return None if sectors is None else sectors * _SECTOR_BYTES
