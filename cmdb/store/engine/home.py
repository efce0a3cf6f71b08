"""What stands in an engine's folder before it can start: configuration, port and password."""

import contextlib
import random
import secrets
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cmdb.store.engine.errors import EngineError
from cmdb.store.engine.files import disk_full, make_private_dir, write_private
from cmdb.store.engine.settings import EngineSettings

USER = "neo4j"
LOOPBACK = "127.0.0.1"

# Below the ports that systems hand out to outgoing connections (Linux from 32768, macOS and
# Windows from 49152): one of those could hold the port when the engine starts again.
_PORTS = range(17_000, 30_000)
# A new store with its transaction logs takes about half of it.
LEAST_FREE_BYTES = 200 * 2**20


@dataclass(frozen=True)
class Home:
    """The files of one engine, all below `engine_dir`."""

    engine_dir: Path

    @property
    def neo4j_dir(self) -> Path:
        """Neo4j's own home: configuration, data and logs."""
        return self.engine_dir / "neo4j"

    @property
    def conf_dir(self) -> Path:
        """Holds `neo4j.conf`, written anew at every start."""
        return self.neo4j_dir / "conf"

    @property
    def scratch_dir(self) -> Path:
        """Java's folder for temporary files, emptied at every start."""
        return self.engine_dir / "tmp"

    @property
    def output_file(self) -> Path:
        """What the last start has printed: Java's complaints, mostly nothing."""
        return self.engine_dir / "output.log"

    @property
    def log_file(self) -> Path:
        """Neo4j's own log of all starts."""
        return self.neo4j_dir / "logs" / "neo4j.log"

    @property
    def pid_file(self) -> Path:
        """The running engine's process id; absent when it was stopped."""
        return self.engine_dir / "pid"

    @property
    def password_file(self) -> Path:
        """The password of USER, readable by the owner only."""
        return self.engine_dir / "password"

    @property
    def port_file(self) -> Path:
        """The Bolt port; a removed file makes the next start choose another one."""
        return self.engine_dir / "port"

    @property
    def paused_file(self) -> Path:
        """There while the engine is away on purpose, for a dump; the next start removes it."""
        return self.engine_dir / "paused"

    @property
    def dump_dir(self) -> Path:
        """Holds the dump that was made last, until it is taken away."""
        return self.engine_dir / "dump"

    @property
    def has_store(self) -> bool:
        """Whether an engine has started here before."""
        return (self.neo4j_dir / "data" / "databases" / "system").exists()


def prepare(home: Home, settings: EngineSettings, java: Path, jars: Path) -> int:
    """Makes the folder ready for a start and returns the Bolt port. The caller holds the folder.

    Raises EngineError: disk full, port taken, password lost.
    """
    for folder in (home.neo4j_dir, home.conf_dir):
        make_private_dir(folder)
    shutil.rmtree(home.scratch_dir, ignore_errors=True)
    make_private_dir(home.scratch_dir)
    if shutil.disk_usage(home.engine_dir).free < LEAST_FREE_BYTES:
        raise disk_full(home.engine_dir, LEAST_FREE_BYTES)
    port = _port(home)
    write_private(home.conf_dir / "neo4j.conf", configuration(port, settings.heap_mib))
    if not home.password_file.exists():
        if home.has_store:
            raise EngineError(
                f"The engine's password file {home.password_file} is missing, and the store it opens is not.",
                "Put the file back from a backup; or move the folder away to begin with an empty store.",
            )
        write_private(home.password_file, secrets.token_hex(24))
    if not home.has_store:
        _set_first_password(home, java, jars)
    return port


def configuration(port: int, heap_mib: int) -> str:
    """The text of `neo4j.conf`. Memory beside the heap is bounded by it; nothing listens but Bolt on loopback."""
    values = {
        "server.default_listen_address": LOOPBACK,
        "server.bolt.listen_address": f"{LOOPBACK}:{port}",
        "server.bolt.advertised_address": f"{LOOPBACK}:{port}",
        "server.http.enabled": "false",
        "server.https.enabled": "false",
        "server.memory.pagecache.size": f"{heap_mib // 2}m",
        # One transaction fails by its own limit before it starves the others.
        "db.memory.transaction.max": f"{heap_mib * 60 // 100}m",
        "dbms.memory.transaction.total.max": f"{heap_mib * 70 // 100}m",
        "db.transaction.timeout": "120s",
        "db.lock.acquisition.timeout": "60s",
        "db.shutdown_transaction_end_timeout": "5s",
        # Stores are closed by then; without these Bolt sleeps for another 10 s.
        "internal.dbms.bolt.netty_server_shutdown_quiet_period": "0",
        "db.tx_log.rotation.size": "32m",
        "db.tx_log.rotation.retention_policy": "256m size",
        "db.logs.query.enabled": "OFF",
        "dbms.security.allow_csv_import_from_file_urls": "false",
        "dbms.usage_report.enabled": "false",
    }
    return "".join(f"{name}={value}\n" for name, value in values.items())


def admin_tool(java: Path, jars: Path, heap_mib: int = 128) -> list[str]:
    """The command line of Neo4j's administration program, without its arguments; it knows its home by `variables`."""
    options = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"]
    return [str(java), f"-Xmx{heap_mib}m", *options, "-cp", f"{jars}/*", "org.neo4j.cli.AdminTool"]


def variables(home: Home) -> dict[str, str]:
    """The environment of the administration program."""
    return {"NEO4J_HOME": str(home.neo4j_dir), "NEO4J_CONF": str(home.conf_dir)}


def _port(home: Home) -> int:
    if not home.port_file.exists():
        free = (port for port in random.sample(_PORTS, 200) if _is_free(port))
        write_private(home.port_file, str(next(free)))
    text = home.port_file.read_text().strip()
    if not text.isdecimal() or not _is_free(int(text)):
        raise EngineError(
            f"The engine's port {text} on {LOOPBACK} is taken by another program.",
            f"Stop that program, or remove {home.port_file} to let the engine choose another port.",
        )
    return int(text)


def _is_free(port: int) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        # As the engine does: a port in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _set_first_password(home: Home, java: Path, jars: Path) -> None:
    """Through a private file: arguments are seen by every user of the machine."""
    words = home.engine_dir / "first-password"
    write_private(words, f"dbms\nset-initial-password\n{home.password_file.read_text().strip()}\n")
    try:
        answer = subprocess.run(  # noqa: S603 - a list of our own, no shell
            [*admin_tool(java, jars), f"@{words}"],
            env=variables(home),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    finally:
        words.unlink()
    if answer.returncode != 0:
        raise EngineError(
            f"The engine's password could not be set: {(answer.stderr or answer.stdout).strip()[-1000:]}",
            f"Remove {home.engine_dir}, which holds no data yet, and start again.",
        )
