"""What a run says at its end: harmless lines for people, everything for machines, one number for the shell."""

from __future__ import annotations

import json

import pytest
from cmdb_agent.wire.document import Problem
from cmdb_collectors.author import Author
from cmdb_collectors.destination import Delivered
from cmdb_collectors.outcome import Outcome, State, outcome, state_of, unread
from cmdb_collectors.progress import line
from cmdb_collectors.summary import as_json, exit_status, printable, text
from cmdb_collectors.targets import Target

ARRIVED = Delivered(sent=3)


def one(name: str, state: State, *messages: str) -> Outcome:
    problems: list[Problem] = [{"section": "network", "kind": "failed", "message": said} for said in messages]
    return Outcome(Target(name, "snmp", "10.0.0.1", 161), state, 1.25, 12, 3, problems, "core")


READ, PARTIAL, FAILED = one("a", "read"), one("b", "partial", "one row", "another"), one("c", "failed", "no answer")


@pytest.mark.parametrize(
    ("outcomes", "delivered", "status"),
    [
        ([READ, PARTIAL], ARRIVED, 0),
        ([READ, FAILED], ARRIVED, 3),
        ([FAILED, FAILED], ARRIVED, 1),
        ([], ARRIVED, 1),
        ([READ], Delivered(waiting=1), 3),
        ([READ], Delivered(refused=1), 3),
        ([READ], Delivered(lost=1), 3),
        ([FAILED], Delivered(waiting=1), 1),
    ],
)
def test_the_exit_status_says_whether_all_some_or_none_was_read(
    outcomes: list[Outcome], delivered: Delivered, status: int
) -> None:
    assert exit_status(outcomes, delivered) == status


def test_the_table_has_a_line_for_each_target_and_failures_last() -> None:
    said = text([FAILED, PARTIAL, READ], Delivered(2, 1, 0, 0, "503 not now"), 4.0, 1, 200).splitlines()
    assert said == [
        "target  way   state     time  items  problem",
        "a       snmp  read     1.2 s     12",
        "b       snmp  partial  1.2 s     12  one row (and 1 more)",
        "c       snmp  failed   1.2 s     12  no answer",
        "",
        "3 targets in 4.0 s: 1 read, 1 in part, 1 failed",
        "documents: 2 sent, 1 waiting (503 not now)",
        "1 readings did not end in their time and were left to themselves",
    ]


def test_what_a_device_says_cannot_move_the_terminal() -> None:
    hostile = one("x\x1b[2J", "failed", "\x1b]0;title\x07 \u202egnp.exe\r\nnext \x9b31m\udcff [bold]")
    for said in (text([hostile], ARRIVED, 1.0, 0, 200).splitlines()[1], line(hostile)):
        assert said.isprintable() or set(said) - set(printable(said)) == set()
        assert not set(said) & set("\x1b\x07\u202e\r\n\x9b\udcff")
        assert "[bold]" in said


def test_machines_get_all_of_it() -> None:
    said = json.loads(json.dumps(as_json([READ, PARTIAL], ARRIVED, 4.0, 0)))
    assert said["totals"] == {
        "targets": 2, "read": 1, "partial": 1, "failed": 0, "items": 24, "seconds": 4.0, "abandoned_threads": 0
    }  # fmt: skip
    assert [problem["message"] for problem in said["targets"][1]["problems"]] == ["one row", "another"]
    assert said["targets"][0]["credentials"] == "core"
    assert said["delivery"] == {"sent": 3, "waiting": 0, "refused": 0, "lost": 0, "reason": None}


def test_a_document_of_an_unread_target_names_every_section_and_the_reason() -> None:
    document = unread(Author("edge-1", "sw1", "site-1", 300), "snmp", "time_out", "given up")
    assert state_of(document) == "failed"
    assert document["scope"] == {"kind": "target", "key": "sw1", "domain": "site-1"}
    assert document["interval_ms"] == 300_000
    assert set(document["sections"].values()) == {"not_read"}
    found = outcome(READ.target, document, 2.0, "core")
    assert (found.state, found.first_problem, found.credentials) == ("failed", "given up", None)


def test_a_document_is_read_only_where_every_section_is() -> None:
    document = unread(Author("edge-1", "sw1"), "snmp", "time_out", "given up")
    document["sections"] = {"identity": "read", "network": "read"}
    assert state_of(document) == "read"
    document["sections"]["network"] = "not_read"
    assert state_of(document) == "partial"
    assert "interval_ms" not in document
