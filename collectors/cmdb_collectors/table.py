"""One table of the targets file, read key by key. What is wrong is gathered, so that one look shows all of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import cast

from cmdb_collectors.secrets import Secret

NAME = re.compile(r"[^\x00-\x1f\x7f|#]{1,200}")
_SECRET_KEYS = frozenset({"community", "password", "passphrase", "auth_password", "priv_password", "private_key"})
_NO_SECRETS = "no secret stands in this file: write it into a file of its own (chmod 600) and say"


class Table:
    """A table and where it stands, such as `groups.edge`. Each method takes a key; `finish` names what none took."""

    def __init__(self, where: str, values: Mapping[str, object], wrong: list[str]) -> None:
        self.where = where
        self.wrong = wrong
        self._values = values
        self._known: set[str] = set()

    def say(self, message: str) -> None:
        """Note what is wrong here."""
        self.wrong.append(f"{self.where}: {message}")

    def text(self, key: str, *, must: bool = False) -> str | None:
        """A text that is not empty; None where there is none, which is wrong if there must be one."""
        value = self._take(key)
        if value is None:
            if must:
                self.say(f"`{key}` is missing")
            return None
        if not isinstance(value, str) or not value.strip():
            self.say(f"`{key}` must be a text that is not empty")
            return None
        return value

    def name(self, key: str) -> str | None:
        """A text that can be part of a key: no `|`, no `#`, no control character, at most 200 characters."""
        value = self.text(key)
        if value is not None and not NAME.fullmatch(value):
            self.say(f"`{key}` is {value!r}: a name without `|`, `#` and control characters is needed")
            return None
        return value

    def choice(self, key: str, of: Collection[str], *, must: bool = False) -> str | None:
        """One of these texts."""
        value = self.text(key, must=must)
        if value is not None and value not in of:
            self.say(f"`{key}` is {value!r}: it is one of {', '.join(of)}")
            return None
        return value

    def integer(self, key: str, least: int, most: int) -> int | None:
        """A whole number within these bounds."""
        value = self._take(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.say(f"`{key}` must be a whole number from {least} to {most}")
            return None
        return value

    def number(self, key: str, least: float, most: float) -> float | None:
        """A number within these bounds."""
        value = self._take(key)
        if value is None:
            return None
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not least <= value <= most:
            self.say(f"`{key}` must be a number from {least:g} to {most:g}")
            return None
        return float(value)

    def names(self, key: str) -> tuple[str, ...]:
        """A list of texts; a single text stands for a list of one."""
        value = self._take(key)
        if value is None:
            return ()
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            self.say(f"`{key}` must be a list of names")
            return ()
        return tuple(cast("list[str]", value))

    def secret(self, key: str, *, must: bool = False) -> Secret | None:
        """Where a secret comes from: `{ file = … }`, `{ env = … }` or `{ prompt = true }`. Never the secret itself."""
        value = self._take(key)
        if value is None:
            if must:
                self.say(f'`{key}` is missing, such as {key} = {{ file = "/etc/cmdb-collect/secret" }}')
            return None
        if not isinstance(value, dict):
            self.say(f'{_NO_SECRETS} {key} = {{ file = "…" }}')
            return None
        return self._source(key, cast("dict[str, object]", value))

    def finish(self) -> None:
        """Name every key that nothing asked for; never its value."""
        for key in sorted(set(self._values) - self._known):
            if key in _SECRET_KEYS:
                self.say(f"`{key}` does not belong here: secrets belong to [credentials.NAME], as `{{ file = … }}`")
            else:
                self.say(f"there is no `{key}` here; known are {', '.join(sorted(self._known))}")

    def _source(self, key: str, said: dict[str, object]) -> Secret | None:
        file, env = said.get("file"), said.get("env")
        if list(said) == ["file"] and isinstance(file, str) and file:
            return Secret("file", file)
        if list(said) == ["env"] and isinstance(env, str) and env:
            return Secret("env", env)
        if said == {"prompt": True}:
            return Secret("prompt", f"{key.replace('_', ' ')} of {self.where.removeprefix('credentials.')}")
        self.say(f"`{key}` is one of {{ file = PATH }}, {{ env = VARIABLE }}, {{ prompt = true }}")
        return None

    def _take(self, key: str) -> object:
        self._known.add(key)
        return self._values.get(key)
