"""Which cloud runs the machine and which instance of it this is, without asking the network."""

from __future__ import annotations

import json
from typing import NamedTuple

from cmdb_agent.host import Host

_DMI = "/sys/class/dmi/id"
_INSTANCE_DATA = "/run/cloud-init/instance-data.json"
_INSTANCE_ID = "/var/lib/cloud/data/instance-id"

# Words in the firmware's vendor, product and asset tag that only one cloud writes.
_FIRMWARE = (
    ("amazon ec2", "aws"),
    ("7783-7084-3265-9085-8269-3286-77", "azure"),  # the asset tag of every Azure machine
    ("google compute engine", "gcp"),
    ("digitalocean", "digitalocean"),
    ("hetzner", "hetzner"),
    ("openstack", "openstack"),
    ("oraclecloud", "oracle"),
    ("alibaba cloud", "alibaba"),
    ("scaleway", "scaleway"),
    ("vultr", "vultr"),
)
# cloud-init's own names where they differ; None: its source gives no id that one instance alone has.
_CLOUD_INIT = {"ec2": "aws", "gce": "gcp", "aliyun": "alibaba", "nocloud": None, "none": None, "configdrive": None,
               "lxd": None, "unknown": None, "ovf": None}  # fmt: skip
_NO_IDS = frozenset({"iid-datasource-none", "nocloud", "none", "iid-local01", "i-00000000"})


class Instance(NamedTuple):
    """The cloud's name and its id for this instance, each None where it cannot be told."""

    provider: str | None
    instance_id: str | None


def instance(host: Host) -> Instance:
    """What firmware and cloud-init say about the cloud around this machine."""
    provider = _by_firmware(host)
    provider_said, instance_id = _by_cloud_init(host)
    provider = provider or provider_said
    if provider == "aws" and not instance_id:
        # The Nitro firmware carries the instance id as the board's asset tag.
        tag = host.text(f"{_DMI}/board_asset_tag") or ""
        instance_id = tag if tag.startswith("i-") else None
    if provider is None or (instance_id or "").lower() in _NO_IDS:
        instance_id = None
    return Instance(provider, instance_id)


def _by_firmware(host: Host) -> str | None:
    said = " ".join(
        host.text(f"{_DMI}/{name}") or "" for name in ("sys_vendor", "product_name", "chassis_asset_tag", "bios_vendor")
    ).lower()
    return next((name for words, name in _FIRMWARE if words in said), None)


def _by_cloud_init(host: Host) -> Instance:
    try:
        data = json.loads(host.read(_INSTANCE_DATA) or b"null")
    except (ValueError, PermissionError):  # the world-readable copy is redacted and always readable; be sure anyway
        data = None
    said = data.get("v1") if isinstance(data, dict) else None
    if not isinstance(said, dict):
        return Instance(None, host.text(_INSTANCE_ID))
    name = str(said.get("cloud_name") or "").lower()
    provider = _CLOUD_INIT.get(name, name or None)
    instance_id = said.get("instance_id")
    return Instance(provider, str(instance_id) if instance_id else None)
