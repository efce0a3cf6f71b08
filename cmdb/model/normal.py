"""Canonical spellings, and the placeholders that are absent values however often a vendor ships them."""

from __future__ import annotations

import ipaddress
import re
import uuid
from functools import lru_cache

_PLACEHOLDERS = frozenset(
    text.casefold()
    for text in (
        "none", "n/a", "na", "null", "unknown", "undefined", "not specified", "not present", "not available",
        "not applicable", "not installed", "not settable", "default string", "default", "empty", "oem", "o.e.m.",
        "to be filled by o.e.m.", "to be filled by oem", "system serial number", "chassis serial number",
        "base board serial number", "board serial number", "system product name", "system manufacturer", "serial",
        "serial number", "<bad index>", "<out of spec>", "<private>", "123456789", "0123456789", "1234567890",
        "mb-1234567890", "deviceserl", "invalid", "xxxx", "sys-1234567890", "no asset information", "asset-1234567890",
    )
)  # fmt: skip

# UUIDs that many boards or images share; from the published placeholder lists of inventory agents.
_PLACEHOLDER_UUIDS = frozenset({
    "03000200-0400-0500-0006-000700080009",
    "03020100-0504-0706-0809-0a0b0c0d0e0f",
    "10000000-0000-8000-0040-000000000000",
    "fefefefe-fefe-fefe-fefe-fefefefefefe",
    "ffffff00-ffff-ffff-ffff-ffffffffffff",
})  # fmt: skip

# First octets of MACs that redundancy protocols and container bridges hand out: many devices answer with them.
_SHARED_MAC_PREFIXES = (
    "00005e0001", "00005e0002",  # VRRP (RFC 9568)
    "00000c07ac", "00000c9ff",  # HSRP v1, v2
    "0007b4",  # GLBP
    "0242",  # Docker's bridge and its containers
    "00090f09",  # FGCP (FortiGate clusters)
)  # fmt: skip


def text(value: str) -> str | None:
    """The value without surrounding or repeated white space; None where nothing is left or it is a placeholder."""
    cleaned = re.sub(r"\s+", " ", value.replace("\x00", " ")).strip()
    if not cleaned or cleaned.casefold() in _PLACEHOLDERS:
        return None
    return cleaned


def serial_number(value: str) -> str | None:
    """Upper case, trimmed. None for placeholders, one repeated character, and fewer than 3 characters."""
    cleaned = text(value)
    if cleaned is None:
        return None
    bare = re.sub(r"[\s.\-_]", "", cleaned)
    if len(bare) < 3 or len(set(bare.upper())) == 1:
        return None
    return cleaned.upper()


def uuid_twins(value: str) -> tuple[str, ...]:
    """The spellings one SMBIOS UUID has: the first field, the next two, all three or none of them byte-swapped.

    SMBIOS 2.6 (DSP0134, 7.2.1) fixed the byte order of the first three fields after firmware had shipped both.
    Empty where the text is no UUID or a placeholder in any of its spellings.
    """
    try:
        parsed = uuid.UUID(value.strip().strip("{}"))
    except ValueError:
        return ()
    raw = parsed.bytes
    heads = (raw[:4], raw[3::-1])
    middles = (raw[4:8], raw[5:3:-1] + raw[7:5:-1])
    twins = tuple(str(uuid.UUID(bytes=head + middle + raw[8:])) for head in heads for middle in middles)
    if any(twin in _PLACEHOLDER_UUIDS for twin in twins) or len(set(raw)) == 1:
        return ()
    return twins


def system_uuid(value: str) -> str | None:
    """One canonical spelling for all byte orders of a UUID: the least of its twins. None for placeholders."""
    return min(uuid_twins(value), default=None)


def mac_address(value: str) -> str | None:
    """Twelve hexadecimal digits with colons, lower case. None for all-zero, broadcast and multicast addresses."""
    digits = re.sub(r"[:.\-\s]", "", value.strip()).lower().removeprefix("0x")
    if not re.fullmatch(r"[0-9a-f]{12}", digits) or digits in {"0" * 12, "0" * 11 + "1"}:
        return None
    if int(digits[:2], 16) & 1:
        return None
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def evidence_mac(value: str) -> str | None:
    """`mac_address`, and None for those that redundancy protocols and container bridges share out."""
    mac = mac_address(value)
    return None if mac is None or mac.replace(":", "").startswith(_SHARED_MAC_PREFIXES) else mac


def universal_mac(value: str) -> str | None:
    """`evidence_mac`, and None where the address is locally administered (IEEE 802, second bit of the first octet)."""
    mac = evidence_mac(value)
    return None if mac is None or int(mac[:2], 16) & 2 else mac


def host_name(value: str) -> str | None:
    """The first label, lower case; None for `localhost` and for addresses."""
    cleaned = value.strip().strip(".").lower()
    if not cleaned or cleaned.split(".")[0] in {"localhost", "localhost6", "(none)"}:
        return None
    try:
        ipaddress.ip_address(cleaned)
    except ValueError:
        return cleaned.split(".")[0]
    return None


@lru_cache(maxsize=16_384)  # an estate has few addresses, and its documents name them again and again
def ip_address(value: str) -> str | None:
    """The address as RFC 5952 writes it, without a zone; an IPv4-mapped one as IPv4. None where it is no address."""
    try:
        parsed = ipaddress.ip_address(value.strip().split("%")[0])
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(mapped or parsed)


def prefix(value: str) -> str | None:
    """A network in CIDR notation with its host bits cleared; None where it is none."""
    try:
        return str(ipaddress.ip_network(value.strip(), strict=False))
    except ValueError:
        return None


def opaque(value: str) -> str | None:
    """Trimmed and lower case, for hexadecimal ids; None for placeholders and one repeated character."""
    cleaned = (text(value) or "").lower()
    return None if len(set(cleaned)) < 2 or cleaned == "uninitialized" else cleaned


def engine_id(value: str) -> str | None:
    """An snmpEngineID in hexadecimal, lower case (RFC 3411, 5).

    None where it is too short to be one, repeats one byte (a vendor's default), or is made of an IPv4 address, which
    changes with the address and is the same behind two routers.
    """
    digits = re.sub(r"[:\s]", "", value).lower().removeprefix("0x")
    if not re.fullmatch(r"[0-9a-f]{10,64}", digits) or len(digits) % 2:
        return None
    raw = bytes.fromhex(digits)
    is_of_address = bool(raw[0] & 0x80) and raw[4] == 1
    return None if is_of_address or len(set(raw[5:])) < 2 else digits


def exact(value: str) -> str | None:
    """Trimmed, case kept (fingerprints are case-sensitive base64)."""
    return value.strip() or None
