"""What the firmware says: DMI, device tree, and who made the ACPI tables."""

from __future__ import annotations

from cmdb_collectors.ssh.commands.command import Command
from cmdb_collectors.ssh.printed import read_files

_NAMES = "sys_vendor product_name product_serial product_uuid chassis_asset_tag board_asset_tag bios_version \
bios_vendor"
_PATHS = " ".join(f"/sys/class/dmi/id/{name}" for name in _NAMES.split())
_SCRIPT = f"""\
grep -a -H '' {_PATHS} /sys/hypervisor/type /proc/device-tree/compatible /proc/device-tree/model \
/proc/device-tree/serial-number 2>&1
raw /sys/firmware/acpi/tables/FACP 36
"""

FIRMWARE = Command("firmware", _SCRIPT, read_files)
