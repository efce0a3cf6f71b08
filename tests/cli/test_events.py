"""`cmdb events`, from a real server on a real graph."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import time

import pytest

from cmdb.store.driver import Graph
from tests.support.command_line import CommandLine
from tests.support.estate import send
from tests.support.hosts import START, host
from tests.support.running import wait_for

pytestmark = pytest.mark.neo4j


def test_what_happened_is_shown_with_what_changed(run: CommandLine, shared_graph: Graph) -> None:
    send(shared_graph, host(200))
    send(shared_graph, host(200, at=START + 60_000, name="db-200", packages=6))
    created, changed = run("events", "--last", "2").stdout.splitlines()
    assert created.split()[3:6] == ["created", "web-200", "Server"]
    assert "HAS_INSTALLED 5 began" in created
    assert "name: web-200 → db-200; HAS_INSTALLED 1 began" in changed


def test_programs_get_json_and_filters_hold(run: CommandLine) -> None:
    found = json.loads(run("events", "--last", "500", "--kind", "changed", "--type", "Server", "--json").stdout)
    assert {one["kind"] for one in found} == {"changed"}
    since = json.loads(run("events", "--after", str(found[0]["position"]), "--json").stdout)
    assert all(one["position"] > found[0]["position"] for one in since)
    refused = run("events", "--kind", "exploded")
    assert refused.exit_code != 0


def test_following_shows_what_comes(run: CommandLine, shared_graph: Graph) -> None:
    options = ["--server", run.server, "--token-file", str(run.folder / "reader")]
    command = [sys.executable, "-m", "cmdb.cli", *options, "events", "--last", "0", "--follow"]
    told = run.folder / "followed"
    with told.open("w") as output, subprocess.Popen(command, stdout=output) as process:
        try:
            numbers = itertools.count(201)

            def has_come() -> bool:
                # Sent again and again: when the command began to listen is not known from outside.
                send(shared_graph, host(next(numbers)))
                time.sleep(0.5)
                return "created   web-2" in told.read_text()

            assert wait_for(has_come, 60)
        finally:
            process.terminate()
