"""An engine whose starter is killed, and the engine that is started on the same folder after it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import neo4j
import psutil
import pytest

from cmdb.store.engine import EngineError, start
from cmdb.tether import program
from tests.support.engine import engine_settings

pytestmark = pytest.mark.neo4j

STARTER = """
import signal, sys
from pathlib import Path
import neo4j
from cmdb.store.engine import start
from tests.support.engine import engine_settings
engine = start(engine_settings(Path(sys.argv[1])))
with neo4j.GraphDatabase.driver(engine.uri, auth=(engine.user, engine.password_file.read_text())) as driver:
    driver.execute_query("CREATE (:Kept {name: 'acknowledged'})")
print(engine.pid, engine.uri, flush=True)
signal.pause()
"""


@dataclass(frozen=True)
class Killed:
    """An engine whose starter was killed by kill -9."""

    pid: int
    uri: str
    password: str
    ended_after_seconds: float | None


@dataclass(frozen=True)
class Stopped:
    """The next engine on the same folder, which was stopped in good order."""

    pid: int
    uri: str
    password: str
    kept: list[str]
    exit_code: int | None


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("restart")


@pytest.fixture(scope="module")
def killed(data_dir: Path, pytestconfig: pytest.Config) -> Killed:
    command = [sys.executable, "-c", STARTER, str(data_dir)]
    root = pytestconfig.rootpath
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        pid, uri = starter.stdout.readline().split()
        password = (data_dir / "engine" / "password").read_text()
        starter.kill()
    return Killed(int(pid), uri, password, seconds_until_gone(int(pid), at_most=10))


@pytest.fixture(scope="module")
def stopped(killed: Killed, data_dir: Path) -> Stopped:
    with start(engine_settings(data_dir)) as engine:
        password = engine.password_file.read_text()
        with neo4j.GraphDatabase.driver(engine.uri, auth=(engine.user, password)) as driver:
            records = driver.execute_query("MATCH (k:Kept) RETURN k.name").records
    engine.stop()
    kept = [record.value() for record in records]
    return Stopped(engine.pid, engine.uri, password, kept, engine.exit_code())


def seconds_until_gone(pid: int, at_most: float) -> float | None:
    """None when the process is still there after `at_most` seconds; a zombie counts as gone."""
    began = time.monotonic()
    while time.monotonic() - began < at_most:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return time.monotonic() - began
        time.sleep(0.02)
    return None


def test_the_engine_is_gone_with_its_starter_even_after_kill_9(killed: Killed):
    assert killed.ended_after_seconds is not None


def test_the_next_start_has_the_same_port_and_password(killed: Killed, stopped: Stopped):
    assert (stopped.uri, stopped.password) == (killed.uri, killed.password)
    assert stopped.pid != killed.pid


def test_what_was_acknowledged_before_the_kill_is_there_after_it(stopped: Stopped):
    assert stopped.kept == ["acknowledged"]


def test_a_stopped_engine_has_ended_in_good_order(stopped: Stopped, data_dir: Path):
    assert stopped.exit_code in (0, 128 + signal.SIGTERM)
    assert not (data_dir / "engine" / "pid").exists()


@pytest.mark.usefixtures("stopped")
def test_a_store_without_its_password_is_refused(data_dir: Path, tmp_path: Path):
    shutil.copytree(data_dir, tmp_path, dirs_exist_ok=True)
    password_file = tmp_path / "engine" / "password"
    password_file.write_text("another")
    with pytest.raises(EngineError, match=rf"refuses the password in {password_file}"):
        start(engine_settings(tmp_path))
    password_file.unlink()
    with pytest.raises(EngineError, match=rf"password file {password_file} is missing"):
        start(engine_settings(tmp_path))


def test_elsewhere_than_on_linux_a_watcher_ends_the_engine_with_its_starter():
    starter_code = f"""
import os, subprocess, sys, signal
reading, writing = os.pipe()
child = "import sys, runpy, os; t = runpy.run_path({program.__file__!r}); t['watch_starter'](int(sys.argv[1]));"
child += "os.execv('/bin/sleep', ['sleep', '60'])"
print(subprocess.Popen([sys.executable, "-c", child, str(reading)], pass_fds=[reading]).pid, flush=True)
signal.pause()
"""
    with subprocess.Popen([sys.executable, "-c", starter_code], stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        while psutil.Process(pid).name() != "sleep":
            time.sleep(0.02)
        os.kill(starter.pid, signal.SIGKILL)
    assert seconds_until_gone(pid, at_most=10) is not None
