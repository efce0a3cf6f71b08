"""A stopped engine's graph as one file in Neo4j's own dump format, and a new engine from such a file."""

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from cmdb.store.engine import home as homes
from cmdb.store.engine.errors import EngineError
from cmdb.store.engine.fetch import Progress, fetch_jars
from cmdb.store.engine.files import disk_errors_explained, make_private_dir
from cmdb.store.engine.hold import Hold
from cmdb.store.engine.home import Home
from cmdb.store.engine.java import find_java, java_candidates
from cmdb.store.engine.lock import read_lock
from cmdb.store.engine.settings import EngineSettings
from cmdb.tether import Tethered

_DATABASE = "neo4j"
# Only asked to end when this program is told to: what it writes is thrown away then.
_PATIENCE_SECONDS = 2
_LINES_SHOWN = 5
_PROGRESS_LINE = re.compile(r"Files: \d+/\d+, data:")


def dump(settings: EngineSettings) -> Path:
    """The dump, in the engine's folder and readable by its owner only; it replaces the one made before.

    The engine must have ended in good order: a store that needs recovery is refused by Neo4j. Only the main thread
    may call it. Raises EngineError.
    """
    home = Home(settings.engine_dir)
    if not home.has_store:
        raise EngineError(f"There is no graph in {settings.data_dir}.", "Name its folder: CMDB_DATA.")
    java = find_java(java_candidates(settings.java_home))
    with disk_errors_explained(home.engine_dir, homes.LEAST_FREE_BYTES):
        hold = Hold.take(home.engine_dir)
        try:
            jars = fetch_jars(read_lock(), settings)
            file = _fresh_dump_file(home)
            command = homes.admin_tool(java, jars, settings.heap_mib)
            _run(home, hold, command, "dump", f"--to-path={file.parent}")
            file.chmod(0o600)
        except BaseException:
            shutil.rmtree(home.dump_dir, ignore_errors=True)
            raise
        finally:
            hold.release()
    return file


def load(settings: EngineSettings, write_dump: Callable[[Path], None], progress: Progress | None = None) -> None:
    """Makes an engine's folder, with a port and a password of its own, and the graph of a dump in it.

    `write_dump` writes the dump into the file it is given. Only the main thread may call it. Raises EngineError.
    """
    home = Home(settings.engine_dir)
    java = find_java(java_candidates(settings.java_home))
    with disk_errors_explained(home.engine_dir, homes.LEAST_FREE_BYTES):
        make_private_dir(home.engine_dir)
        hold = Hold.take(home.engine_dir)
        try:
            file = _fresh_dump_file(home)
            write_dump(file)
            jars = fetch_jars(read_lock(), settings, progress)
            homes.prepare(home, settings, java, jars)
            command = homes.admin_tool(java, jars, settings.heap_mib)
            _run(home, hold, command, "load", f"--from-path={file.parent}", "--overwrite-destination=true")
        finally:
            shutil.rmtree(home.dump_dir, ignore_errors=True)
            hold.release()


def _fresh_dump_file(home: Home) -> Path:
    shutil.rmtree(home.dump_dir, ignore_errors=True)
    make_private_dir(home.dump_dir)
    return home.dump_dir / f"{_DATABASE}.dump"


def _run(home: Home, hold: Hold, command: list[str], verb: str, *options: str) -> None:
    """Runs Neo4j's administration program to its end; the folder counts as in use until it is gone."""
    output = home.engine_dir / "admin.log"
    command = [*command, "database", verb, _DATABASE, *options]
    program = Tethered.start(command, output, homes.variables(home), keep=(hold.descriptor,))
    try:
        while (code := program.exit_code()) is None:
            time.sleep(0.05)
    finally:
        program.stop(_PATIENCE_SECONDS)
    if code != 0:
        said = [line for line in output.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
        words = [line for line in said if not line.startswith("\t") and not _PROGRESS_LINE.match(line)][-_LINES_SHOWN:]
        raise EngineError(
            f"Neo4j's `database {verb}` ended with exit code {code}. The last it said:\n"
            + "\n".join(f"  {line}" for line in words),
            f"All of it is in {output}.",
        )
