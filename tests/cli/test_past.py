"""What happened and what differs: `cmdb ci timeline`, `cmdb diff`, `cmdb baseline`, and `cmdb impact` of an instant."""

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


def test_an_instant_is_named_compared_and_forgotten(run: CommandLine) -> None:
    long_ago = run("baseline", "create", "long ago", "--at", LONG_AGO)
    assert long_ago.exit_code == 0, long_ago.output
    assert "the estate" in long_ago.stdout
    assert run("baseline", "create", "today").exit_code == 0
    of_ci = json.loads(run("baseline", "create", "web", "--ci", "web-1", "--json").stdout)
    assert [one["name"] for one in json.loads(run("baseline", "list", "--json").stdout)] == ["web", "today", "long ago"]
    assert " appeared" in run("baseline", "compare", "long ago").stdout
    found = json.loads(run("baseline", "compare", "today", "long ago", "--json").stdout)
    assert found["counts"]["appeared"] > 0
    assert "Looked at " in run("baseline", "compare", of_ci["id"]).stdout
    assert run("baseline", "delete", "web").exit_code == 0
    assert run("baseline", "compare", "web").exit_code != 0


def test_impact_is_told_as_of_an_instant_and_says_so(run: CommandLine) -> None:
    now = datetime.now(UTC).isoformat()
    shown = run("impact", "web-1", "--as-of", now)
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.startswith("As of ")
    ago = json.loads(run("impact", "web-1", "--as-of", LONG_AGO, "--json").stdout)
    assert [one["ci"]["name"] for one in ago["reached"]] == ["web-1"]
    assert len(json.loads(run("impact", "web-1", "--as-of", now, "--json").stdout)["reached"]) > 1
    assert run("impact", "web-1", "--as-of", "9999-01-01T00:00:00Z").exit_code != 0
