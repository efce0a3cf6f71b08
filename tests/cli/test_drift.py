"""`cmdb drift`, from a real server on a real graph."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cmdb.store.driver import Graph
from cmdb.usecases.drift_watch import watch_drift
from tests.support.command_line import CommandLine
from tests.support.estate import send
from tests.support.hosts import START, host

pytestmark = pytest.mark.neo4j
HOUR = 3_600_000


@pytest.fixture(autouse=True)
def edited(run: CommandLine, shared_graph: Graph) -> None:
    """The system of web-1 went from 12 to 13, anew before each test."""
    shared_graph.tell(
        "MATCH (n) WHERE n:Ticket OR n:Entry OR n:NoiseRule OR n:Claim OR n:CI OR n:Sighting OR n:Scope "
        "OR n:Identifier OR n:Alias OR n:Counter AND n.name IN ['drift', 'change', 'noise', 'drift watch'] "
        "DETACH DELETE n"
    )
    for at, version in ((START, "12"), (START + HOUR, "13")):
        document = host(1, at=at)
        document["items"][0]["attributes"]["os_version"] = version
        send(shared_graph, document)
        watch_drift(shared_graph, at)


def _json(run: CommandLine, *arguments: str) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_findings_are_listed_and_one_is_shown_with_what_changed(run: CommandLine) -> None:
    listed = run("drift", "list").stdout
    assert "DRF-000001" in listed
    assert "12 → 13" in listed
    shown = run("drift", "show", "DRF-000001").stdout
    assert "no approved change is about it" in shown
    assert "May become: accepted, rejected" in shown


def test_what_is_rejected_is_still_listed_and_what_is_accepted_is_not(run: CommandLine) -> None:
    assert _json(run, "drift", "reject", "DRF-000001", "--reason", "put it back")["state"] == "rejected"
    assert [one["id"] for one in _json(run, "drift", "list")] == ["DRF-000001"]
    assert "accepted: it is fine" in run("drift", "accept", "DRF-000001", "--reason", "it is fine").stdout
    assert run("drift", "list").stdout.strip() == "nothing"
    assert [one["state"] for one in _json(run, "drift", "list", "--all")] == ["accepted"]


def test_a_change_is_recorded_afterwards(run: CommandLine) -> None:
    done = _json(run, "drift", "record", "DRF-000001", "--reason", "urgent", "--requester", "ann")
    assert (done["state"], done["change"]) == ("recorded", "CHG-000001")
    assert _json(run, "change", "show", "CHG-000001")["is_retrospective"]
    refused = run("drift", "record", "DRF-000001", "--reason", "again")
    assert refused.exit_code != 0


def test_noise_is_said_listed_and_ended(run: CommandLine) -> None:
    said = ("--always", "--type", "Server", "--attribute", "os_version", "--reason", "rolling release")
    made = run("drift", "noise", *said)
    assert "rolling release" in made.stdout, made.output
    assert run("drift", "noise", "--end", "NSE-000001").stdout.strip() == "nothing"
