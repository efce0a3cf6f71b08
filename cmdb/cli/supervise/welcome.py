"""What `cmdb up` says when everything runs: where, with which token, and what to try next."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from cmdb.cli.screen import Screen
from cmdb.cli.settings import is_default_data
from cmdb.config import Settings
from cmdb.usecases.supervise import Reported

_WORDS = {
    "NetworkInterface": ("interface", "interfaces"),
    "Filesystem": ("filesystem", "filesystems"),
    "SoftwareRelease": ("package", "packages"),
    "ServiceInstance": ("service", "services"),
}


def welcome(
    screen: Screen, settings: Settings, address: str, token: str | None, reported: Reported | None, seconds: float
) -> None:
    """Prints it. `token` is the first admin token, None after the first start; only a terminal shows it."""
    screen.say(f"\nReady in {seconds:.1f} s.\n")
    if reported is not None:
        counted = [(reported.numbers.get(kind, 0), words) for kind, words in _WORDS.items()]
        numbers = ", ".join(f"{number} {words[number > 1]}" for number, words in counted if number)
        screen.say(f"  This machine  {reported.title}: {numbers}")
    screen.say(f"  Address       {address}")
    screen.say(f"  Admin token   {_token(screen, settings, token)}")
    screen.say(f"  Data folder   {settings.data_dir}")
    screen.say("\nTry next:")
    for line in _tries(_command(settings), address, reported):
        screen.say(f"  {line}")
    screen.say("\nCtrl-C stops everything; the data stays.")


def _token(screen: Screen, settings: Settings, token: str | None) -> str:
    file = settings.admin_token_file
    if token is not None and screen.console.is_terminal:
        return f"{token}  (shown this once, kept in {file})"
    if file.exists():
        return f"in {file}"
    return f"gone: {file} is missing. Make another: {_command(settings)} token create NAME --role admin --output {file}"


def _tries(command: str, address: str, reported: Reported | None) -> list[str]:
    sign_in = f"open {address} and sign in with the admin token"
    if reported is None:
        return [sign_in, f"{command} source list", f"{command} ci list"]
    if reported.service_id is None:
        return [sign_in, f"{command} ci show {reported.id}", f"{command} impact {reported.id}"]
    return [
        sign_in,
        f"{command} impact {reported.service_id}",
        f'{command} incident open "{reported.service_title} does not answer" --on {reported.service_id}',
    ]


def _command(settings: Settings) -> str:
    """How to call this program from another terminal, in the same folder."""
    itself = Path(sys.argv[0])
    found = shutil.which("cmdb")
    name = "cmdb" if found and Path(found).resolve() == itself.resolve() else _short(itself)
    return name if is_default_data(settings) else f"CMDB_DATA={settings.data_dir} {name}"


def _short(path: Path) -> str:
    absolute = path.absolute()
    return str(absolute.relative_to(Path.cwd())) if absolute.is_relative_to(Path.cwd()) else str(absolute)
