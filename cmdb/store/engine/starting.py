"""Starts an engine as a child of this process, and waits until it answers."""

import socket
import threading
import time
from contextlib import closing
from pathlib import Path

import neo4j
from neo4j.exceptions import AuthError, DriverError, Neo4jError

from cmdb.store.engine import home as homes
from cmdb.store.engine.errors import EngineError
from cmdb.store.engine.fetch import Progress, fetch_jars
from cmdb.store.engine.files import disk_errors_explained, disk_full, make_private_dir, write_private
from cmdb.store.engine.hold import Hold
from cmdb.store.engine.home import Home
from cmdb.store.engine.java import find_java, java_candidates
from cmdb.store.engine.lock import read_lock
from cmdb.store.engine.running import Engine
from cmdb.store.engine.settings import EngineSettings
from cmdb.tether import Tethered

_START_SECONDS = 120
_LINES_READ = 100
_LINES_SHOWN = 10
# Neo4j 5.26 turns its databases read-only when the disk is full, and then fails on that.
_DISK_FULL_SIGNS = ("No space left on device", "OutOfDiskSpace")

# Netty's buffers and the page cache need these; all are in Neo4j's own default configuration.
_JAVA_OPTIONS = (
    "-XX:+UseSerialGC",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-UsePerfData",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Dlog4j2.disable.jmx=true",
    "-Dfile.encoding=UTF-8",
)


def start(settings: EngineSettings, progress: Progress | None = None) -> Engine:
    """Fetches what is missing, starts the engine of a data folder, and returns when it answers a query.

    Only the main thread may call it: on Linux the engine ends with the thread that started it.
    Raises EngineError.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("start the engine from the main thread: it would end with this one")
    heap_mib = settings.heap_mib
    java = find_java(java_candidates(settings.java_home))
    home = Home(settings.engine_dir)
    with disk_errors_explained(home.engine_dir, homes.LEAST_FREE_BYTES):
        make_private_dir(home.engine_dir)
        hold = Hold.take(home.engine_dir)
        try:
            jars = fetch_jars(read_lock(), settings, progress)
            port = homes.prepare(home, settings, java, jars)
            program = _spawn(home, java, jars, heap_mib, hold)
        except BaseException:
            hold.release()
            raise
        engine = Engine(home, port, program, hold)
        try:
            write_private(home.pid_file, f"{engine.pid}\n")
            _wait_until_it_answers(engine)
            home.paused_file.unlink(missing_ok=True)
        except BaseException:
            engine.stop()
            raise
    return engine


def _spawn(home: Home, java: Path, jars: Path, heap_mib: int, hold: Hold) -> Tethered:
    # A heap that starts small is collected a dozen times while the engine starts.
    command = [
        str(java),
        f"-Xms{min(heap_mib, 256)}m",
        f"-Xmx{heap_mib}m",
        *_JAVA_OPTIONS,
        f"-Djava.io.tmpdir={home.scratch_dir}",
    ]
    command += ["-cp", f"{jars}/*", "org.neo4j.server.CommunityEntryPoint"]
    command += [f"--home-dir={home.neo4j_dir}", f"--config-dir={home.conf_dir}"]
    # Nothing of the starter's environment, which may hold secrets or options for other programs.
    return Tethered.start(command, home.output_file, {"LANG": "C.UTF-8"}, keep=(hold.descriptor,))


def _wait_until_it_answers(engine: Engine) -> None:
    deadline = time.monotonic() + _START_SECONDS
    auth = (engine.user, engine.password_file.read_text().strip())
    while not _listens(engine.port):
        _check_life(engine, deadline)
    with neo4j.GraphDatabase.driver(engine.uri, auth=auth) as driver:
        while True:
            try:
                driver.execute_query("RETURN 1")
            except AuthError as error:
                raise EngineError(
                    f"The engine refuses the password in {engine.password_file}.",
                    "Put back the file that belongs to this data folder; or move the folder away to begin "
                    "with an empty store.",
                ) from error
            except (DriverError, Neo4jError):
                # Bolt listens a moment before the databases are there.
                _check_life(engine, deadline)
            else:
                return


def _listens(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex((homes.LOOPBACK, port)) == 0


def _check_life(engine: Engine, deadline: float) -> None:
    """Pauses for a moment; raises EngineError when the engine has ended or its time is over."""
    time.sleep(0.1)
    code = engine.exit_code()
    if code is None and time.monotonic() < deadline:
        return
    state = f"did not answer within {_START_SECONDS} s" if code is None else f"ended at its start ({code})"
    said = [line for log in engine.logs if log.exists() for line in _last_lines(log)]
    if any(sign in line for line in said for sign in _DISK_FULL_SIGNS):
        raise disk_full(engine.password_file.parent, homes.LEAST_FREE_BYTES)
    words = [line for line in said if not line.startswith("\t")][-_LINES_SHOWN:]
    raise EngineError(
        f"The engine {state}. The last it said:\n" + "\n".join(f"  {line}" for line in words),
        f"The rest is in {' and '.join(map(str, engine.logs))}. CMDB_ENGINE_HEAP sets the engine's memory.",
    )


def _last_lines(log: Path) -> list[str]:
    """About one start, traces of Java's calls included (those begin with a tab)."""
    return log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LINES_READ:]
