"""The database that a measurement runs on: a managed engine of its own, gone afterwards, or one that is named."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cmdb.store.driver import Graph
from cmdb.store.engine import Engine, EngineSettings, start
from cmdb.store.engine.home import Home
from cmdb.store.migrations import migrate
from measure.report import Shown


@dataclass(frozen=True)
class Address:
    """How to reach a database, also from another process."""

    uri: str
    user: str
    password_file: Path

    def connect(self) -> Graph:
        """A connection of its own; close it."""
        return Graph(self.uri, self.user, self.password_file.read_text().strip())


class Server:
    """A database. `pid`: of its engine, None where that is not known."""

    def __init__(self, address: Address, settings: EngineSettings | None = None, engine: Engine | None = None) -> None:
        self.address = address
        self._settings = settings
        self._engine = engine

    @property
    def pid(self) -> int | None:
        """The engine's process; None where it is not managed on this machine."""
        file = self.address.password_file.with_name("pid")
        return int(file.read_text()) if file.exists() else None

    def store_bytes(self) -> int | None:
        """The bytes of the store's files, indexes included, transaction logs not; None for an engine that is named.

        The engine is stopped for that, which writes everything out, and started again: it is cold afterwards.
        """
        if self._engine is None or self._settings is None:
            return None
        self._engine.stop()
        files = (Home(self._settings.engine_dir).neo4j_dir / "data" / "databases" / "neo4j").rglob("*")
        found = sum(file.stat().st_size for file in files if file.is_file())
        self._engine = start(self._settings)
        return found

    def stop(self) -> None:
        """Stop the engine where this started it."""
        if self._engine is not None:
            self._engine.stop()


@contextmanager
def server(shown: Shown) -> Iterator[Server]:
    """An empty, migrated database. The one that CMDB_TEST_GRAPH_URI names is emptied first: name none that matters."""
    if uri := os.environ.get("CMDB_TEST_GRAPH_URI"):
        user = os.environ.get("CMDB_TEST_GRAPH_USER", "neo4j")
        address = Address(uri, user, Path(os.environ["CMDB_TEST_GRAPH_PASSWORD_FILE"]))
        with address.connect() as graph:
            migrate(graph, 0)
            empty(graph)
        yield Server(address)
        return
    jars = os.environ.get("CMDB_ENGINE_JARS")
    with tempfile.TemporaryDirectory(prefix="cmdb-bench-") as folder:
        settings = EngineSettings(
            Path(folder), maven_url=os.environ.get("CMDB_MAVEN_URL"), jars_dir=Path(jars) if jars else None
        )
        shown.say("starting an engine")
        engine = start(settings)
        found = Server(Address(engine.uri, engine.user, engine.password_file), settings, engine)
        try:
            with found.address.connect() as graph:
                migrate(graph, 0)
            yield found
        finally:
            found.stop()


@contextmanager
def database(shown: Shown) -> Iterator[Graph]:
    """A connection to such a database."""
    with server(shown) as found, found.address.connect() as graph:
        yield graph


def empty(graph: Graph) -> None:
    """Remove everything but the schema, a bounded batch at a time."""
    while graph.tell("MATCH ()-[r]->() WITH r LIMIT 20000 DELETE r RETURN count(*) AS n")[0]["n"]:
        pass
    while graph.tell("MATCH (n) WHERE NOT n:Migration WITH n LIMIT 20000 DELETE n RETURN count(*) AS n")[0]["n"]:
        pass


def engine_version(graph: Graph) -> str:
    """The version of Neo4j that answered."""
    return graph.ask("CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' RETURN versions[0] AS v")[
        0
    ]["v"]
