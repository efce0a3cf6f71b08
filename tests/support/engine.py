"""The engine of a test run: one for all tests, in a folder that is gone afterwards."""

import os
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cmdb.store.engine import EngineSettings, start


@dataclass(frozen=True)
class TestEngine:
    """How to reach the graph database that the tests use."""

    __test__ = False  # not a class of tests

    uri: str
    user: str
    password_file: Path

    @property
    def auth(self) -> tuple[str, str]:
        """User and password, as the driver takes them."""
        return self.user, self.password_file.read_text().strip()


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Generator[TestEngine]:
    """A real engine: that of CMDB_TEST_GRAPH_URI, else a managed one for this run."""
    if uri := os.environ.get("CMDB_TEST_GRAPH_URI"):
        if os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1") != "1":
            pytest.fail("CMDB_TEST_GRAPH_URI names one graph, which each test empties: run one process", pytrace=False)
        user = os.environ.get("CMDB_TEST_GRAPH_USER", "neo4j")
        yield TestEngine(uri, user, Path(os.environ["CMDB_TEST_GRAPH_PASSWORD_FILE"]))
        return
    with start(engine_settings(tmp_path_factory.mktemp("engine"))) as running:
        yield TestEngine(running.uri, running.user, running.password_file)


def engine_settings(data_dir: Path) -> EngineSettings:
    """Settings of an engine of its own in `data_dir`, with the jars that all runs of this user share."""
    maven_url, jars_dir = os.environ.get("CMDB_MAVEN_URL"), os.environ.get("CMDB_ENGINE_JARS")
    return EngineSettings(data_dir, maven_url=maven_url, jars_dir=Path(jars_dir) if jars_dir else None)
