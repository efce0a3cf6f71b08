"""Credentials by their names: what each is made of, and the secrets, read once before the first target is contacted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Literal, NamedTuple

from cmdb_collectors import secrets
from cmdb_collectors.credentials import Community, Login, SnmpCredentials, UsmUser
from cmdb_collectors.errors import ConfigurationError
from cmdb_collectors.secrets import Secret
from cmdb_collectors.table import Table

Protocol = Literal["snmp", "ssh"]

_PROTOCOLS: Mapping[str, Protocol] = {"snmp-v1": "snmp", "snmp-v2c": "snmp", "snmp-v3": "snmp", "ssh": "ssh"}
_AUTH = ("MD5", "SHA", "SHA224", "SHA256", "SHA384", "SHA512")
_PRIV = ("DES", "3DES", "AES", "AES192", "AES256")
_PASSWORD_LENGTH_MIN = 8  # RFC 3414, 11.2


class Recipe(NamedTuple):
    """Named credentials before their secrets are read. `plain` and `secrets` have the fields of their class."""

    name: str
    kind: str
    plain: Mapping[str, str]
    secrets: Mapping[str, Secret]

    @property
    def protocol(self) -> Protocol:
        """Which way of reading they open."""
        return _PROTOCOLS[self.kind]


class Keyring:
    """The credentials that some targets need, opened. No `repr` shows them."""

    def __init__(self, opened: Mapping[str, SnmpCredentials | Login]) -> None:
        self._snmp = {name: one for name, one in opened.items() if not isinstance(one, Login)}
        self._ssh = {name: one for name, one in opened.items() if isinstance(one, Login)}

    def snmp(self, name: str) -> SnmpCredentials:
        """The credentials of that name."""
        return self._snmp[name]

    def ssh(self, name: str) -> Login:
        """The login of that name."""
        return self._ssh[name]


def recipe(name: str, table: Table) -> Recipe | None:
    """The credentials that a table describes; None where it is wrong, and the table says why."""
    before = len(table.wrong)
    kind = table.choice("kind", tuple(_PROTOCOLS), must=True)
    if kind is None:
        return None
    plain: dict[str, str | None] = {}
    sources: dict[str, Secret | None] = {}
    if kind == "ssh":
        plain["user"] = table.text("user", must=True)
        sources = {key: table.secret(key) for key in ("private_key", "passphrase", "password")}
        if not sources["private_key"] and not sources["password"]:
            table.say('a login needs `private_key` or `password`, such as private_key = { file = "…/id_ed25519" }')
    elif kind == "snmp-v3":
        _usm(table, plain, sources)
    else:
        sources["community"] = table.secret("community", must=True)
    table.finish()
    if len(table.wrong) > before:
        return None
    return Recipe(
        name,
        kind,
        {key: value for key, value in plain.items() if value is not None},
        {key: value for key, value in sources.items() if value is not None},
    )


def _usm(table: Table, plain: dict[str, str | None], sources: dict[str, Secret | None]) -> None:
    plain["user"] = table.text("user", must=True)
    plain["context"] = table.text("context")
    for prefix, protocols in (("auth", _AUTH), ("priv", _PRIV)):
        protocol = plain[f"{prefix}_protocol"] = table.choice(f"{prefix}_protocol", protocols)
        secret = sources[f"{prefix}_password"] = table.secret(f"{prefix}_password")
        if (protocol is None) != (secret is None):
            table.say(f"`{prefix}_protocol` and `{prefix}_password` go together")
    if plain["priv_protocol"] and not plain["auth_protocol"]:
        table.say("privacy needs authentication: add `auth_protocol` and `auth_password`")


def opened(recipes: Iterable[Recipe], environ: Mapping[str, str]) -> Keyring:
    """The keyring: files and variables read, a person asked. Raises ConfigurationError with all that is missing."""
    found: dict[str, SnmpCredentials | Login] = {}
    wrong: list[str] = []
    for one in recipes:
        try:
            found[one.name] = _open(one, environ)
        except ConfigurationError as error:
            wrong += [f"credentials.{one.name}: {reason}" for reason in error.reasons]
    if wrong:
        raise ConfigurationError(*wrong)
    return Keyring(found)


def unavailable(recipes: Collection[Recipe], environ: Mapping[str, str]) -> dict[str, str]:
    """Why credentials could not be opened now, by their name; nobody is asked for anything."""
    reasons = {
        one.name: [reason for secret in one.secrets.values() if (reason := secrets.missing(secret, environ))]
        for one in recipes
    }
    return {name: "; ".join(said) for name, said in reasons.items() if said}


def _open(one: Recipe, environ: Mapping[str, str]) -> SnmpCredentials | Login:
    values = {**one.plain, **{field: secrets.read(secret, environ) for field, secret in one.secrets.items()}}
    if one.kind == "ssh":
        return Login(**values)
    if one.kind == "snmp-v3":
        short = [name for name in ("auth_password", "priv_password")
                 if name in values and len(values[name]) < _PASSWORD_LENGTH_MIN]  # fmt: skip
        if short:
            raise ConfigurationError(f"{short[0]} is shorter than the {_PASSWORD_LENGTH_MIN} characters of SNMPv3")
        return UsmUser(**values)  # pyright: ignore[reportArgumentType] - `_usm` has checked the protocols
    return Community(community=values["community"], version="1" if one.kind == "snmp-v1" else "2c")
