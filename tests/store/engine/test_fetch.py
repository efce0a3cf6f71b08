import hashlib
import http.server
import itertools
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cmdb.store.engine import EngineError, EngineSettings
from cmdb.store.engine.fetch import fetch_jars
from cmdb.store.engine.files import disk_errors_explained
from cmdb.store.engine.lock import Artifact, Lock, read_lock
from tests.support.engine import engine_settings
from tests.support.tmpfs import small_disk

JARS = {f"part-{number}": f"jar {number} ".encode() * 50_000 for number in range(5)}
LOCK = Lock(
    engine="org.example:part-0:1.0",
    artifacts=tuple(
        Artifact(
            group="org.example",
            artifact=name,
            version="1.0",
            sha256=hashlib.sha256(content).hexdigest(),
            size_bytes=len(content),
        )
        for name, content in JARS.items()
    ),
)


@pytest.fixture
def jars_dir(tmp_path: Path) -> Path:
    """A folder prepared by hand for a machine without internet."""
    folder = tmp_path / "jars"
    folder.mkdir()
    for artifact in LOCK.artifacts:
        (folder / artifact.file_name).write_bytes(JARS[artifact.artifact])
    return folder


@pytest.fixture
def repository_dir(tmp_path: Path) -> Path:
    """The same jars as a Maven repository keeps them."""
    folder = tmp_path / "repository"
    for artifact in LOCK.artifacts:
        path = folder / artifact.repository_path
        path.parent.mkdir(parents=True)
        path.write_bytes(JARS[artifact.artifact])
    return folder


class Mirror(http.server.ThreadingHTTPServer):
    """A Maven mirror on loopback; it answers 503 to the first `failures` requests."""

    def __init__(self, folder: Path, failures: int) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.failures = itertools.chain([True] * failures, itertools.repeat(False))
        super().__init__(("127.0.0.1", 0), MirrorRequest)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/maven2/"


