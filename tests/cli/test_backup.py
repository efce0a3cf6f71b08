"""What `cmdb backup` and `cmdb restore` refuse before they touch anything, and how `cmdb up` is asked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cmdb.cli.exits import Exit
from cmdb.cli.main import app
from cmdb.cli.supervise.control import Control, address_of, ask
from cmdb.errors import Unavailable

SERVER = {"CMDB_GRAPH_URI": "bolt://graph.example", "CMDB_GRAPH_PASSWORD_FILE": "/nowhere"}


def refused(data: Path, *words: str, **variables: str) -> tuple[int, str]:
    answer = CliRunner().invoke(app, list(words), env={"CMDB_DATA": str(data), "CMDB_GRAPH_URI": ""} | variables)
    return answer.exit_code, answer.stderr


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_server_of_its_own_is_for_its_own_tools(tmp_path: Path, command: str):
    code, said = refused(tmp_path, command, str(tmp_path / "file.tar"), **SERVER)
    assert code == Exit.REFUSED
    assert "CMDB_GRAPH_URI names a server of its own" in said
    assert "neo4j-admin database" in said


def test_a_backup_overwrites_nothing(tmp_path: Path):
    file = tmp_path / "file.tar"
    file.write_text("mine")
    code, said = refused(tmp_path / "data", "backup", str(file))
    assert (code, file.read_text()) == (Exit.REFUSED, "mine")
    assert f"{file} exists already" in said


def test_a_folder_without_a_graph_has_nothing_to_back_up_and_stays_empty(tmp_path: Path):
    data = tmp_path / "data"
    data.mkdir()
    code, said = refused(data, "backup", str(tmp_path / "file.tar"))
    assert code == Exit.NOT_FOUND
    assert f"no graph in the folder '{data}'" in said
    assert [one.name for one in tmp_path.rglob("*")] == ["data"]


def test_a_backup_that_is_not_there_is_not_restored(tmp_path: Path):
    code, said = refused(tmp_path / "data", "restore", str(tmp_path / "file.tar"))
    assert code == Exit.NOT_FOUND
    assert "file.tar" in said
    assert not (tmp_path / "data").exists()


def test_something_else_is_not_restored(tmp_path: Path):
    file = tmp_path / "letter.txt"
    file.write_text("Dear Ada, " * 200)
    code, said = refused(tmp_path / "data", "restore", str(file))
    assert code == Exit.REFUSED
    assert f"{file} is damaged, or no backup of this program" in said
    assert not (tmp_path / "data").exists()


class Steps:
    """The steps that were shown, and when each was over."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    @contextmanager
    def step(self, doing: str, done: str) -> Generator[None]:
        self.seen.append(doing)
        yield
        self.seen.append(done)


@contextmanager
def answering(data: Path, made: Path | Unavailable) -> Generator[None]:
    """The control socket of a data folder, answered as `cmdb up` does it: looked at now and then."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.02):
            control.answer(lambda step: worked(step, made))

    def worked(step: object, made: Path | Unavailable) -> Path | Unavailable:
        assert callable(step)
        with step("Stopping the engine", "Engine stopped"):
            return made

    with Control(data) as control:
        looking = threading.Thread(target=look)
        looking.start()
        try:
            yield
        finally:
            over.set()
            looking.join()


# A name for a socket may have 108 bytes: longer folders are reached too.
@pytest.fixture(params=["short", "long" * 40])
def data(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / request.param
    folder.mkdir()
    return folder


def test_one_who_asks_sees_the_steps_and_gets_the_file(data: Path):
    steps = Steps()
    with answering(data, data / "dump" / "neo4j.dump"):
        assert ask(data, steps.step) == data / "dump" / "neo4j.dump"
    assert steps.seen == ["Stopping the engine", "Engine stopped"]
    assert list(data.iterdir()) == []


def test_one_who_asks_is_told_why_there_is_none(data: Path):
    with answering(data, Unavailable("the disk is full")), pytest.raises(Unavailable, match="the disk is full"):
        ask(data, Steps().step)


def test_where_no_one_answers_there_is_no_dump(data: Path):
    assert ask(data, Steps().step) is None
    with Control(data):
        (data / "control").rename(data / "kept")
    (data / "kept").rename(data / "control")  # as a `cmdb up` leaves it that was killed
    assert ask(data, Steps().step) is None
    with Control(data):
        assert (data / "control").exists()


def test_one_who_ends_in_the_middle_is_noticed(data: Path):
    def end() -> None:
        connection, _ = listening.accept()
        connection.sendall(b'{"begun": ["Stopping the engine", "Engine stopped"]}\n')
        connection.close()

    with closing(socket.socket(socket.AF_UNIX)) as listening:
        with address_of(data) as address:
            listening.bind(address)
        listening.listen()
        ending = threading.Thread(target=end)
        ending.start()
        with pytest.raises(Unavailable, match="ended before the backup was made"):
            ask(data, Steps().step)
        ending.join()


def test_a_dump_whose_asker_has_left_is_thrown_away(data: Path):
    made = data / "dump" / "neo4j.dump"
    made.parent.mkdir()
    made.write_text("everything")
    with Control(data) as control:
        with closing(socket.socket(socket.AF_UNIX)) as leaving, address_of(data) as address:
            leaving.connect(address)
        control.answer(lambda _: made)
    assert not made.parent.exists()
    assert list(data.iterdir()) == []
