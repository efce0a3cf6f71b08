"""`cmdb health`, from a real server on a real graph."""

from __future__ import annotations

import json

import pytest

from tests.support.command_line import CommandLine

pytestmark = pytest.mark.neo4j


def test_the_figures_stand_in_a_table_and_the_worst_types_beside_them(run: CommandLine) -> None:
    told = run("health").stdout
    owner = next(line.split() for line in told.splitlines() if line.startswith("no-owner"))
    assert owner == ["no-owner", "compliance", "4", "4", "Server", "4"]
    assert next(line.split() for line in told.splitlines() if line.startswith("compliance"))[1:3] == ["0", "%"]
    assert {one["key"] for one in json.loads(run("health", "--json").stdout)["measures"]} >= {"stale", "orphan"}


def test_the_cis_behind_a_number_are_listed_with_the_reason(run: CommandLine) -> None:
    told = run("health", "list", "missing-required", "--type", "Filesystem").stdout
    assert "without device, size_bytes" in told
    assert "web-1" in told
    listed = json.loads(run("health", "list", "no-owner", "--team", "none", "--json").stdout)
    assert [one["title"] for one in listed] == ["web-1", "web-2", "web-3", "web-4"]
    refused = run("health", "list", "beauty")
    assert (refused.exit_code, refused.stderr) == (5, "cmdb: there is no measure 'beauty'\n")


def test_the_days_before_are_shown(run: CommandLine) -> None:
    told = run("health", "history", "no-owner", "stale").stdout
    assert [line.split()[1:] for line in told.splitlines()[1:]] == [["stale", "0", "4"], ["no-owner", "4", "4"]]
