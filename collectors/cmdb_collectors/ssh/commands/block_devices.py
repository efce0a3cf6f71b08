"""Disks, partitions and volumes out of /sys/block, and the serial numbers that udev has noted."""

from __future__ import annotations

from cmdb_collectors.ssh.commands.command import Command
from cmdb_collectors.ssh.printed import read_files, text
from cmdb_collectors.ssh.snapshot import Snapshot

_NAMES = "size dev serial queue/rotational device/vendor device/model device/serial dm/uuid */partition */dev */size"
_SCRIPT = f"""\
grep -a -H '' {" ".join(f"/sys/block/*/{name}" for name in _NAMES.split())} 2>&1
grep -a -H '^E:ID_SERIAL_SHORT=' /run/udev/data/b*
printf '%s\\n' /sys/block/*/slaves/*
"""


def read(output: bytes, snapshot: Snapshot) -> None:
    """Files, and the bare paths of what a device is stored on."""
    read_files(output, snapshot)
    snapshot.paths.update(
        text(line) for line in output.split(b"\n") if b"/slaves/" in line and b":" not in line and b"*" not in line
    )


BLOCK_DEVICES = Command("block_devices", _SCRIPT, read)
