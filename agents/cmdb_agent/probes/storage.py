"""Block devices and the filesystems on them."""

from __future__ import annotations

from cmdb_agent.host import Host
from cmdb_agent.probes import block_devices, mounts
from cmdb_agent.reading import ROOT, Reading


def read(host: Host) -> Reading:
    """The section `storage`."""
    reading = Reading("storage")
    devices = block_devices.read(host)
    for device in devices.values():
        reading.add(
            f"disk:{device.name}", "BlockDevice", ROOT,
            name=device.name, kind=device.kind, size_bytes=device.size_bytes, vendor=device.vendor, model=device.model,
            serial_number=device.serial_number, is_rotational=device.is_rotational,
        )  # fmt: skip
    for device in devices.values():
        for below in device.stored_on:
            if below in devices:
                reading.relate("STORED_ON", f"disk:{device.name}", f"disk:{below}")
    by_number = {device.number: device.name for device in devices.values()}
    for mount in mounts.filesystems(host.text("/proc/self/mountinfo") or ""):
        size_bytes, used_bytes = (None, None) if mount.is_remote else _figures(host, mount.mount_point)
        name = by_number.get(mount.number) or block_devices.name_of(host, mount.device)
        device = f"/dev/{name}" if mount.device in ("/dev/root", "rootfs") and name else mount.device
        reading.add(
            f"fs:{mount.mount_point}", "Filesystem", ROOT,
            mount_point=mount.mount_point, device=device, filesystem_type=mount.filesystem_type, size_bytes=size_bytes,
            used_bytes=used_bytes, is_read_only=mount.is_read_only,
        )  # fmt: skip
        if name in devices:
            reading.relate("STORED_ON", f"fs:{mount.mount_point}", f"disk:{name}")
    return reading


def _figures(host: Host, mount_point: str) -> tuple[int, int] | tuple[None, None]:
    return host.filesystem_bytes(mount_point) or (None, None)
