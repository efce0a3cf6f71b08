"""Starts that cannot succeed, and what they say."""

import fcntl
import socket
import threading
from pathlib import Path

import pytest

from cmdb.store.engine import EngineError, start
from cmdb.store.engine import home as homes
from cmdb.store.engine.fetch import fetch_jars
from cmdb.store.engine.home import Home
from cmdb.store.engine.java import find_java, java_candidates
from cmdb.store.engine.lock import read_lock
from tests.support.engine import engine_settings
from tests.support.tmpfs import small_disk

pytestmark = pytest.mark.neo4j


def test_a_taken_port_is_named_with_the_file_that_holds_it(tmp_path: Path):
    port_file = tmp_path / "engine" / "port"
    port_file.parent.mkdir()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port_file.write_text(str(other.getsockname()[1]))
        with pytest.raises(EngineError, match=rf"port {other.getsockname()[1]} .* taken.*\n.*{port_file}"):
            start(engine_settings(tmp_path))


def test_a_full_disk_is_told_before_the_engine_starts(tmp_path: Path):
    full = pytest.raises(EngineError, match=rf"disk that holds {tmp_path}/data/engine is full.*\n.*CMDB_DATA")
    with small_disk(tmp_path / "data", mebibytes=8), full:
        start(engine_settings(tmp_path / "data"))


def test_a_disk_that_fills_up_while_the_engine_starts_is_told_as_such(tmp_path: Path):
    full = pytest.raises(EngineError, match=rf"disk that holds {tmp_path}/engine is full")
    with small_disk(tmp_path / "engine" / "neo4j" / "data", mebibytes=1), full:
        start(engine_settings(tmp_path))


def test_an_engine_that_ends_at_its_start_says_its_last_words(tmp_path: Path):
    store_lock = tmp_path / "engine" / "neo4j" / "data" / "databases" / "store_lock"
    store_lock.parent.mkdir(parents=True)
    with store_lock.open("w") as held:
        fcntl.lockf(held, fcntl.LOCK_EX)
        with pytest.raises(EngineError, match=r"ended at its start(.*\n)+.*store_lock") as caught:
            start(engine_settings(tmp_path))
    assert "neo4j.log" in caught.value.remedy


def test_a_first_start_that_was_cut_off_can_be_repeated(tmp_path: Path):
    settings = engine_settings(tmp_path)
    java, jars = find_java(java_candidates(None)), fetch_jars(read_lock(), settings)
    home = Home(settings.engine_dir)
    first = homes.prepare(home, settings, java, jars)
    password = home.password_file.read_text()
    assert homes.prepare(home, settings, java, jars) == first
    assert home.password_file.read_text() == password
    assert not list(home.engine_dir.glob("*first-password*"))


def test_only_the_main_thread_may_start_an_engine(tmp_path: Path):
    raised: list[RuntimeError] = []

    def try_it() -> None:
        try:
            start(engine_settings(tmp_path))
        except RuntimeError as error:
            raised.append(error)

    thread = threading.Thread(target=try_it)
    thread.start()
    thread.join()
    assert "main thread" in str(raised[0])
