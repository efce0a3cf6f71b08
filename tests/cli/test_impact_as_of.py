"""`cmdb impact --as-of`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.command_line import CommandLine

pytestmark = pytest.mark.neo4j

LONG_AGO = (datetime.now(UTC) - timedelta(days=300)).isoformat()
"""Before anything was known, and within what is kept."""


def test_impact_is_told_as_of_an_instant_and_says_so(run: CommandLine) -> None:
    now = datetime.now(UTC).isoformat()
    shown = run("impact", "web-1", "--as-of", now)
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.startswith("As of ")
    ago = json.loads(run("impact", "web-1", "--as-of", LONG_AGO, "--json").stdout)
    assert [one["ci"]["name"] for one in ago["reached"]] == ["web-1"]
    assert len(json.loads(run("impact", "web-1", "--as-of", now, "--json").stdout)["reached"]) > 1
    assert run("impact", "web-1", "--as-of", "9999-01-01T00:00:00Z").exit_code != 0
