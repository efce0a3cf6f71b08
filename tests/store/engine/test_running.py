"""One engine of this module's own, looked at from outside while it runs."""

import os
import re
import stat
from collections.abc import Generator
from pathlib import Path

import neo4j
import psutil
import pytest
from neo4j.exceptions import AuthError

from cmdb.store.engine import Engine, EngineError, start
from cmdb.store.engine.files import disk_errors_explained
from tests.support.engine import engine_settings

pytestmark = pytest.mark.neo4j


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("running")


@pytest.fixture(scope="module")
def running(data_dir: Path) -> Generator[Engine]:
    with start(engine_settings(data_dir)) as engine:
        yield engine


def password(engine: Engine) -> str:
    return engine.password_file.read_text().strip()


def test_it_answers_with_the_password_of_its_file(running: Engine):
    with neo4j.GraphDatabase.driver(running.uri, auth=(running.user, password(running))) as driver:
        assert driver.execute_query("RETURN 1 AS one").records[0]["one"] == 1


def test_it_answers_nobody_without_the_password(running: Engine):
    with neo4j.GraphDatabase.driver(running.uri, auth=(running.user, "neo4j")) as driver, pytest.raises(AuthError):
        driver.execute_query("RETURN 1")


def test_the_password_stands_in_no_process_and_no_log(running: Engine, data_dir: Path):
    secret = password(running).encode()
    assert len(secret) >= 32
    for process in Path("/proc").glob("[0-9]*"):
        for place in ("cmdline", "environ"):
            try:
                assert secret not in (process / place).read_bytes()
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
    holders = {path.name for path in data_dir.rglob("*") if path.is_file() and secret in path.read_bytes()}
    assert holders == {"password"}


def test_only_its_owner_can_look_into_its_folder(running: Engine, data_dir: Path):
    assert stat.S_IMODE(running.password_file.stat().st_mode) == 0o600
    assert stat.S_IMODE((data_dir / "engine").stat().st_mode) == 0o700


def test_it_listens_on_its_loopback_port_and_nowhere_else(running: Engine):
    connections = psutil.Process(running.pid).net_connections()
    listening = [each.laddr for each in connections if each.status == psutil.CONN_LISTEN]
    assert [(each.ip.removeprefix("::ffff:"), each.port) for each in listening] == [("127.0.0.1", running.port)]


def test_its_environment_holds_nothing_of_its_starters(running: Engine):
    assert set(psutil.Process(running.pid).environ()) == {"LANG"}


def test_the_pid_file_names_the_engine(running: Engine, data_dir: Path):
    assert int((data_dir / "engine" / "pid").read_text()) == running.pid
    assert running.exit_code() is None


def test_a_second_start_on_the_folder_names_who_uses_it(running: Engine, data_dir: Path):
    this = re.escape(" ".join(psutil.Process().cmdline()))
    with pytest.raises(EngineError, match=rf"in use by process {os.getpid()} \({this}\)\.\n.*CMDB_DATA"):
        start(engine_settings(data_dir))
    assert running.exit_code() is None


def test_a_folder_of_somebody_else_is_told_as_such(tmp_path: Path):
    with pytest.raises(EngineError, match=r"permission denied\.\n.*CMDB_DATA"), disk_errors_explained(tmp_path, 0):
        raise PermissionError(13, "Permission denied", str(tmp_path))
