"""Where the real parts are chosen: what every delivery starts from."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from cmdb.config import Settings
from cmdb.errors import NotFound, Unavailable
from cmdb.store import engine
from cmdb.store.driver import Graph
from cmdb.store.engine import Engine, EngineError, Progress
from cmdb.store.engine.dump import dump, load
from cmdb.store.engine.files import disk_errors_explained, exclusive, make_private_dir, write_private
from cmdb.store.engine.hold import Hold, is_held
from cmdb.store.engine.home import LOOPBACK, USER, Home
from cmdb.store.migrations import Migration, migrate


def wall_clock() -> int:
    """Now, in epoch milliseconds."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True)
class Core:
    """The connected core: a graph, the settings it came from, and a clock. A context manager."""

    graph: Graph
    settings: Settings
    now: Callable[[], int] = wall_clock

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.graph.close()

    def migrate(self) -> list[Migration]:
        """Bring the database to this version; the steps that ran."""
        return migrate(self.graph, self.now())


def connect(settings: Settings) -> Core:
    """The core on the graph that the settings name.

    Raises Unavailable where no graph is named, or the password file cannot be read.
    """
    if settings.graph_uri is None or settings.graph_password_file is None:
        raise Unavailable("no graph is named: run `cmdb up`, or set CMDB_GRAPH_URI and CMDB_GRAPH_PASSWORD_FILE", 60)
    try:
        password = settings.graph_password_file.read_text().strip()
    except OSError as error:
        raise Unavailable(f"the file with the graph's password cannot be read: {error}", 60) from error
    home = Home(settings.data_dir / "engine")
    paused_file = home.paused_file if settings.graph_password_file == home.password_file else None
    graph = Graph(settings.graph_uri, settings.graph_user, password, settings.graph_database, paused_file)
    return Core(graph, settings)


def hold_data(settings: Settings) -> Hold:
    """The right to run on the data folder, made private where it is new; release it at the end.

    Raises Unavailable, naming process and command, where another one runs on it.
    """
    try:
        with disk_errors_explained(settings.data_dir, 0):
            make_private_dir(settings.data_dir)
            return Hold.take(settings.data_dir)
    except EngineError as error:
        raise Unavailable(str(error)) from error


def start_engine(settings: Settings, progress: Progress | None = None) -> Engine:
    """The managed Neo4j of the data folder, running and answering. Call it in the main thread, and stop it at the end.

    `progress` is called with the bytes fetched so far and the bytes of all. Raises Unavailable with what to do.
    """
    try:
        return engine.start(_engine_settings(settings), progress)
    except EngineError as error:
        raise Unavailable(str(error)) from error


@contextmanager
def taking_turns(settings: Settings) -> Generator[None]:
    """Waits while another command makes a backup of the data folder. Raises NotFound where it holds no graph."""
    home = Home(settings.data_dir / "engine")
    if not home.has_store:
        raise NotFound("graph in the folder", str(settings.data_dir))
    with exclusive(home.engine_dir / "backup-lock"):
        yield


def pause_graph(settings: Settings) -> None:
    """From now on, until the managed engine has started again, its graph is refused at once instead of waited for.

    Raises Unavailable where the folder cannot be written.
    """
    home = Home(settings.data_dir / "engine")
    try:
        with disk_errors_explained(home.engine_dir, 0):
            write_private(home.paused_file, "")
    except EngineError as error:
        raise Unavailable(str(error)) from error


def dump_engine(settings: Settings) -> Path:
    """The graph of the stopped engine of the data folder, as a private file that the caller takes away.

    Raises Unavailable with what to do.
    """
    try:
        return dump(_engine_settings(settings))
    except EngineError as error:
        raise Unavailable(str(error)) from error


def load_engine(settings: Settings, write_dump: Callable[[Path], None], progress: Progress | None = None) -> None:
    """Makes a new engine in the data folder from a dump, which `write_dump` puts into the file that it is given.

    Raises Unavailable with what to do.
    """
    try:
        load(_engine_settings(settings), write_dump, progress)
    except EngineError as error:
        raise Unavailable(str(error)) from error


def _engine_settings(settings: Settings) -> engine.EngineSettings:
    return engine.EngineSettings(
        settings.data_dir,
        cache_dir=settings.cache_dir,
        heap=settings.engine_heap,
        maven_url=settings.maven_url,
        jars_dir=settings.engine_jars,
        java_home=settings.java_home,
    )


def on_known_engine(settings: Settings) -> Settings | None:
    """These settings, with the engine of the data folder as their graph, whether it runs now or not.

    None where the folder has had no engine yet.
    """
    home = Home(settings.data_dir / "engine")
    try:
        port = int(home.port_file.read_text())
    except (OSError, ValueError):
        return None
    uri = f"bolt://{LOOPBACK}:{port}"
    return replace(settings, graph_uri=uri, graph_user=USER, graph_password_file=home.password_file)


def on_running_engine(settings: Settings) -> Settings:
    """These settings, with the engine that runs in the data folder as their graph; a graph that they name stays.

    Raises Unavailable where none runs.
    """
    if settings.graph_uri is not None:
        return settings
    home = Home(settings.data_dir / "engine")
    known = on_known_engine(settings)
    # One that was killed leaves the file, and a process of its number until somebody takes note; the hold is gone.
    if known is None or not home.pid_file.exists() or not is_held(home.engine_dir):
        raise Unavailable(
            f"no engine runs in {settings.data_dir}: start `cmdb up`, or name a graph with CMDB_GRAPH_URI", 60
        )
    return known


def on_engine(settings: Settings, running: Engine) -> Settings:
    """These settings, with the running engine as their graph."""
    return replace(
        settings, graph_uri=running.uri, graph_user=running.user, graph_password_file=running.password_file
    )  # fmt: skip
