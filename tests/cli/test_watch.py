"""Keeping real programs running, starting them again, giving them up, stopping them."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cmdb.cli.supervise.listening import listen
from cmdb.cli.supervise.parts import Program
from cmdb.cli.supervise.restarts import Restarts
from cmdb.cli.supervise.watch import Watch
from cmdb.errors import Unavailable
from cmdb.tether import Tethered
from tests.support.running import free_port, wait_for


class _Enough(Exception):
    """Ends `keep_running`, which never returns by itself."""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "program.log"


def _program(log: Path, code: str, name: str = "program") -> Program:
    return Program(name, [sys.executable, "-c", code], dict(os.environ), log)


def test_a_part_that_ends_is_started_again_and_that_is_said(log: Path):
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        if "runs again" in line:
            raise _Enough

    with Watch(say) as watch:
        watch.start(_program(log, "print('hello', flush=True); raise SystemExit(3)"))
        with pytest.raises(_Enough):
            watch.keep_running()
    assert said[0].startswith("the program ended (exit code 3); starting it again in 1 s")
    assert log.read_text().count("hello") >= 1


def test_pauses_grow_and_a_part_that_does_not_stay_is_given_up():
    restarts = Restarts()
    assert [restarts.pause_seconds(2) for _ in range(6)] == [1, 2, 4, 8, 16, None]


def test_a_part_that_ran_for_long_is_started_at_once_again():
    restarts = Restarts()
    assert [restarts.pause_seconds(ran) for ran in (2, 2, 3600)] == [1, 2, 1]


def test_while_everything_starts_an_end_is_an_error_with_the_last_words(log: Path):
    with Watch(print) as watch:
        watch.start(_program(log, "import sys; sys.exit('the certificate has expired')"))
        with pytest.raises(Unavailable, match="the certificate has expired"):
            watch.wait_until(lambda: False, 20)


def test_waiting_has_an_end(log: Path):
    with Watch(print) as watch:
        watch.start(_program(log, "import time; time.sleep(60)"))
        assert not watch.wait_until(lambda: False, 0.2)
        assert watch.wait_until(lambda: True, 0)


def test_parts_are_asked_to_end_and_end_in_good_order(log: Path):
    ends = "import signal, sys; signal.signal(15, lambda *_: (print('bye', flush=True), sys.exit())); "
    with Watch(print) as watch:
        part = _program(log, ends + "print('here', flush=True); signal.pause()")
        watch.start(part)
        assert wait_for(lambda: "here" in log.read_text(), 10)
    assert "bye" in log.read_text()
    assert part.exit_code() is None
    part.stop()


def test_a_long_log_is_put_aside_at_a_start(log: Path):
    log.parent.mkdir()
    log.write_bytes(b"x" * (8 << 20) + b"y")
    part = _program(log, "print('new')")
    part.start()
    assert wait_for(lambda: part.exit_code() is not None, 10)
    part.stop()
    assert log.read_text() == "new\n"
    assert log.with_name("program.log.old").stat().st_size == (8 << 20) + 1


def test_a_program_ends_with_whoever_started_it(tmp_path: Path):
    starter = (
        "import sys, time, pathlib; from cmdb.tether import Tethered; "
        "t = Tethered.start([sys.executable, '-c', 'import time; time.sleep(60)'], pathlib.Path(sys.argv[1]), {}); "
        "print(t.pid, flush=True); time.sleep(60)"
    )
    told = tmp_path / "told"
    outer = Tethered.start(
        [sys.executable, "-c", starter, str(tmp_path / "inner.log")], told, {"PYTHONPATH": str(Path.cwd())}
    )
    try:
        assert wait_for(lambda: told.read_text().strip().isdecimal(), 10)
        inner = int(told.read_text())
        os.kill(outer.pid, signal.SIGKILL)
        assert wait_for(lambda: not Path(f"/proc/{inner}/cmdline").exists(), 5)
    finally:
        outer.stop(1)


def test_a_program_that_does_not_end_when_asked_is_killed(tmp_path: Path):
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    output = tmp_path / "output"
    deaf = Tethered.start([sys.executable, "-c", code], output, {})
    assert wait_for(lambda: "deaf" in output.read_text(), 10)
    deaf.stop(0.1)
    assert deaf.exit_code() == -signal.SIGKILL


def test_only_the_main_thread_starts_programs(tmp_path: Path):
    caught: list[BaseException] = []

    def start() -> None:
        try:
            Tethered.start(["/bin/true"], tmp_path / "output", {})
        except RuntimeError as error:
            caught.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert "main thread" in str(caught[0])


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def test_an_address_that_is_taken_is_named_with_what_to_do(taken: int):
    with pytest.raises(Unavailable, match=f"127.0.0.1:{taken} cannot be used: Address already in use.*--port"):
        listen("127.0.0.1", taken)


def test_an_address_is_there_before_its_server():
    port = free_port()
    with listen("127.0.0.1", port), socket.create_connection(("127.0.0.1", port), 1) as early:
        assert early.getpeername()[1] == port
