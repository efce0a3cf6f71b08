"""Names, and the evidence of which machine this is that does not come from its hardware."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from cmdb_agent.host import Host
from cmdb_agent.probes import cloud
from cmdb_agent.reading import Reading

# This product's own application id: machine-id(5) asks that the id itself never leaves the machine.
_APPLICATION = bytes.fromhex("6f0a2c7e58c14c0b9f0d0d3d5b1c7a42")
_SSH_FOLDER = "/etc/ssh"


def read(host: Host) -> Reading:
    """The section `identity` of a machine."""
    reading = Reading("identity")
    name = host.uname()[1]
    reading.set(name=name.split(".")[0].lower(), fqdn=_fqdn(host, name))
    hashed = machine_id(host)
    if hashed:
        reading.identifiers["machine_id"] = hashed
    keys = ssh_host_keys(host, reading)
    if keys:
        reading.identifiers["ssh_host_keys"] = keys
    instance = cloud.instance(host)
    if instance.instance_id:
        reading.identifiers["cloud_instance_id"] = instance.instance_id
    return reading


def machine_id(host: Host) -> str | None:
    """The machine id as a keyed hash of it; None where the machine has none yet (machine-id(5))."""
    for path in ("/etc/machine-id", "/var/lib/dbus/machine-id"):
        text = (host.text(path) or "").replace("-", "")
        try:
            raw = bytes.fromhex(text)
        except ValueError:  # `uninitialized`, or something else that is no id
            continue
        if len(raw) == 16 and any(raw):
            return hashed_machine_id(raw, _APPLICATION)
    return None


def hashed_machine_id(machine: bytes, application: bytes) -> str:
    """HMAC-SHA256 of the application's id keyed by the machine's, as a version 4 UUID in 32 hexadecimal digits.

    Source: sd_id128_get_machine_app_specific(3).
    """
    digest = bytearray(hmac.new(machine, application, hashlib.sha256).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x40
    digest[8] = digest[8] & 0x3F | 0x80
    return digest.hex()


def ssh_host_keys(host: Host, reading: Reading) -> list[str]:
    """Fingerprints of the host keys of every type, `SHA256:…` as ssh-keygen(1) writes them, sorted."""
    prints: list[str] = []
    for name in host.names(_SSH_FOLDER):
        if not (name.startswith("ssh_host_") and name.endswith("_key.pub")):
            continue
        try:
            fields = (host.text(f"{_SSH_FOLDER}/{name}") or "").split()
            blob = base64.b64decode(fields[1], validate=True)
        except PermissionError:
            reading.missed("permission_denied", f"{_SSH_FOLDER}/{name} may not be read")
        except (IndexError, binascii.Error):
            reading.note("malformed", f"{_SSH_FOLDER}/{name} holds no public key")
        else:
            digest = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
            prints.append(f"SHA256:{digest}")
    return sorted(prints)


def _fqdn(host: Host, name: str) -> str | None:
    """The host's full name: as the kernel knows it, or as /etc/hosts spells it. Never asked of a name server."""
    if "." in name:
        return name.lower()
    for line in (host.text("/etc/hosts") or "").splitlines():
        names = line.split("#")[0].split()[1:]
        if name in names:
            full = next((n for n in names if n.startswith(f"{name}.")), None)
            if full:
                return full.lower()
    return None
