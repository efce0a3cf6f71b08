"""What was so at an instant, and what differs between two, on the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.command_line import CommandLine

pytestmark = pytest.mark.neo4j

LONG_AGO = (datetime.now(UTC) - timedelta(days=300)).isoformat()
"""Before anything was known, and within what is kept."""


def test_before_it_was_known_a_ci_is_absent(run: CommandLine) -> None:
    shown = run("ci", "show", "web-1", "--as-of", LONG_AGO)
    assert shown.exit_code == 0, shown.output
    assert "absent" in shown.stdout
    assert "First seen" in shown.stdout
    found = json.loads(run("ci", "show", "web-1", "--as-of", datetime.now(UTC).isoformat(), "--json").stdout)
    assert (found["state"], found["title"]) == ("active", "web-1")


def test_a_list_as_of_an_instant_holds_what_was_there(run: CommandLine) -> None:
    now = datetime.now(UTC).isoformat()
    assert json.loads(run("ci", "list", "--type", "Server", "--as-of", LONG_AGO, "--json").stdout) == []
    found = json.loads(run("ci", "list", "--type", "Server", "--as-of", now, "--json").stdout)
    assert {one["title"] for one in found} >= {"web-1", "web-2"}


def test_the_difference_of_two_instants_is_told_as_a_table(run: CommandLine) -> None:
    shown = run("ci", "diff", "web-1", LONG_AGO)
    assert shown.exit_code == 0, shown.output
    assert "absent → active" in shown.stdout
    assert "os_name" in shown.stdout
    assert "nginx" in shown.stdout


@pytest.mark.parametrize("at", ["yesterday", "9999-01-01T00:00:00Z"])
def test_what_is_no_instant_or_lies_ahead_is_refused(run: CommandLine, at: str) -> None:
    assert run("ci", "show", "web-1", "--as-of", at).exit_code != 0
    assert run("ci", "diff", "web-1", LONG_AGO, at).exit_code != 0
