"""The database that a measurement runs on: a managed engine of its own, gone afterwards, or one that is named."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cmdb.store.driver import Graph
from cmdb.store.engine import EngineSettings, start
from cmdb.store.migrations import migrate
from measure.report import Shown


@contextmanager
def database(shown: Shown) -> Iterator[Graph]:
    """An empty, migrated graph. The one that CMDB_TEST_GRAPH_URI names is emptied first: name none that matters."""
    if uri := os.environ.get("CMDB_TEST_GRAPH_URI"):
        user = os.environ.get("CMDB_TEST_GRAPH_USER", "neo4j")
        password = Path(os.environ["CMDB_TEST_GRAPH_PASSWORD_FILE"]).read_text().strip()
        with Graph(uri, user, password) as graph:
            migrate(graph, 0)
            empty(graph)
            yield graph
        return
    jars = os.environ.get("CMDB_ENGINE_JARS")
    with tempfile.TemporaryDirectory(prefix="cmdb-bench-") as folder:
        settings = EngineSettings(
            Path(folder), maven_url=os.environ.get("CMDB_MAVEN_URL"), jars_dir=Path(jars) if jars else None
        )
        shown.say("starting an engine")
        with (
            start(settings) as engine,
            Graph(engine.uri, engine.user, engine.password_file.read_text().strip()) as graph,
        ):
            migrate(graph, 0)
            yield graph


def empty(graph: Graph) -> None:
    """Remove everything but the schema, a bounded batch at a time."""
    while graph.tell("MATCH (n) WHERE NOT n:Migration WITH n LIMIT 5000 DETACH DELETE n RETURN count(*) AS n")[0]["n"]:
        pass


def engine_version(graph: Graph) -> str:
    """The version of Neo4j that answered."""
    return graph.ask("CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' RETURN versions[0] AS v")[
        0
    ]["v"]
