"""The targets file in TOML, checked as a whole: `[collector]`, `[credentials.NAME]`, `[groups.NAME]`, `[[targets]]`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from cmdb_collectors.errors import ConfigurationError
from cmdb_collectors.keyring import Protocol, Recipe, recipe
from cmdb_collectors.table import NAME, Table
from cmdb_collectors.targets import DEFAULT_DOMAIN, DEFAULT_INTERVAL_SECONDS, PORTS, Target, Timing, is_host

CREDENTIALS_MAX = 3  # tried on one target, in their order: more is guessing, and locks accounts
TARGETS_MAX = 20_000
FILE_BYTES_MAX = 16 << 20
_TOP = ("collector", "credentials", "groups", "targets")


class CollectorTable(NamedTuple):
    """What the table `[collector]` says; None where it says nothing."""

    name: str | None = None
    domain: str | None = None
    server: str | None = None
    ca: str | None = None
    token_file: str | None = None
    state_dir: str | None = None
    interval_seconds: int | None = None
    snmp_at_once: int | None = None
    ssh_at_once: int | None = None


@dataclass(frozen=True)
class Plan:
    """A whole targets file. `wrong` says what cannot be used in it, one line each; the rest has what can.

    `groups` has the names of each group's credentials.
    """

    collector: CollectorTable
    recipes: Mapping[str, Recipe]
    groups: Mapping[str, tuple[str, ...]]
    targets: tuple[Target, ...]
    wrong: tuple[str, ...]


def load(path: str, interval_seconds: int | None = None) -> Plan:
    """The plan that a file holds. Raises ConfigurationError where it is no TOML; what else is wrong the plan says.

    `interval_seconds` takes the place of what `[collector]` says.
    """
    try:
        with open(path, "rb") as file:
            raw = file.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from error
    if len(raw) > FILE_BYTES_MAX:
        raise ConfigurationError(f"{path} is larger than {FILE_BYTES_MAX} bytes")
    try:
        said = tomllib.loads(raw.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} is no TOML: {error}") from None
    return plan(said, interval_seconds)


def plan(said: Mapping[str, object], interval_seconds: int | None = None) -> Plan:
    """The plan that a decoded targets file describes."""
    wrong = [f"there is no `{key}` in a targets file; known are {', '.join(_TOP)}" for key in said if key not in _TOP]
    collector = _collector(Table("collector", _table("collector", said.get("collector"), wrong), wrong))
    collector = collector._replace(interval_seconds=interval_seconds or collector.interval_seconds)
    book = _Book(collector, wrong)
    for name, values in _tables("credentials", said.get("credentials"), wrong).items():
        book.recipes[name] = recipe(name, Table(f"credentials.{name}", values, wrong))
    for name, values in _tables("groups", said.get("groups"), wrong).items():
        book.add_group(name, values)
    targets = book.targets(said.get("targets"))
    recipes = {name: made for name, made in book.recipes.items() if made is not None}
    return Plan(collector, recipes, {name: one.credentials for name, one in book.groups.items()}, targets, tuple(wrong))


class _Group(NamedTuple):
    values: Mapping[str, object]
    credentials: tuple[str, ...]
    is_right: bool


@dataclass
class _Book:
    """What targets are made of. `recipes` has None for credentials that are described wrongly."""

    collector: CollectorTable
    wrong: list[str]
    recipes: dict[str, Recipe | None] = field(default_factory=dict[str, "Recipe | None"])
    groups: dict[str, _Group] = field(default_factory=dict[str, _Group])

    def add_group(self, name: str, values: Mapping[str, object]) -> None:
        """Check a group by itself, so that a fault of it is said once and not at each of its targets."""
        before = len(self.wrong)
        table = Table(f"groups.{name}", values, self.wrong)
        made = self._target(table, name, "", is_whole=False)
        table.finish()
        self.groups[name] = _Group(values, made.credentials if made else (), len(self.wrong) == before)

    def targets(self, said: object) -> tuple[Target, ...]:
        """All targets that can be read; what is wrong with the others is noted."""
        if said is None:
            return ()
        if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
            self.wrong.append("targets: write each target as [[targets]]")
            return ()
        if len(said) > TARGETS_MAX:
            self.wrong.append(f"targets: {len(said)} are more than one collector reads ({TARGETS_MAX})")
            return ()
        found: dict[str, Target] = {}
        for number, values in enumerate(cast("list[dict[str, object]]", said), 1):
            made = self._one(number, values)
            if made is not None and made.name in found:
                self.wrong.append(f"targets.{made.name}: two targets have this name; each needs one of its own")
            elif made is not None:
                found[made.name] = made
        return tuple(found.values())

    def _one(self, number: int, values: Mapping[str, object]) -> Target | None:
        before = len(self.wrong)
        name, group_name = values.get("name"), values.get("group")
        where = f"targets.{name}" if isinstance(name, str) and NAME.fullmatch(name) else f"targets[{number}]"
        group = self.groups.get(str(group_name)) if group_name is not None else _Group({}, (), True)
        if group is None:
            self.wrong.append(
                f"{where}: there is no group {group_name!r}; there are {', '.join(self.groups) or 'none'}"
            )
            return None
        if not group.is_right:
            self.wrong.append(f"{where}: what its group {group_name} says cannot be used, see above")
            return None
        table = Table(where, {**group.values, **values}, self.wrong)
        table.text("group")
        address, own_name = table.text("address", must=True), table.name("name")
        if address is not None and not is_host(address):
            table.say(f"`address` is {address!r}: an IP address or a host name is needed; the port is `port`")
        made = self._target(table, own_name or "", address or "", is_whole=True)
        table.finish()
        if made is None or len(self.wrong) > before:
            return None
        return made if made.name else made._replace(name=f"{made.address}:{made.port}")

    def _target(self, table: Table, name: str, address: str, *, is_whole: bool) -> Target | None:
        """The target that a table describes. `is_whole` False: a group, whose targets may say what it leaves out."""
        kind = cast("Protocol | None", table.choice("kind", tuple(PORTS), must=is_whole))
        credentials = table.names("credentials")
        domain, interval = table.name("domain"), table.integer("interval", 10, 86_400)
        timing = Timing(
            table.number("timeout", 0.1, 300), table.integer("retries", 0, 10), table.number("budget", 1, 3600)
        )
        port, known_hosts = table.integer("port", 1, 65535), table.text("known_hosts")
        if is_whole and not credentials:
            table.say("`credentials` is missing: which of [credentials.NAME] open it?")
        if is_whole and kind == "ssh" and known_hosts is None:
            table.say("`known_hosts` is missing: a file with the host keys that are trusted, see ssh-keyscan(1)")
        self._check_credentials(table, kind, credentials)
        if kind is None:
            return None
        return Target(
            name,
            kind,
            address,
            port or PORTS[kind],
            credentials,
            domain or self.collector.domain or DEFAULT_DOMAIN,
            interval or self.collector.interval_seconds or DEFAULT_INTERVAL_SECONDS,
            timing,
            known_hosts,
        )

    def _check_credentials(self, table: Table, kind: Protocol | None, names: tuple[str, ...]) -> None:
        if len(names) > CREDENTIALS_MAX:
            table.say(f"{len(names)} credentials are too many: at most {CREDENTIALS_MAX} are tried on one target")
        for name in names:
            made = self.recipes.get(name)
            if name not in self.recipes:
                table.say(f"there is no [credentials.{name}]")
            elif made is None:
                table.say(f"[credentials.{name}] cannot be used, see above")
            elif kind is not None and made.protocol != kind:
                table.say(f"[credentials.{name}] is {made.kind}, which opens nothing by {kind}")


def _collector(table: Table) -> CollectorTable:
    found = CollectorTable(
        table.name("name"),
        table.name("domain"),
        table.text("server"),
        table.text("ca"),
        table.text("token_file"),
        table.text("state_dir"),
        table.integer("interval", 10, 86_400),
        table.integer("snmp_at_once", 1, 1000),
        table.integer("ssh_at_once", 1, 200),
    )
    table.finish()
    return found


def _table(where: str, said: object, wrong: list[str]) -> Mapping[str, object]:
    if said is None or isinstance(said, dict):
        return cast("Mapping[str, object]", said or {})
    wrong.append(f"{where}: a table is needed, such as [{where}]")
    return {}


def _tables(where: str, said: object, wrong: list[str]) -> dict[str, Mapping[str, object]]:
    return {name: _table(f"{where}.{name}", one, wrong) for name, one in _table(where, said, wrong).items()}
