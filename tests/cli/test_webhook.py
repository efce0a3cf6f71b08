"""`cmdb webhook`, from a real server on a real graph."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from tests.support.command_line import CommandLine

pytestmark = pytest.mark.neo4j


def test_a_webhook_is_registered_paused_resumed_given_a_new_secret_and_removed(run: CommandLine) -> None:
    added = run("webhook", "add", "https://example.org/cmdb", "--kind", "ended", "--type", "Server")
    webhook_id, secret = added.stdout.split()
    assert secret.startswith("whsec_")
    table = " ".join(run("webhook", "list").stdout.split())
    assert f"{webhook_id} https://example.org/cmdb ended, Server active" in table
    assert secret not in table
    assert "paused" in run("webhook", "pause", webhook_id).stdout
    [one] = json.loads(run("webhook", "list", "--json").stdout)
    assert (one["id"], one["is_active"], one["kinds"], one["types"]) == (webhook_id, False, ["ended"], ["Server"])
    assert "again" in run("webhook", "resume", webhook_id).stdout
    renewed = json.loads(run("webhook", "rotate", webhook_id, "--json").stdout)
    assert renewed["id"] == webhook_id
    assert renewed["secret"] not in (secret, None)
    assert "removed" in run("webhook", "remove", webhook_id).stdout
    assert json.loads(run("webhook", "list", "--json").stdout) == []
    assert run("webhook", "pause", webhook_id).exit_code != 0


def test_a_secret_goes_into_a_file_that_nobody_else_reads_and_never_over_another(
    run: CommandLine, tmp_path: Path
) -> None:
    file = tmp_path / "cmdb.secret"
    added = run("webhook", "add", "http://127.0.0.1:9/", "--secret-file", str(file))
    assert "whsec_" not in added.stdout
    assert file.read_text().startswith("whsec_")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    [one] = json.loads(run("webhook", "list", "--json").stdout)
    former = file.read_text()
    refused = run("webhook", "rotate", one["id"], "--secret-file", str(file))
    assert refused.exit_code != 0
    assert file.read_text() == former
    run("webhook", "remove", one["id"])


def test_an_address_to_which_nothing_may_be_sent_is_refused(run: CommandLine) -> None:
    refused = run("webhook", "add", "http://example.org/cmdb")
    assert refused.exit_code != 0
    assert "over https alone" in refused.stderr