class MirrorRequest(http.server.BaseHTTPRequestHandler):
    server: Mirror

    def do_GET(self) -> None:
        path = self.path.removeprefix("/maven2/")
        self.server.asked.append(path)
        file = self.server.folder / path
        if next(self.server.failures):
            self.send_error(503)
        elif not file.is_file():
            self.send_error(404)
        else:
            content = file.read_bytes()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the tests read `asked`."""


@contextmanager
def mirror_of(folder: Path, failures: int = 0) -> Generator[Mirror]:
    with Mirror(folder, failures) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def settings(tmp_path: Path, **more: object) -> EngineSettings:
    return EngineSettings(tmp_path / "data", cache_dir=tmp_path / "cache", **more)  # type: ignore[arg-type]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name.removesuffix("-1.0.jar"): path.read_bytes() for path in folder.glob("*.jar")}


def test_a_mirror_delivers_all_jars(tmp_path: Path, repository_dir: Path):
    with mirror_of(repository_dir) as mirror:
        assert contents(fetch_jars(LOCK, settings(tmp_path, maven_url=mirror.url))) == JARS
        assert sorted(mirror.asked) == sorted(each.repository_path for each in LOCK.artifacts)


@pytest.mark.parametrize("layout", ["jars_dir", "repository_dir"])
def test_an_offline_folder_delivers_all_jars(tmp_path: Path, layout: str, request: pytest.FixtureRequest):
    offline = settings(tmp_path, jars_dir=request.getfixturevalue(layout), maven_url="http://127.0.0.1:1/")
    assert contents(fetch_jars(LOCK, offline)) == JARS


def test_the_real_jars_pass_through_an_offline_folder(tmp_path: Path):
    shared = fetch_jars(read_lock(), engine_settings(tmp_path))
    assert shared != tmp_path
    copied = fetch_jars(read_lock(), settings(tmp_path, jars_dir=shared))
    assert {path.name for path in copied.glob("*.jar")} == {path.name for path in shared.glob("*.jar")}


def test_progress_grows_to_the_size_of_all_jars(tmp_path: Path, jars_dir: Path):
    told: list[tuple[int, int]] = []
    fetch_jars(LOCK, settings(tmp_path, jars_dir=jars_dir), lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (LOCK.size_bytes, LOCK.size_bytes)


def test_a_second_fetch_asks_for_nothing(tmp_path: Path, repository_dir: Path):
    with mirror_of(repository_dir) as mirror:
        fetch_jars(LOCK, settings(tmp_path, maven_url=mirror.url))
        mirror.asked.clear()
        fetch_jars(LOCK, settings(tmp_path, maven_url=mirror.url))
        assert mirror.asked == []


def test_an_interrupted_fetch_goes_on_with_what_is_missing(tmp_path: Path, repository_dir: Path):
    last = LOCK.artifacts[-1]
    (repository_dir / last.repository_path).rename(tmp_path / "kept")
    with mirror_of(repository_dir) as mirror:
        with pytest.raises(EngineError, match=last.repository_path):
            fetch_jars(LOCK, settings(tmp_path, maven_url=mirror.url))
        (tmp_path / "kept").rename(repository_dir / last.repository_path)
        brought = {path.name for path in (tmp_path / "cache").rglob("*.jar")}
        mirror.asked.clear()
        assert contents(fetch_jars(LOCK, settings(tmp_path, maven_url=mirror.url))) == JARS
        asked = {path.rsplit("/", 1)[1] for path in mirror.asked}
    assert asked == {each.file_name for each in LOCK.artifacts} - brought
    assert last.file_name in asked


def test_a_damaged_jar_in_the_cache_is_brought_again_and_a_stray_one_removed(tmp_path: Path, jars_dir: Path):
    folder = fetch_jars(LOCK, settings(tmp_path, jars_dir=jars_dir))
    (folder / LOCK.artifacts[0].file_name).write_bytes(b"cut short")
    (folder / "stray.jar").write_bytes(b"not in the lock")
    assert contents(fetch_jars(LOCK, settings(tmp_path, jars_dir=jars_dir))) == JARS


def test_a_mirror_that_stumbles_is_asked_again(tmp_path: Path, repository_dir: Path):
    with mirror_of(repository_dir, failures=3) as mirror:
        assert contents(fetch_jars(LOCK, settings(tmp_path, maven_url=mirror.url))) == JARS
        assert len(mirror.asked) == len(JARS) + 3


def test_a_wrong_checksum_names_the_file_and_both_hashes(tmp_path: Path, jars_dir: Path):
    victim = LOCK.artifacts[2]
    tampered = JARS[victim.artifact].replace(b"jar", b"rat")
    (jars_dir / victim.file_name).write_bytes(tampered)
    with pytest.raises(EngineError) as caught:
        fetch_jars(LOCK, settings(tmp_path, jars_dir=jars_dir))
    for word in (victim.file_name, str(jars_dir), victim.sha256, hashlib.sha256(tampered).hexdigest()):
        assert word in caught.value.problem
    assert "CMDB_ENGINE_JARS" in caught.value.remedy
    assert not list((tmp_path / "cache").rglob(f"{victim.file_name}*"))


def test_an_offline_folder_without_a_jar_names_it(tmp_path: Path, jars_dir: Path):
    (jars_dir / LOCK.artifacts[1].file_name).unlink()
    with pytest.raises(EngineError, match=f"{jars_dir} does not hold {LOCK.artifacts[1].file_name}"):
        fetch_jars(LOCK, settings(tmp_path, jars_dir=jars_dir))


def test_no_network_says_which_variables_help(tmp_path: Path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/maven2"
        with pytest.raises(EngineError, match=r"CMDB_MAVEN_URL.*CMDB_ENGINE_JARS") as caught:
            fetch_jars(LOCK, settings(tmp_path, maven_url=url))
    assert url in caught.value.problem


def test_a_disk_too_small_for_the_jars_is_told_before_anything_is_fetched(tmp_path: Path):
    full = pytest.raises(EngineError, match=r"is full: the engine needs 134 MiB.*\n.*CMDB_CACHE")
    with small_disk(tmp_path / "cache", mebibytes=1), full:
        fetch_jars(read_lock(), settings(tmp_path, maven_url="http://127.0.0.1:1/"))


def test_a_disk_that_fills_up_on_the_way_is_told_as_such(tmp_path: Path):
    full = pytest.raises(EngineError, match=f"The disk that holds {tmp_path} is full")
    with full, disk_errors_explained(tmp_path, 2**20), open("/dev/full", "wb", buffering=0) as device:
        device.write(b"x")
