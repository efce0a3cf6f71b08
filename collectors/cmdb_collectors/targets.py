"""What is read: a target's name, where it is, by which way, with whose credentials, how often and how patiently."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import NamedTuple

from cmdb_collectors.errors import ConfigurationError
from cmdb_collectors.keyring import Protocol

PORTS: Mapping[Protocol, int] = {"snmp": 161, "ssh": 22}
DEFAULT_DOMAIN = "default"
DEFAULT_INTERVAL_SECONDS = 300
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9.])?")


class Timing(NamedTuple):
    """How long one target may take, in seconds; None: what the way of reading it thinks right.

    `timeout_seconds`: one request (SNMP), or each phase of a session (SSH). `budget_seconds`: all of it.
    """

    timeout_seconds: float | None = None
    retries: int | None = None
    budget_seconds: float | None = None


class Target(NamedTuple):
    """One thing to read. `credentials` are names, tried in this order. `known_hosts` is a path; None for SNMP."""

    name: str
    kind: Protocol
    address: str
    port: int
    credentials: tuple[str, ...] = ()
    domain: str = DEFAULT_DOMAIN
    interval_seconds: int = DEFAULT_INTERVAL_SECONDS
    timing: Timing = Timing()
    known_hosts: str | None = None


def endpoint(text: str, default_port: int) -> tuple[str, int]:
    """Address and port of `HOST[:PORT]`, `[IPV6]:PORT` or a bare IPv6 address. Raises ConfigurationError."""
    host, port = text, str(default_port)
    bracketed = re.fullmatch(r"\[([^\]]+)\](?::(\d{1,5}))?", text)
    if bracketed:
        host, port = bracketed[1], bracketed[2] or port
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    if not is_host(host) or not port.isascii() or not port.isdigit() or not 1 <= int(port) <= 65535:
        raise ConfigurationError(f"{text!r} is no address: HOST, HOST:PORT or [IPV6]:PORT is needed")
    return host, int(port)


def is_host(text: str) -> bool:
    """Whether a text is an IP address, with a zone or without, or can be a host name."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return _HOST.fullmatch(text) is not None
    return True
