"""Credentials as plain values. Their secrets are in no `repr`, so in no log line and no traceback."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Community:
    """SNMP version 1 or 2c (RFC 1157, RFC 3416)."""

    community: str = field(repr=False)
    version: Literal["1", "2c"] = "2c"


@dataclass(frozen=True, kw_only=True)
class UsmUser:
    """SNMP version 3 with the User-based Security Model (RFC 3414). Without keys: noAuthNoPriv or authNoPriv."""

    user: str
    auth_protocol: Literal["MD5", "SHA", "SHA224", "SHA256", "SHA384", "SHA512"] | None = None
    auth_password: str | None = field(default=None, repr=False)
    priv_protocol: Literal["DES", "3DES", "AES", "AES192", "AES256"] | None = None
    priv_password: str | None = field(default=None, repr=False)
    context: str = ""


@dataclass(frozen=True, kw_only=True)
class Login:
    """An SSH login: a private key (OpenSSH or PEM text), a password, or both."""

    user: str
    private_key: str | None = field(default=None, repr=False)
    passphrase: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


SnmpCredentials = Community | UsmUser
