"""`cmdb job`, from a real server on a real graph."""

from __future__ import annotations

import json

import pytest

from tests.support.command_line import CommandLine

pytestmark = pytest.mark.neo4j


def test_jobs_are_listed_and_asked_for(run: CommandLine) -> None:
    names = {one["name"] for one in json.loads(run("job", "list", "--json").stdout)}
    assert "events" in names
    assert "Removes old events." in " ".join(run("job", "list").stdout.split())
    assert "asked for" in run("job", "run", "events").stdout
    assert run("job", "run", "nothing").exit_code != 0
