"""A known_hosts file: which keys a host may show (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT")."""

from __future__ import annotations

import base64
import binascii
import fnmatch
import hashlib
import hmac
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from cmdb_collectors.ssh.failure import Failure

DEFAULT_PORT = 22
_HASHED = "|1|"


class KnownKey(NamedTuple):
    """A key that a file holds for a host. `is_revoked`: nobody who shows it may be trusted."""

    type: str
    blob: bytes
    is_revoked: bool = False


def fingerprint(blob: bytes) -> str:
    """A public key's `SHA256:…`, as ssh-keygen(1) writes it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def key_type(blob: bytes) -> str:
    """The type that a public key names itself by (RFC 4253, 6.6)."""
    return blob[4 : 4 + int.from_bytes(blob[:4], "big")].decode("ascii", "replace")


def name_of(host: str, port: int) -> str:
    """A host as the file spells it: in brackets with its port, where that is not 22."""
    return host if port == DEFAULT_PORT else f"[{host}]:{port}"


def keys_of(text: str, host: str, port: int) -> list[KnownKey]:
    """The keys for a host, in the order of the file. Lines that are malformed or speak of authorities are left out."""
    name = name_of(host, port).lower()
    return [key for patterns, key in _entries(text.splitlines()) if _matches(patterns, name)]


def check(shown: bytes, known: list[KnownKey], name: str) -> None:
    """Whether a host may be trusted that shows this key. Raises Failure, which says what to do, where it may not.

    `name`: the host as the file spells it.
    """
    said = f"{key_type(shown)} {fingerprint(shown)}"
    if any(key.is_revoked and key.blob == shown for key in known):
        raise Failure(
            "host_key_revoked",
            f"{name} shows the key {said}, which is marked as revoked: nothing was sent. Others may have that key",
        )
    trusted = [key for key in known if not key.is_revoked]
    if any(key.blob == shown for key in trusted):
        return
    if trusted:
        before = ", ".join(f"{key.type} {fingerprint(key.blob)}" for key in trusted)
        raise Failure(
            "host_key_changed",
            f"{name} shows the key {said}, but known is {before}: nothing was sent. If the machine was installed anew, "
            "verify the new key on its console, then replace the line in the known hosts file",
        )
    host, has_port, port = name.removeprefix("[").partition("]:")
    raise Failure(
        "host_key_unknown",
        f"{name} shows the key {said}, and none is known: nothing was sent. Get the line with "
        f"`ssh-keyscan {f'-p {port} {host}' if has_port else name}`, compare it with `ssh-keygen -lf` on the machine, "
        "and add it to the known hosts file",
    )


def _entries(lines: Iterable[str]) -> Iterator[tuple[str, KnownKey]]:
    for line in lines:
        fields = line.split()
        marker = fields.pop(0) if line.startswith("@") and fields else ""
        if len(fields) < 3 or fields[0].startswith("#") or marker not in ("", "@revoked"):
            continue
        try:
            blob = base64.b64decode(fields[2], validate=True)
        except binascii.Error:
            continue
        yield fields[0], KnownKey(fields[1], blob, bool(marker))


def _matches(patterns: str, name: str) -> bool:
    """True where the comma-separated patterns, or the hash of one name, mean the name. A negated one decides."""
    if patterns.startswith(_HASHED):
        return _is_hash_of(patterns, name)
    found = False
    for pattern in patterns.lower().split(","):
        is_negated = pattern.startswith("!")
        # Brackets are part of a name with a port here, and no set of characters.
        if fnmatch.fnmatchcase(name, pattern.removeprefix("!").replace("[", "[[]")):
            if is_negated:
                return False
            found = True
    return found


def _is_hash_of(hashed: str, name: str) -> bool:
    salt, _, digest = hashed.removeprefix(_HASHED).partition("|")
    try:
        expected = base64.b64decode(digest, validate=True)
        found = hmac.new(base64.b64decode(salt, validate=True), name.encode(), hashlib.sha1).digest()
    except binascii.Error:
        return False
    return hmac.compare_digest(expected, found)
