"""A backup of a `cmdb up` that works, what its clients see meanwhile, and the same graph from it elsewhere."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import tarfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from cmdb.store.driver import Graph
from cmdb.store.engine import start
from tests.support.engine import engine_settings
from tests.support.hosts import encoded, host
from tests.support.running import Running, cmdb, processes_of, up, wait_for

pytestmark = pytest.mark.neo4j

HOSTS = 5

# Everything that stands in the graph: how many of each kind of node and relationship, and every CI. What a server keeps
# about its own work in the background goes on meanwhile.
_PICTURE = """
CALL () {
  MATCH (n) WHERE NOT n:Job AND NOT n:Counter AND NOT n:HealthSnapshot AND NOT n:Event
  WITH labels(n) AS kind, count(*) AS number
  RETURN collect([kind, number]) AS nodes
}
CALL () { MATCH ()-[r]->() WITH type(r) AS kind, count(*) AS number RETURN collect([kind, number]) AS relationships }
CALL () { MATCH (c:CI) WITH c ORDER BY c.id RETURN collect(properties(c)) AS cis }
RETURN nodes, relationships, cis
"""


@dataclass(frozen=True)
class Answered:
    status: int
    retry_after: str | None
    detail: str


@dataclass
class Story:
    answered: list[Answered]
    health: set[int]
    backups: list[subprocess.CompletedProcess[bytes]]
    left: list[str]
    status_after: int
    restore: subprocess.CompletedProcess[bytes]
    before: dict[str, Any]
    restored: dict[str, Any]
    token_still_valid: int
    passwords: set[str]
    files: list[Path]
    up_said: str
    new_dir: Path


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("backup")
    data_dir, new_dir = folder / "data", folder / "new" / "data"
    files = [folder / "one.tar", folder / "two.tar"]
    with up(data_dir, "--no-agent") as running:
        with running.api() as api:
            for number in range(HOSTS):
                assert api.post("/observations", content=encoded(host(number))).status_code == 200
        with running.graph() as graph:
            before = picture(graph)
        with ThreadPoolExecutor(len(files)) as at_once, asked(running) as (answered, health):
            backups = list(at_once.map(lambda file: cmdb(data_dir, "backup", str(file)), files))
        left = sorted(one.name for one in (data_dir / "engine").iterdir())
        with running.api() as api:
            status_after = api.post("/observations", content=encoded(host(HOSTS))).status_code
        up_said = running.output
    restore = cmdb(data_dir, "restore", str(files[1]), "--data", str(new_dir), "--json")
    passwords = {(each / "engine" / "password").read_text() for each in (data_dir, new_dir)}
    with up(new_dir, "--no-agent") as again:
        headers = {"Authorization": f"Bearer {running.admin_token}"}
        address = again.address + "/api/v1/cis"
        token_still_valid = httpx.get(address, headers=headers, timeout=60, trust_env=False).status_code
        with again.graph() as graph:
            restored = picture(graph)
        for pid in processes_of(new_dir):
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not processes_of(new_dir), 10)
    return Story(
        answered, health, backups, left, status_after, restore, before, restored, token_still_valid, passwords, files,
        up_said, new_dir,
    )  # fmt: skip


def picture(graph: Graph) -> dict[str, Any]:
    found = graph.ask(_PICTURE)[0]
    return {name: sorted(values, key=str) for name, values in found.items()}


@contextmanager
def asked(running: Running) -> Iterator[tuple[list[Answered], set[int]]]:
    """What clients of the API are answered meanwhile, and the statuses of its health."""
    answered: list[Answered] = []
    health: set[int] = set()
    over = threading.Event()

    def ask() -> None:
        with running.api() as api:
            while not over.is_set():
                answer = api.get("/cis")
                detail = answer.json().get("detail", "")
                answered.append(Answered(answer.status_code, answer.headers.get("Retry-After"), detail))
                health.add(api.get("/health").status_code)
                time.sleep(0.05)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield answered, health
    finally:
        over.set()
        asking.join()


def test_backups_are_made_while_everything_runs_one_after_the_other(story: Story):
    assert [(one.returncode, one.stderr) for one in story.backups] == [(0, b""), (0, b"")]
    assert all(file.stat().st_size > 10_000 for file in story.files)
    assert all(b"Engine stopped" in one.stdout and b"Engine started" in one.stdout for one in story.backups)
    assert story.up_said.count("a backup is made; until the engine runs again, the API answers 503") == 2


def test_meanwhile_the_api_says_503_and_when_to_come_back(story: Story):
    away = [one for one in story.answered if one.status == 503]
    assert away
    assert ("10", "the graph is away while a backup is made") in {(one.retry_after, one.detail) for one in away}
    # A request that was under way when the engine stopped hears it from the driver.
    assert {one.retry_after for one in away} <= {"5", "10"}
    assert {one.status for one in story.answered} == {200, 503}
    assert story.health == {200}


def test_afterwards_everything_works_and_nothing_is_left_over(story: Story):
    assert story.status_after == 200
    assert {"dump", "paused"} & set(story.left) == set()
    assert "the engine ended" not in story.up_said


def test_only_its_owner_reads_the_file_and_no_password_is_in_it(story: Story):
    assert stat.S_IMODE(story.files[0].stat().st_mode) == 0o600
    with tarfile.open(story.files[0]) as archive:
        assert archive.getnames() == ["manifest.json", "neo4j.dump"]
    assert len(story.passwords) == 2


def test_the_restored_graph_is_the_one_that_was_backed_up(story: Story):
    assert story.restore.returncode == 0, story.restore.stderr
    assert len(story.before["cis"]) > HOSTS
    assert story.restored == story.before
    said = json.loads(story.restore.stdout)
    assert said["data_folder"] == str(story.new_dir)
    assert said["migration"] >= 1


def test_tokens_from_before_are_valid_in_it(story: Story):
    assert story.token_still_valid == 200


def test_a_graph_whose_programs_were_killed_is_backed_up_without_them(story: Story, tmp_path: Path):
    made = cmdb(story.new_dir, "backup", str(tmp_path / "graph.tar"))
    assert made.returncode == 0, made.stderr.decode()
    assert not (story.new_dir / "engine" / "pid").exists()
    assert cmdb(tmp_path / "data", "restore", str(tmp_path / "graph.tar")).returncode == 0
    with (
        start(engine_settings(tmp_path / "data")) as engine,
        Graph(engine.uri, engine.user, engine.password_file.read_text()) as graph,
    ):
        assert picture(graph) == story.before


def test_a_folder_with_anything_in_it_is_refused_and_stays_as_it_is(story: Story, tmp_path: Path):
    (tmp_path / "letter").write_text("mine")
    refused = cmdb(tmp_path, "restore", str(story.files[0]))
    assert refused.returncode == 1
    assert f"{tmp_path} is not empty: nothing is overwritten" in refused.stderr.decode()
    assert [one.name for one in tmp_path.iterdir()] == ["letter"]


def test_a_damaged_backup_is_refused_and_leaves_nothing(story: Story, tmp_path: Path):
    damaged = tmp_path / "damaged.tar"
    content = bytearray(story.files[0].read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    refused = cmdb(tmp_path / "data", "restore", str(damaged))
    assert refused.returncode == 1
    assert "is damaged: its checksum is not the one it was made with" in refused.stderr.decode()
    assert not (tmp_path / "data").exists()
