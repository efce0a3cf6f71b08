"""The commands `snmp` and `ssh`: one target, read once, its document written out."""

from __future__ import annotations

import argparse
import asyncio
import base64
import binascii
import getpass
import logging
import sys
from collections.abc import Mapping

from cmdb_agent.wire.document import Document, encode, with_age

from cmdb_collectors import logs, secrets, settings
from cmdb_collectors.attempt import Attempts
from cmdb_collectors.credentials import Community, Login, SnmpCredentials
from cmdb_collectors.errors import ConfigurationError
from cmdb_collectors.keyring import Keyring, Protocol, opened
from cmdb_collectors.outcome import State
from cmdb_collectors.plan import CREDENTIALS_MAX, load
from cmdb_collectors.summary import printable
from cmdb_collectors.table import NAME
from cmdb_collectors.targets import DEFAULT_DOMAIN, PORTS, Target, Timing, endpoint
from cmdb_collectors.threads import Threads

_STATUS: Mapping[State, int] = {"read": 0, "partial": 3, "failed": 1}
_ENCRYPTED = ("ENCRYPTED", "bcrypt")
_GIVEN = "given"


def run(given: argparse.Namespace) -> int:
    """Read the target and write its document; the exit status. Raises ConfigurationError."""
    logs.to_standard_error(logging.WARNING)
    kind: Protocol = given.command
    user, _, host = given.target.rpartition("@") if kind == "ssh" else ("", "", given.target)
    address, port = endpoint(host, PORTS[kind])
    names, keyring = _credentials(given, kind, user)
    target = Target(
        _name(given.name, "--name") or f"{address}:{port}",
        kind,
        address,
        port,
        names,
        _name(given.domain, "--domain") or DEFAULT_DOMAIN,
        timing=Timing(timeout_seconds=given.timeout, budget_seconds=given.budget),
        known_hosts=given.known_hosts if kind == "ssh" else None,
    )
    outcome, document = asyncio.run(Attempts(settings.default_name(), keyring, Threads()).read(target))
    for problem in outcome.problems:
        print(f"{settings.PROGRAM}: {problem['section']}: {printable(problem['message'])}", file=sys.stderr)
    _write(document, given.output)
    return _STATUS[outcome.state]


def _name(text: str | None, option: str) -> str | None:
    if text is not None and not NAME.fullmatch(text):
        raise ConfigurationError(f"{option}: a name without `|`, `#` and control characters is needed")
    return text


def _credentials(given: argparse.Namespace, kind: Protocol, user: str) -> tuple[tuple[str, ...], Keyring]:
    """The names of the credentials to try, and the keyring that has them."""
    if given.group is not None and given.credentials is None:
        raise ConfigurationError("--group needs --credentials FILE, the file that has the group")
    if given.credentials is None:
        return (_GIVEN,), Keyring({_GIVEN: _login(given, user) if kind == "ssh" else _community(given)})
    if kind == "ssh" and (given.identity or user):
        raise ConfigurationError("--credentials names user and key: leave out USER@ and --identity")
    if kind == "snmp" and given.community is not None:
        raise ConfigurationError("--community and --credentials exclude each other")
    return _from_file(given.credentials, given.group, kind)


def _from_file(path: str, group: str | None, kind: Protocol) -> tuple[tuple[str, ...], Keyring]:
    plan = load(path)
    wrong = [line for line in plan.wrong if not line.startswith("targets")]
    if wrong:
        raise ConfigurationError(*wrong)
    if group is not None and group not in plan.groups:
        raise ConfigurationError(f"{path} has no group {group!r}; it has {', '.join(plan.groups) or 'none'}")
    listed = plan.groups[group] if group is not None else tuple(plan.recipes)
    names = tuple(name for name in listed if plan.recipes[name].protocol == kind)
    if not names:
        raise ConfigurationError(f"{path} has no credentials for {kind}{f' in the group {group}' if group else ''}")
    if len(names) > CREDENTIALS_MAX:
        raise ConfigurationError(f"{path} has {len(names)} credentials for {kind}: say which group's with --group")
    return names, opened((plan.recipes[name] for name in names), settings.environment())


def _community(given: argparse.Namespace) -> SnmpCredentials:
    return Community(community=given.community or secrets.ask("Community"))


def _login(given: argparse.Namespace, user: str) -> Login:
    user = user or getpass.getuser()
    if given.identity is None:
        return Login(user=user, password=secrets.ask(f"Password of {user}"))
    key = secrets.read_file(given.identity)
    passphrase = secrets.ask(f"Passphrase of {given.identity}") if is_encrypted(key) else None
    return Login(user=user, private_key=key, passphrase=passphrase)


def is_encrypted(private_key: str) -> bool:
    """Whether a private key needs a passphrase.

    PEM says so in a line (RFC 1421, RFC 5958); OpenSSH's own form names in its first bytes the function that makes a
    key of the passphrase (PROTOCOL.key of OpenSSH).
    """
    if "OPENSSH PRIVATE KEY" not in private_key:
        return _ENCRYPTED[0] in private_key
    body = "".join(line for line in private_key.splitlines() if not line.startswith("-----"))
    try:
        return _ENCRYPTED[1].encode() in base64.b64decode(body[:200])
    except (binascii.Error, ValueError):
        return False


def _write(document: Document, output: str) -> None:
    text = with_age(encode(document), 0, is_uncertain=False) + b"\n"
    if output == "-":
        sys.stdout.buffer.write(text)
        sys.stdout.buffer.flush()
        return
    try:
        with open(output, "wb") as file:
            file.write(text)
    except OSError as error:
        raise ConfigurationError(f"--output {output}: {error.strerror}") from error
