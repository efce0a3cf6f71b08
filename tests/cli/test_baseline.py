"""`cmdb baseline`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.command_line import CommandLine

pytestmark = pytest.mark.neo4j

LONG_AGO = (datetime.now(UTC) - timedelta(days=300)).isoformat()
"""Before anything was known, and within what is kept."""


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
