"""The program reads many targets of all kinds: those that hang, flood or refuse hold no other, and are named."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.snmp_responder import Name, Question, Responder

SYSTEM: Name = (1, 3, 6, 1, 2, 1, 1)
COMMUNITY = "tell-nobody"
CREDENTIALS = """
[credentials.wrong]
kind = "snmp-v2c"
community = { env = "WRONG" }
[credentials.right]
kind = "snmp-v2c"
community = { env = "RIGHT" }
"""


def device(name: str) -> dict[Name, Any]:
    """What a small switch says of itself (SNMPv2-MIB, system)."""
    return {
        (*SYSTEM, 1, 0): b"A switch of no make",
        (*SYSTEM, 2, 0): (1, 3, 6, 1, 4, 1, 99999, 1),
        (*SYSTEM, 3, 0): 100,
        (*SYSTEM, 5, 0): name.encode(),
    }


def flood(question: Question) -> Iterable[bytes]:
    """Rows without end, wherever one asks."""
    name = question.names[0]
    if len(name) < 12:
        name = (*name, 1)
    yield question.answer([((*name[:-1], name[-1] + step), b"x" * 100) for step in range(1, 9)])


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of something that takes every datagram and never answers."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as deaf:
        deaf.bind(("127.0.0.1", 0))
        yield deaf.getsockname()[1]


@pytest.fixture
def good() -> Iterator[Responder]:
    with Responder(device("sw1.example.net"), community=COMMUNITY.encode()) as responder:
        yield responder


def target(name: str, port: int, *, credentials: str = '["right"]', more: str = "") -> str:
    return (
        f'[[targets]]\nname = "{name}"\naddress = "127.0.0.1"\nport = {port}\nkind = "snmp"\n'
        f"credentials = {credentials}\ntimeout = 0.3\nretries = 0\nbudget = 2\n{more}\n"
    )


def command(folder: Path, text: str, *options: str) -> list[str]:
    (folder / "targets.toml").write_text(text)
    return [sys.executable, "-m", "cmdb_collectors", "run", "--targets", str(folder / "targets.toml"), *options]


def environment() -> dict[str, str]:
    return os.environ | {"WRONG": "wrong-hush", "RIGHT": COMMUNITY}


def run(folder: Path, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    options = options or ("--once", "--json", "--output", str(folder / "out"))
    return subprocess.run(
        command(folder, text, *options), capture_output=True, text=True, env=environment(), timeout=120, check=False
    )


def by_name(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in json.loads(done.stdout)["targets"]}


def test_targets_that_are_silent_flood_or_do_not_exist_hold_no_other(
    good: Responder, silent: int, tmp_path: Path
) -> None:
    with Responder({}, flood, community=COMMUNITY.encode()) as flooding:
        text = "[collector]\nsnmp_at_once = 2\n" + CREDENTIALS
        text += target("silent", silent) + target("floods", flooding.port)
        text += target("nowhere", good.port).replace("127.0.0.1", "no-such-name.invalid")
        text += target("good", good.port) + target("good-again", good.port)
        done = run(tmp_path, text)
    found = by_name(done)
    assert done.returncode == 3, done.stderr
    assert {name: one["state"] for name, one in found.items() if name != "floods"} == {
        "silent": "failed", "nowhere": "failed", "good": "partial", "good-again": "partial"
    }  # fmt: skip
    assert "no answer" in found["silent"]["problems"][0]["message"]
    assert "no-such-name.invalid" in found["nowhere"]["problems"][0]["message"]
    assert found["floods"]["problems"]
    assert found["floods"]["seconds"] < 20
    documents = {path.stem: json.loads(path.read_text()) for path in (tmp_path / "out").iterdir()}
    assert set(documents) == set(found), "also what was not read is reported"
    assert documents["good"]["items"][0]["attributes"]["name"] == "sw1"
    assert documents["good-again"]["scope"]["key"] == "good-again"


def test_listed_credentials_are_tried_in_order_and_the_document_is_of_those_that_open(
    good: Responder, tmp_path: Path
) -> None:
    done = run(tmp_path, CREDENTIALS + target("sw1", good.port, credentials='["wrong", "right"]'))
    assert by_name(done)["sw1"]["credentials"] == "right"
    assert [question.community for question in good.questions][:1] == [b"wrong-hush"]
    assert {question.community for question in good.questions[1:]} == {COMMUNITY.encode()}


def test_where_none_opens_each_is_named_with_its_reason(silent: int, tmp_path: Path) -> None:
    done = run(tmp_path, CREDENTIALS + target("sw1", silent, credentials='["wrong", "right"]'))
    assert done.returncode == 1
    messages = [problem["message"] for problem in by_name(done)["sw1"]["problems"]]
    for name in ("wrong", "right"):
        assert any(message.startswith(f"with the credentials {name}: no answer") for message in messages)


def test_no_secret_is_in_documents_logs_or_summary(good: Responder, silent: int, tmp_path: Path) -> None:
    text = CREDENTIALS + target("a", good.port, credentials='["wrong", "right"]') + target("b", silent)
    done = run(tmp_path, text)
    plain = run(tmp_path, text, "--once", "--output", str(tmp_path / "out"))
    written = "".join(path.read_text() for path in (tmp_path / "out").iterdir())
    for said in (done.stdout, done.stderr, plain.stdout, plain.stderr, written):
        assert COMMUNITY not in said
        assert "hush" not in said


def test_people_get_a_line_for_each_target_and_the_totals(good: Responder, silent: int, tmp_path: Path) -> None:
    text = CREDENTIALS + target("b-good", good.port) + target("a-silent", silent)
    done = run(tmp_path, text, "--once", "--output", str(tmp_path / "out"))
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["target", "b-good", "a-silent"]
    assert lines[-2].startswith("2 targets in ")
    assert lines[-2].endswith(": 0 read, 1 in part, 1 failed")
    assert lines[-1] == "documents: 2 sent"
    assert "WARNING a-silent failed in" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_being_told_to_stop_ends_a_round_at_once_with_what_was_read(
    good: Responder, silent: int, tmp_path: Path, number: int
) -> None:
    slow = target("silent", silent).replace("timeout = 0.3", "timeout = 100").replace("budget = 2", "budget = 600")
    line = command(tmp_path, CREDENTIALS + slow + target("good", good.port), "--once", "--output", str(tmp_path / "o"))
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())
    deadline = time.monotonic() + 60
    while not (tmp_path / "o" / "good.json").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(number)
    told = time.monotonic()
    output, errors = process.communicate(timeout=60)
    assert time.monotonic() - told < 20
    assert process.returncode == 130, errors
    assert "1 targets in" in output
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("text", "options", "reason"),
    [
        ("", ("--once", "--output", "o"), "has no targets"),
        ("[collector", ("--once", "--output", "o"), "is no TOML"),
        (CREDENTIALS + target("a", 1), ("--once",), "which server?"),
        (CREDENTIALS + target("a", 1), ("--output", "o"), "goes with --once"),
        (CREDENTIALS + target("a", 1), ("--interval", "3"), "from 10 to 86400"),
        (
            CREDENTIALS + target("a", 1),
            ("--server", "http://cmdb.lan", "--token-file", "none"),
            "none: No such",
        ),
        (
            CREDENTIALS.replace("RIGHT", "GONE") + target("a", 1),
            ("--once", "--output", "o"),
            "GONE is not set",
        ),
    ],
)
def test_what_cannot_be_used_ends_with_2_before_anything_is_contacted(
    tmp_path: Path, text: str, options: tuple[str, ...], reason: str
) -> None:
    done = run(tmp_path, text, *options)
    assert done.returncode == 2
    assert reason in done.stderr
    assert done.stdout == ""
