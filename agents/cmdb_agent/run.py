"""The command `run`: from settings to an agent that stays. Imported only when it is asked for."""

from __future__ import annotations

import getpass
import logging
import sys

from cmdb_agent import __version__
from cmdb_agent.errors import SettingsError
from cmdb_agent.platforms import this_platform
from cmdb_agent.resident import Resident
from cmdb_agent.settings import Settings
from cmdb_agent.state import State
from cmdb_agent.wire.answer import AddressError
from cmdb_agent.wire.transport import Transport


def run(settings: Settings, is_once: bool) -> int:
    """Enrol, read and send; the exit status of a single round: 0 delivered, 1 kept for later. Raises AgentError."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    if settings.server is None:
        raise SettingsError("which server? Give --server URL, or `server` in the configuration file")
    try:
        transport = Transport(settings.server, settings.ca, f"cmdb-agent/{__version__}")
    except AddressError as error:
        raise SettingsError(str(error)) from error
    state = State(settings.state_dir)
    state.lock()
    resident = Resident(this_platform(), settings, state, transport, lambda: enrolment_token(settings))
    if is_once:
        return 0 if resident.run_once() else 1
    resident.run()
    return 0


def enrolment_token(settings: Settings) -> str | None:
    """The enrolment token: out of its file, from standard input (`-`), or asked for on a terminal; None for none."""
    path = settings.enrolment_token_file
    if path is None:
        return getpass.getpass("Enrolment token: ").strip() if sys.stdin.isatty() else None
    try:
        if path == "-":
            return sys.stdin.readline().strip() or None
        with open(path, encoding="utf-8") as file:
            return file.read().strip() or None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"--enrolment-token-file {path}: {error}") from error
