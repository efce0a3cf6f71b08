"""The help that teaches, and what starting `cmdb` costs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import typer
from typer.testing import CliRunner

from cmdb.cli.exits import MEANINGS
from cmdb.cli.main import app

# Each takes longer to import than everything that `cmdb --help` needs.
HEAVY = ("neo4j", "httpx", "fastapi", "msgspec", "rich.progress")


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not hasattr(command, "commands"):
        yield path, command
        return
    for name, inner in command.commands.items():
        yield from _commands(inner, (*path, name))


def test_every_command_says_what_it_does_and_every_option_what_it_means():
    found = dict(_commands(typer.main.get_command(app)))
    assert len(found) > 30
    assert [path for path, command in found.items() if not (command.help or "").strip()] == []
    unexplained = [
        (path, option.name)
        for path, command in found.items()
        for option in command.params
        if option.param_type_name == "option" and not option.help
    ]
    assert unexplained == []


def test_every_command_that_shows_something_can_say_it_as_json():
    silent = {
        ("up",), ("serve",), ("migrate",), ("export",), ("token", "revoke"), ("team", "owns"), ("job", "run"),
        ("source", "release"), ("webhook", "pause"), ("webhook", "resume"), ("webhook", "remove"),
    }  # fmt: skip
    for path, command in _commands(typer.main.get_command(app)):
        assert (path in silent) != any("--json" in option.opts for option in command.params), path


def test_the_exit_codes_are_in_the_help():
    shown = " ".join(CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).stdout.split())
    assert all(f"{code:d} {meaning}" in shown for code, meaning in MEANINGS.items())


def test_help_loads_nothing_heavy():
    look = "import sys; import cmdb.cli.main; print([name for name in sys.argv[1:] if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", look, *HEAVY], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"
