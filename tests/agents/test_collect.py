import json
import subprocess
import sys
from pathlib import Path

import pytest
from cmdb_agent import __main__ as main_module
from cmdb_agent.collect import Author, collect, exit_status
from cmdb_agent.reading import NOT_READ, PARTIAL, READ, Reading

AUTHOR = Author("agent-1", "site-1", 300)
ID = "0123456789abcdef" * 4
AGENTS = Path(__file__).parents[2] / "agents"


def no_services(host):
    return [Reading("services"), Reading("connections")]


def test_a_document_names_its_author_scope_boot_and_instant(recorded_host):
    document = collect(recorded_host("firecracker"), AUTHOR, no_services)
    assert document["schema_version"] == 1
    assert document["source"]["instance"] == document["scope"]["key"] == "agent-1"
    assert document["observed_at"] == 1_764_000_000_000
    assert document["booted_at"] % 1000 == 0
    assert len(document["boot_id"]) == 36
    assert document["interval_ms"] == 300_000
    assert set(document["sections"]) == {
        "identity", "hardware", "operating_system", "storage", "network", "packages", "services", "connections",
        "topology",
    }  # fmt: skip
    root = document["items"][0]
    assert (root["key"], root["type"], root["identifiers"]["agent_id"]) == ("host", "Server", "agent-1")
    assert root["attributes"]["name"] == "vm"
    assert root["attributes"]["virtualization"] == "firecracker"


def test_every_key_is_unique_and_every_parent_is_there(recorded_host):
    document = collect(recorded_host("firecracker"), AUTHOR, no_services)
    keys = [item["key"] for item in document["items"]]
    assert len(set(keys)) == len(keys)
    assert all(item.get("in", "host") in keys for item in document["items"])
    for relation in document["relations"]:
        assert relation["from"] in keys
        assert relation["to"] in keys


def test_in_a_container_only_its_id_is_evidence(machine):
    machine.file("/proc/self/cgroup", f"0::/system.slice/docker-{ID}.scope\n")
    machine.file("/etc/machine-id", "3d1219c7c4c5404aaa1f6d2a48adfda4\n")
    machine.file("/sys/class/dmi/id/product_uuid", "4c4c4544-0042-4310-8031-b4c04f313233\n")
    document = collect(machine.host(), AUTHOR, no_services)
    root = document["items"][0]
    assert root["type"] == "Container"
    assert root["identifiers"] == {"container_id": ID}
    assert root["attributes"] == {"name": "box", "container_id": ID, "runtime": "docker"}
    assert "hardware" not in document["sections"]


def test_a_probe_that_fails_leaves_its_section_unread_and_the_others_alone(machine):
    machine.file("/proc/cpuinfo", "processor\t: 0\n")
    machine.file("/proc/loadavg", "not a number\n")
    document = collect(machine.host(), AUTHOR, no_services)
    assert document["sections"]["hardware"] == "not_read"
    assert document["sections"]["operating_system"] == "read"
    [problem] = [problem for problem in document["problems"] if problem["section"] == "hardware"]
    assert problem["kind"] == "failed"


def test_services_that_fail_leave_both_their_sections_unread(machine):
    def broken(host):
        raise PermissionError(13, "Permission denied", "/proc/1")

    document = collect(machine.host(), AUTHOR, broken)
    assert document["sections"]["services"] == document["sections"]["connections"] == "not_read"
    assert {problem["kind"] for problem in document["problems"] if problem["section"] == "services"} == {
        "permission_denied"
    }


@pytest.mark.parametrize(
    ("states", "status"),
    [
        ((READ, READ), 0),
        ((READ, PARTIAL), 3),
        ((READ, NOT_READ), 3),
        ((PARTIAL, PARTIAL), 3),
        ((NOT_READ, NOT_READ), 1),
    ],
)
def test_the_exit_status_says_how_much_was_read(states, status):
    assert exit_status({"sections": dict(enumerate(states))}) == status


def test_the_two_ways_to_start_it_give_one_document_and_keep_diagnostics_apart(tmp_path):
    command = [
        sys.executable,
        "-m",
        "cmdb_agent",
        "collect",
        "--state-dir",
        str(tmp_path),
        "--domain",
        "d",
        "--output",
        "-",
    ]
    done = subprocess.run(command, env={"PYTHONPATH": str(AGENTS)}, capture_output=True, check=False)
    document = json.loads(done.stdout)
    assert done.returncode in (0, 3)
    assert document["age_ms"] == 0
    assert document["scope"]["domain"] == "d"
    assert done.stderr.count(b"\n") == len(document["problems"])


def test_help_teaches_and_names_every_command(capsys):
    for arguments, words in (
        (["--help"], ["collect", "run", "examples", "[agent]"]),
        (["run", "--help"], ["enrolment", "--once", "--ca", "proxy"]),
        (["collect", "--help"], ["exit status", "--output"]),
    ):
        with pytest.raises(SystemExit) as stopped:
            main_module.main(arguments)
        assert stopped.value.code == 0
        said = capsys.readouterr().out
        assert all(word in said for word in words)


def test_no_option_takes_a_token_itself(capsys):
    with pytest.raises(SystemExit):
        main_module.main(["run", "--help"])
    assert "--token " not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run"], "which server?"),
        (["run", "--server", "http://cmdb.example.net"], "use https"),
        (["run", "--server", "https://x", "--interval", "1"], "10 to 86400"),
        (["run", "--server", "https://x", "--ca", "/nowhere/ca.pem"], "--ca"),
        (["collect", "--config", "/nowhere/agent.ini"], "no such file"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(tmp_path, capsys, arguments, message):
    assert main_module.main([*arguments, "--state-dir", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("cmdb-agent: ")
    assert message in said
    assert "Traceback" not in said


def test_an_enrolment_token_comes_out_of_its_file_or_from_standard_input(tmp_path, server):
    (tmp_path / "token").write_text("from-file\n")
    for source, given in ((str(tmp_path / "token"), None), ("-", "from-stdin\n")):
        state = tmp_path / f"state-{len(server.requests)}"
        command = [sys.executable, "-m", "cmdb_agent", "run", "--server", server.address, "--once", "--state-dir",
                   str(state), "--enrolment-token-file", source]  # fmt: skip
        done = subprocess.run(
            command, env={"PYTHONPATH": str(AGENTS)}, input=given, text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
    sent = [r["headers"]["Authorization"] for r in server.requests if str(r["path"]).endswith("/enrolments")]
    assert sent == ["Bearer from-file", "Bearer from-stdin"]


def test_what_could_not_be_delivered_is_an_exit_status_of_its_own(tmp_path, server):
    server.answers = [(201, {"token": "t", "domain": "d"}, {}), (503, {}, {})]
    (tmp_path / "token").write_text("from-file\n")
    command = [sys.executable, "-m", "cmdb_agent", "run", "--server", server.address, "--once", "--state-dir",
               str(tmp_path / "state"), "--enrolment-token-file", str(tmp_path / "token")]  # fmt: skip
    assert subprocess.run(command, env={"PYTHONPATH": str(AGENTS)}, capture_output=True, check=False).returncode == 1
    assert len(list((tmp_path / "state" / "spool").glob("*.doc"))) == 1
