"""Vendor, model, serial number, processor and memory: firmware tables, device tree and /proc."""

from __future__ import annotations

from cmdb_agent.host import Host
from cmdb_agent.probes import cloud
from cmdb_agent.reading import Reading

_DMI = "/sys/class/dmi/id"
_DEVICE_TREE = "/proc/device-tree"
_ACPI_TABLES = "/sys/firmware/acpi/tables"

# Words in the firmware's vendor and product names that only one hypervisor writes.
_HYPERVISORS = (
    ("vmware", "vmware"), ("virtualbox", "virtualbox"), ("innotek", "virtualbox"), ("parallels", "parallels"),
    ("microsoft corporation virtual machine", "hyperv"), ("hvm domu", "xen"), ("xen", "xen"), ("bhyve", "bhyve"),
    ("amazon ec2", "kvm"), ("google compute engine", "kvm"), ("openstack", "kvm"), ("kvm", "kvm"), ("qemu", "kvm"),
    ("red hat", "kvm"), ("digitalocean", "kvm"), ("hetzner", "kvm"),
)  # fmt: skip
_ACPI_OEMS = (("FIRECK", "firecracker"), ("BOCHS", "kvm"), ("VBOX", "virtualbox"), ("XEN", "xen"), ("VRTUAL", "hyperv"),
              ("CLOUDH", "cloud-hypervisor"))  # fmt: skip


def read(host: Host) -> Reading:
    """The section `hardware` of a machine."""
    reading = Reading("hardware")
    firmware = _firmware(host, reading)
    processors = _processors(host)
    memory = _memory(host)
    load = (host.text("/proc/loadavg") or "").split()
    reading.set(
        vendor=firmware.get("sys_vendor"),
        model=firmware.get("product_name"),
        serial_number=firmware.get("product_serial"),
        asset_tag=firmware.get("chassis_asset_tag"),
        bios_version=firmware.get("bios_version"),
        virtualization=_virtualization(host, firmware, processors, reading),
        cloud_provider=cloud.instance(host).provider,
        cpu_model=next((p[name] for p in processors for name in ("model name", "Model", "cpu") if name in p), None),
        cpu_count=len(processors) or None,
        cpu_core_count=_distinct(processors, "physical id", "core id"),
        cpu_socket_count=_distinct(processors, "physical id"),
        memory_bytes=memory.get("MemTotal"),
        swap_bytes=memory.get("SwapTotal"),
        memory_available_bytes=memory.get("MemAvailable"),
        load_average_1m=float(load[0]) if load else None,
    )
    if firmware.get("product_uuid"):
        reading.identifiers["system_uuid"] = firmware["product_uuid"]
    if firmware.get("product_serial"):
        reading.identifiers["system_serial"] = firmware["product_serial"]
    return reading


def _firmware(host: Host, reading: Reading) -> dict[str, str]:
    """What the firmware says, under the names of /sys/class/dmi/id; on device-tree machines the same from there."""
    found: dict[str, str] = {}
    denied: list[str] = []
    for name in ("sys_vendor", "product_name", "product_serial", "product_uuid", "chassis_asset_tag", "bios_version"):
        try:
            value = host.text(f"{_DMI}/{name}")
        except PermissionError:
            denied.append(name)
        else:
            if value:
                found[name] = value
    if denied:
        reading.missed("permission_denied", f"only root may read {', '.join(denied)} in {_DMI}")
    if not found:
        vendor, _, _ = (host.text(f"{_DEVICE_TREE}/compatible") or "").partition(",")
        for name, value in (
            ("sys_vendor", vendor),
            ("product_name", host.text(f"{_DEVICE_TREE}/model")),
            ("product_serial", host.text(f"{_DEVICE_TREE}/serial-number")),
        ):
            if value:
                found[name] = value
    return found


def _processors(host: Host) -> list[dict[str, str]]:
    """The logical processors of /proc/cpuinfo, each with its fields."""
    processors: list[dict[str, str]] = []
    for line in (host.text("/proc/cpuinfo") or "").splitlines():
        name, separator, value = line.partition(":")
        name = name.strip()
        if name == "processor" and value.strip().isdigit():
            processors.append({})
        if separator and value.strip() and processors:
            processors[-1][name] = value.strip()
    return processors


def _distinct(processors: list[dict[str, str]], *names: str) -> int | None:
    """How many different values the named fields have together; None where the processor does not say."""
    values = {tuple(processor.get(name) for name in names) for processor in processors}
    return len(values) if values and all(None not in value for value in values) else None


def _memory(host: Host) -> dict[str, int]:
    """The figures of /proc/meminfo in bytes (proc(5): its kB are 1,024 bytes)."""
    figures: dict[str, int] = {}
    for line in (host.text("/proc/meminfo") or "").splitlines():
        name, _, value = line.partition(":")
        words = value.split()
        if words and words[0].isdigit():
            figures[name] = int(words[0]) * 1024
    return figures


def _virtualization(
    host: Host, firmware: dict[str, str], processors: list[dict[str, str]], reading: Reading
) -> str | None:
    """The hypervisor's name, `unknown` for one that does not say, `none` on bare metal, None where nothing tells."""
    said = f"{firmware.get('sys_vendor', '')} {firmware.get('product_name', '')}".lower()
    is_guest = any("hypervisor" in processor.get("flags", "").split() for processor in processors)
    by_firmware = next((name for words, name in _HYPERVISORS if words in said), None)
    if by_firmware and (is_guest or not processors or "flags" not in processors[0]):
        return by_firmware
    kind = host.text("/sys/hypervisor/type")
    if kind:
        return kind
    if is_guest:
        return _acpi_maker(host, reading)
    return "none" if processors and "flags" in processors[0] else None


def _acpi_maker(host: Host, reading: Reading) -> str | None:
    """The hypervisor by the OEM id in its ACPI tables (ACPI 6.5, 5.2.6: bytes 10 to 15); None where only root reads."""
    try:
        head = host.read(f"{_ACPI_TABLES}/FACP", limit=36) or b""
    except PermissionError:
        reading.missed("permission_denied", f"only root may read who made {_ACPI_TABLES}, which names the hypervisor")
        return None
    maker = head[10:16].decode("ascii", "replace").upper()
    return next((name for word, name in _ACPI_OEMS if maker.startswith(word)), "unknown")
