"""Values on the command line: whose each is and why, setting one and withdrawing it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.command_line import CommandLine

pytestmark = pytest.mark.neo4j


def ok(run: CommandLine, *arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def value(run: CommandLine, ci: str, name: str) -> dict[str, Any]:
    return next(one for one in json.loads(ok(run, "ci", "values", ci, "--json")) if one["name"] == name)


def test_each_value_says_whose_it_is_and_why(run: CommandLine) -> None:
    shown = ok(run, "ci", "values", "web-2")
    assert "memory_bytes" in shown
    assert "agent alone says so" in shown


def test_a_value_is_set_by_its_kind_and_withdrawn(run: CommandLine) -> None:
    said = ("--reason", "read from the label", "--until", "2099-01-01")
    assert "in force" in ok(run, "ci", "set", "web-3", "memory_bytes=8", *said)
    found = value(run, "web-3", "memory_bytes")
    assert (found["value"], found["ground"]) == (8, "manual")
    assert "read from the label" in ok(run, "ci", "values", "web-3")
    ok(run, "ci", "set", "web-3", "dns_servers=10.0.0.2, 10.0.0.1", "--reason", "as told")
    assert value(run, "web-3", "dns_servers")["value"] == ["10.0.0.1", "10.0.0.2"]
    assert "withdrawn" in ok(run, "ci", "unset", "web-3", "memory_bytes")
    assert value(run, "web-3", "memory_bytes")["value"] == 1 << 30


@pytest.mark.parametrize("what", ["memory_bytes=much", "memory_bytes", "colour=red"])
def test_what_cannot_be_set_is_refused(run: CommandLine, what: str) -> None:
    result = run("ci", "set", "web-3", what, "--reason", "a test")
    assert result.exit_code != 0
    assert what.partition("=")[0] in result.output or what.partition("=")[2] in result.output
