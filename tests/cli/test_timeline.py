"""`cmdb ci timeline` and `cmdb diff`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.command_line import CommandLine

pytestmark = pytest.mark.neo4j

LONG_AGO = (datetime.now(UTC) - timedelta(days=300)).isoformat()
"""Before anything was known, and within what is kept."""


def test_a_time_line_is_told_as_a_table(run: CommandLine) -> None:
    shown = run("ci", "timeline", "web-1", "--from", LONG_AGO)
    assert shown.exit_code == 0, shown.output
    assert "was first seen" in shown.stdout
    found = json.loads(run("ci", "timeline", "web-1", "--from", LONG_AGO, "--itself", "--json").stdout)
    assert {one["ci"]["title"] for one in found if one["ci"]["distance"] == 0} == {"web-1"}
    assert run("ci", "timeline", "web-1", "--itself", "--dependents").exit_code != 0


def test_the_difference_of_the_estate_tells_what_appeared(run: CommandLine) -> None:
    shown = run("diff", LONG_AGO, "--type", "Server")
    assert shown.exit_code == 0, shown.output
    assert " appeared, 0 retired, 0 changed" in shown.stdout
    assert "web-1" in shown.stdout
    found = json.loads(run("diff", LONG_AGO, "--kind", "appeared", "--json").stdout)
    assert set(found["cis"]) == {"appeared"}
    assert run("diff", LONG_AGO, "--kind", "vanished").exit_code != 0


def test_what_became_exposed_to_a_failure_is_told(run: CommandLine) -> None:
    shown = run("ci", "diff", "web-1", LONG_AGO, "--impact")
    assert shown.exit_code == 0, shown.output
    assert " became exposed, 0 are no longer reached" in shown.stdout
    assert run("ci", "diff", "web-1", LONG_AGO, "--impact", "--needs").exit_code != 0


def test_the_difference_in_all_that_a_ci_needs_is_told(run: CommandLine) -> None:
    shown = run("ci", "diff", "web-1", LONG_AGO, "--needs")
    assert shown.exit_code == 0, shown.output
    assert "Looked at " in shown.stdout
    assert "absent" in shown.stdout
