"""`cmdb review` and `cmdb ci why`, from a real server on a real graph."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cmdb.observation.document import decode
from cmdb.store.driver import Graph
from cmdb.usecases.access import Role
from cmdb.usecases.observe import observe
from tests.support.command_line import CommandLine
from tests.support.hosts import START, encoded, host

pytestmark = pytest.mark.neo4j
UUID = "44454c4c-0031-3510-8052-b4c04f4a4832"
QUESTION = f"aside:system_uuid:{UUID}"


@pytest.fixture(autouse=True)
def shared_uuid(run: CommandLine, shared_graph: Graph) -> None:
    """Two machines whose boards have one UUID, in question anew before each test."""
    shared_graph.tell(
        "MATCH (n) WHERE n:Decision OR n:CI OR n:Sighting OR n:Scope OR n:Identifier OR n:Alias DETACH DELETE n"
    )
    for number in (11, 12):
        observe(shared_graph, decode(encoded(host(number, system_uuid=UUID))), START)


def _json(run: CommandLine, *arguments: str, **options: Any) -> Any:
    result = run(*arguments, "--json", **options)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_queue_is_listed_and_a_question_shown_with_both_sides_and_its_actions(run: CommandLine) -> None:
    assert QUESTION in run("review", "list").stdout
    assert [one["key"] for one in _json(run, "review", "list", "--kind", "aside")] == [QUESTION]
    shown = run("review", "show", QUESTION).stdout
    assert "Several things have the system UUID" in shown
    assert "web-11" in shown
    assert "web-12" in shown
    assert "1. They are one thing: cmdb review join" in shown


def test_a_join_shows_what_it_would_do_and_asks_first(run: CommandLine) -> None:
    refused = run("review", "join", "web-11", "web-12", "--reason", "one box", given=b"n\n")
    assert refused.exit_code == 1
    assert "become one" in refused.stdout
    assert run("review", "join", "web-11", "web-12", "--reason", "one box", "--json").exit_code == 2
    assert _json(run, "review", "list", "--decisions") == []
    done = run("review", "join", "web-11", "web-12", "--reason", "one box", given=b"y\n")
    assert done.exit_code == 0, done.output
    assert "DEC-" in done.stdout
    decided = _json(run, "review", "list", "--decisions")
    assert [(one["kind"], one["reason"]) for one in decided] == [("join", "one box")]
    assert run("review", "list").stdout.strip() == "nothing"


def test_a_question_is_answered_by_the_number_of_an_action_and_undone(run: CommandLine) -> None:
    unclear = run("review", "separate", QUESTION, "--reason", "x", "--yes")
    assert unclear.exit_code == 1
    assert "--action" in unclear.stderr
    made = _json(run, "review", "separate", QUESTION, "--action", "3", "--reason", "a flashed copy", "--yes")
    number = made["decision"]["id"]
    assert made["decision"]["disavowed"] == [f"system_uuid:{UUID}"]
    assert "a flashed copy" in run("review", "show", number).stdout
    assert "counts again" not in run("review", "undo", number, "--preview").stdout
    assert run("review", "undo", number, "--yes").stdout.strip() == f"{number} is undone"
    assert run("review", "undo", number, "--yes").exit_code == 1
    assert QUESTION in run("review", "list").stdout


def test_only_who_manages_changes_decides(run: CommandLine) -> None:
    result = run("review", "join", "web-11", "web-12", "--reason", "x", "--yes", role=Role.RESPONDER)
    assert result.exit_code == 4
    assert run("review", "show", "aside:none").exit_code == 5


def test_why_a_ci_is_one_thing_is_a_tree(run: CommandLine) -> None:
    told = run("ci", "why", "web-11").stdout
    assert "seen by agent agent-11 as host" in told
    assert f"system UUID {UUID} (strong, set aside)" in told
    assert "Does not count" in told
    assert "(web-11 and web-12)" in told
    assert _json(run, "ci", "why", "web-11")["set_aside"][0]["review"] == QUESTION
    assert "recognised inside web-11" in run("ci", "why", "nginx@web-11").stdout
