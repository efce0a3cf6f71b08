"""The agent's settings: one frozen object, built at its entry from arguments, configuration file and environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import NamedTuple

from cmdb_agent.errors import SettingsError

DEFAULT_CONFIG = "/etc/cmdb-agent.ini"
SECTION = "agent"
DEFAULT_INTERVAL_SECONDS = 300
DEFAULT_DOMAIN = "default"

_KEYS = frozenset({"server", "ca", "interval", "domain", "state_dir", "enrolment_token_file", "certificates"})


class Settings(NamedTuple):
    """What the agent was told to do. `domain` None: what the server says at enrolment, else `default`.

    `reads_certificates`: whether it asks this machine's own listeners for the certificates they present.
    """

    state_dir: str
    domain: str | None = None
    server: str | None = None
    ca: str | None = None
    interval_seconds: int = DEFAULT_INTERVAL_SECONDS
    enrolment_token_file: str | None = None
    reads_certificates: bool = True


def load(
    given: Mapping[str, str | None],
    config: str | None,
    environ: Mapping[str, str] = os.environ,
    is_root: bool | None = None,
) -> Settings:
    """The settings: what was given as an argument, else what the configuration file says, else the default.

    `given` has the keys of the file's section `[agent]`. Raises SettingsError.
    """
    said = {**_from_file(config), **{name: value for name, value in given.items() if value is not None}}
    is_root = os.geteuid() == 0 if is_root is None else is_root
    return Settings(
        state_dir=said.get("state_dir") or default_state_dir(environ, is_root),
        domain=_domain(said.get("domain")),
        server=(said.get("server") or "").rstrip("/") or None,
        ca=said.get("ca") or None,
        interval_seconds=_interval(said.get("interval")),
        enrolment_token_file=said.get("enrolment_token_file") or None,
        reads_certificates=_switch("certificates", said.get("certificates") or "on"),
    )


def default_state_dir(environ: Mapping[str, str], is_root: bool) -> str:
    """/var/lib/cmdb-agent for root, else in the user's own state folder (XDG Base Directory Specification)."""
    if is_root:
        return "/var/lib/cmdb-agent"
    base = environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    return os.path.join(base, "cmdb-agent")


def _from_file(config: str | None) -> dict[str, str]:
    path = config or DEFAULT_CONFIG
    if config is None and not os.path.exists(path):
        return {}
    import configparser  # seldom there, and not cheap to import

    parser = configparser.ConfigParser(interpolation=None)
    try:
        with open(path, encoding="utf-8") as file:
            parser.read_file(file)
    except FileNotFoundError:
        raise SettingsError(f"{path}: there is no such file") from None
    except PermissionError:
        if config is None:  # the machine's file may hold what only root's agent should know
            return {}
        raise SettingsError(f"{path} may not be read by this user") from None
    except (configparser.Error, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is no configuration file: {error}") from error
    said = dict(parser.items(SECTION)) if parser.has_section(SECTION) else {}
    unknown = sorted(set(said) - _KEYS)
    if unknown:
        raise SettingsError(f"{path}: [{SECTION}] knows no {unknown[0]!r}; it knows {', '.join(sorted(_KEYS))}")
    return said


def _domain(text: str | None) -> str | None:
    if text and not re.fullmatch(r"[^\x00-\x1f|#]{1,200}", text):
        raise SettingsError(f"domain is {text!r}: a name without `|`, `#` and control characters is needed")
    return text or None


def _switch(name: str, text: str) -> bool:
    if text not in ("on", "off"):
        raise SettingsError(f"{name} is {text!r}: `on` or `off` is needed")
    return text == "on"


def _interval(text: str | None) -> int:
    if text is None:
        return DEFAULT_INTERVAL_SECONDS
    if not text.isdigit() or not 10 <= int(text) <= 86_400:
        raise SettingsError(f"interval is {text!r}: a number of seconds from 10 to 86400 is needed")
    return int(text)
