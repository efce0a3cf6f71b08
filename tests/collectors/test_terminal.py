"""On a terminal: secrets are asked for and not shown, a bar goes along, and what failed stands above it."""

from __future__ import annotations

import os
import pty
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.support.snmp_responder import Responder


def typed(line: list[str], question: bytes, answer: bytes) -> tuple[str, int]:
    """What a terminal shows while a program runs on it and is given an answer, and the exit status."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        line, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "120"},
    )  # fmt: skip
    os.close(theirs)
    shown, is_answered = b"", False
    with closing(os.fdopen(ours, "rb", buffering=0)) as stream:
        while chunk := _chunk(stream.fileno()):
            shown += chunk
            if question in shown and not is_answered:
                is_answered = True
                os.write(stream.fileno(), answer + b"\n")
    return shown.decode(errors="replace"), process.wait(30)


def _chunk(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # a terminal whose other end is closed reads as EIO
        return b""


def test_a_round_asks_for_its_secret_shows_a_bar_and_says_what_failed(tmp_path: Path) -> None:
    head = '[credentials.edge]\nkind = "snmp-v2c"\ncommunity = { prompt = true }\n'
    with Responder({}, community=b"hush") as device, closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as deaf:
        deaf.bind(("127.0.0.1", 0))
        for name, port in (("answers", device.port), ("silent", deaf.getsockname()[1])):
            head += (f'[[targets]]\nname = "{name}"\nkind = "snmp"\naddress = "127.0.0.1"\nport = {port}\n'
                     'credentials = ["edge"]\ntimeout = 0.3\nretries = 0\nbudget = 20\n')  # fmt: skip
        (tmp_path / "targets.toml").write_text(head)
        line = [sys.executable, "-m", "cmdb_collectors", "run", "--targets", str(tmp_path / "targets.toml")]
        shown, status = typed([*line, "--once", "--output", str(tmp_path / "out")], b"community of edge: ", b"hush")
    assert status in (1, 3)
    assert "hush" not in shown
    assert "reading" in shown
    assert "2/2" in shown
    assert "silent failed in" in shown
    assert "\r\n2 targets in " in shown


def test_one_device_asks_for_the_community_that_was_not_given(tmp_path: Path) -> None:
    rows = {(1, 3, 6, 1, 2, 1, 1, 5, 0): b"sw1"}
    with Responder(rows, community=b"hush") as device:
        line = [sys.executable, "-m", "cmdb_collectors", "snmp", f"127.0.0.1:{device.port}"]
        shown, status = typed([*line, "--output", str(tmp_path / "document")], b"Community: ", b"hush")
    assert status == 3
    assert "hush" not in shown
    assert '"sys_name":"sw1"' in (tmp_path / "document").read_text()
