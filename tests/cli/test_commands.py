"""What people and programs get from each command, from a real server on a real graph."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from cmdb.usecases.access import Role
from tests.support.command_line import CommandLine
from tests.support.hosts import encoded, host

pytestmark = pytest.mark.neo4j


def _json(run: CommandLine, *arguments: str) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def _id(run: CommandLine, title: str, label: str) -> str:
    return next(ci["id"] for ci in _json(run, "ci", "list", "--type", label) if ci["title"] == title)


def test_cis_are_listed_for_people_and_for_programs(run: CommandLine):
    shown = run("ci", "list", "--type", "Server").stdout
    listed = _json(run, "ci", "list", "--type", "Server")
    assert {ci["title"] for ci in listed} >= {"web-1", "web-2", "web-3"}
    assert all(ci["id"] in shown and ci["title"] in shown for ci in listed)


def test_a_list_follows_the_pages_up_to_its_limit_and_says_that_there_is_more(run: CommandLine):
    result = run("ci", "list", "--type", "Server", "--limit", "2")
    assert len(result.stdout.splitlines()) == 4
    assert "more than 2" in result.stdout


def test_cis_are_found_by_words_and_by_attributes(run: CommandLine):
    found = _json(run, "ci", "list", "postgres", "--where", "unit=postgres.service")
    assert {ci["title"] for ci in found} == {"postgres"}


def test_one_ci_is_shown_by_its_name_with_values_and_relationships(run: CommandLine):
    shown = run("ci", "show", "nginx@web-1").stdout
    assert "tcp 10.0.0.1:80" in shown
    assert "web-1" in shown
    assert "postgres" in shown


def test_the_history_of_a_ci_is_told_on_demand(run: CommandLine):
    assert "history" not in _json(run, "ci", "show", _id(run, "web-1", "Server"))
    told = _json(run, "ci", "show", _id(run, "web-1", "Server"), "--history")["history"]
    assert "appeared" in {event["kind"] for event in told}


def test_a_name_that_several_cis_have_is_refused_with_all_of_them(run: CommandLine):
    result = run("ci", "show", "postgres")
    assert result.exit_code == 1
    assert "web-2" in result.stderr
    assert "web-4" in result.stderr


def test_what_is_not_there_ends_with_exit_code_5(run: CommandLine):
    assert run("ci", "show", "ci_aaaaaaaaaaaaaaaa").exit_code == 5
    assert run("incident", "show", "INC-999999").exit_code == 5


def test_a_name_that_nothing_has_is_refused(run: CommandLine):
    result = run("ci", "show", "nowhere")
    assert result.exit_code == 1
    assert "nowhere" in result.stderr


def test_impact_is_a_tree_from_what_fails_to_who_suffers(run: CommandLine):
    lines = run("impact", "postgres@web-2").stdout.splitlines()
    assert any(line.startswith("postgres on web-2 ServiceInstance down") for line in lines)
    assert any("nginx on web-1" in line and "calls" in line for line in lines)


def test_needs_are_a_tree_the_other_way(run: CommandLine):
    shown = run("impact", "nginx@web-1", "--needs").stdout
    assert shown.splitlines()[0].startswith("nginx on web-1")
    assert "postgres on web-2" in shown
    answer = _json(run, "impact", "nginx@web-1", "--needs", "--depth", "1")
    assert answer["direction"] == "needs"
    assert answer["depth"] == 1


def test_an_incident_goes_from_open_to_closed(run: CommandLine):
    opened = _json(run, "incident", "open", "No orders", "--on", "postgres@web-2", "--started", "2025-11-24T16:00:00Z")
    number = opened["id"]
    assert opened["started_at"].startswith("2025-11-24T16:00")
    assert any(link["title"] == "nginx" and link["role"] == "affected" for link in opened["links"])
    assert _json(run, "incident", "start", number)["state"] == "in_progress"
    assert _json(run, "incident", "hold", number, "--reason", "awaiting_vendor")["hold_reason"] == "awaiting_vendor"
    assert run("incident", "comment", number, "the vendor calls back").exit_code == 0
    assert _json(run, "incident", "resolve", number, "--how", "restarted it")["resolution"] == "restarted it"
    assert _json(run, "incident", "close", number)["state"] == "closed"
    shown = run("incident", "show", number).stdout
    assert all(words in shown for words in ("No orders", "the vendor calls back", "restarted it", "nginx on web-1"))
    assert number in {one["id"] for one in _json(run, "incident", "list", "--state", "closed")}
    assert number not in {one["id"] for one in _json(run, "incident", "list", "--state", "new")}


def test_what_changed_beneath_an_incident_is_listed(run: CommandLine):
    number = _json(run, "incident", "open", "--on", "web-3")["id"]
    assert run("incident", "changes", number, "--hours", "48").exit_code == 0
    assert _json(run, "incident", "changes", number)["ci_count"] >= 1
    assert _json(run, "incident", "cancel", number)["state"] == "cancelled"


def test_a_change_is_drafted_assessed_approved_by_somebody_else_and_completed(run: CommandLine):
    window = ("--start", "2096-11-24 22:00", "--end", "2096-11-24 23:00", "--backout", "put the old disk back")
    number = _json(run, "change", "draft", "New disk", "--down", "web-2", *window)["id"]
    assert "nginx on web-1" in run("change", "assess", number).stdout
    assert run("change", "submit", number).exit_code == 0
    own = run("change", "approve", number)
    assert (own.exit_code, "somebody else decides" in own.stderr) == (4, True)
    assert run("change", "approve", number, "-m", "go ahead", role=Role.CHANGE_MANAGER).exit_code == 0
    assert _json(run, "change", "start", number)["state"] == "implementing"
    done = _json(run, "change", "complete", number, "--outcome", "successful")
    assert (done["state"], done["outcome"]) == ("completed", "successful")
    assert number in run("change", "list", "--state", "completed").stdout


def test_a_change_goes_back_to_draft_and_is_cancelled(run: CommandLine):
    window = ("--start", "2096-11-24T22:00:00Z", "--end", "2096-11-24T23:00:00Z", "--backout", "start it again")
    number = _json(run, "change", "draft", "Reboot", "--degraded", "web-3", *window)["id"]
    assert run("change", "submit", number).exit_code == 0
    assert run("change", "reject", number, "-m", "not in November", role=Role.CHANGE_MANAGER).exit_code == 0
    assert _json(run, "change", "redraft", number)["state"] == "draft"
    assert run("change", "comment", number, "in December then").exit_code == 0
    assert _json(run, "change", "cancel", number)["state"] == "cancelled"
    assert "in December then" in run("change", "show", number).stdout


def test_a_service_is_declared_by_its_entry_and_owned_by_a_team(run: CommandLine):
    assert run("team", "create", "Sales", "--contact", "#sales").exit_code == 0
    declared = _json(run, "service", "declare", "Shop", "--entry", "nginx@web-1", "--owner", "Sales")
    assert [one["title"] for one in declared["entry_points"]] == ["nginx"]
    assert run("team", "owns", "Sales", "--ci", "web-1").exit_code == 0
    assert "Sales" in run("team", "list").stdout
    assert "Shop" in run("impact", "postgres@web-2").stdout
    assert "Sales" in run("service", "list").stdout
    assert "nginx" in run("service", "show", declared["id"]).stdout
    assert run("service", "retire", declared["id"]).exit_code == 0
    assert declared["id"] not in run("service", "list").stdout


def test_sources_are_listed_with_when_they_were_seen(run: CommandLine):
    assert {"agent-1", "agent-2", "agent-3"} <= {one["source_instance"] for one in _json(run, "source", "list")}
    assert "agent agent-1" in run("source", "list").stdout


def test_documents_are_imported_from_files_gzip_lines_and_standard_input(run: CommandLine, tmp_path: Path):
    (tmp_path / "one.json").write_bytes(json.dumps(host(11), indent=2).encode())
    (tmp_path / "two.json.gz").write_bytes(gzip.compress(encoded(host(12))))
    (tmp_path / "lines").write_bytes(encoded(host(13)) + b"\n" + encoded(host(14)) + b"\n")
    files = [str(tmp_path / name) for name in ("one.json", "two.json.gz", "lines")]
    result = run("import", *files, "-", given=encoded(host(15)))
    assert result.exit_code == 0, result.output
    assert result.stdout.count("accepted") == 5
    assert run("import", files[0]).stdout.count("duplicate") == 1


def test_a_refused_document_does_not_stop_the_others(run: CommandLine, tmp_path: Path):
    (tmp_path / "lines").write_bytes(b'{"schema_version": 1}\n' + encoded(host(16)) + b"\n")
    result = run("import", str(tmp_path / "lines"), "--json")
    assert result.exit_code == 1
    assert "document 1" in result.stderr
    assert [json.loads(line)["status"] for line in result.stdout.splitlines()] == ["accepted"]


def test_a_file_that_cannot_be_read_is_named(run: CommandLine, tmp_path: Path):
    result = run("import", str(tmp_path / "missing.json"))
    assert result.exit_code == 1
    assert "missing.json" in result.stderr


def test_the_export_holds_cis_and_each_relationship_once(run: CommandLine):
    lines = [json.loads(line) for line in run("export").stdout.splitlines()]
    cis = {one["id"]: one for one in lines if one["kind"] == "ci"}
    calls = [one for one in lines if one["kind"] == "relationship" and one["verb"] == "CALLS"]
    assert [(cis[one["from"]]["title"], cis[one["to"]]["title"]) for one in calls] == [("nginx", "postgres")]


def test_a_reader_may_look_and_not_open(run: CommandLine):
    assert run("ci", "list", role=Role.READER).exit_code == 0
    assert run("incident", "open", "--on", "web-3", role=Role.READER).exit_code == 4


def test_a_refusal_names_the_field(run: CommandLine):
    result = run("ci", "list", "--type", "Spaceship")
    assert result.exit_code == 1
    assert "type" in result.stderr
    assert "Spaceship" in result.stderr


def test_a_missing_argument_is_a_usage_error(run: CommandLine):
    assert run("incident", "open", "nothing named").exit_code == 2
    assert run("ci", "list", "--where", "no sign").exit_code == 2


def test_tokens_are_created_into_private_files_listed_and_revoked(run: CommandLine, tmp_path: Path):
    file = tmp_path / "ada.token"
    made = run.locally("token", "create", "Ada", "--role", "responder", "--output", str(file))
    assert made.exit_code == 0, made.output
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_text().strip() not in made.output
    token = next(one for one in json.loads(run.locally("token", "list", "--json").stdout) if one["name"] == "Ada")
    assert token["role"] == "responder"
    assert run.locally("token", "revoke", token["id"]).exit_code == 0
    assert "revoked" in run.locally("token", "list").stdout


def test_a_token_is_printed_once_where_no_file_is_named(run: CommandLine):
    made = run.locally("token", "create", "web servers", "--role", "enrolment", "--days", "30", "--domain", "dmz")
    secret = made.stdout.strip()
    assert secret.startswith("cmdb_")
    assert secret not in run.locally("token", "list").stdout


def test_an_unknown_role_and_an_existing_file_are_refused(run: CommandLine, tmp_path: Path):
    assert run.locally("token", "create", "Bob", "--role", "king").exit_code == 1
    assert run.locally("token", "create", "Bob", "--role", "reader", "--output", str(tmp_path)).exit_code == 1


def test_migrating_twice_changes_nothing(run: CommandLine):
    assert run.locally("migrate").exit_code == 0
    assert "nothing to do" in run.locally("migrate").stdout
