"""What Neo4j's administration program refuses is said in its words, and leaves nothing half-way."""

import stat
from pathlib import Path

import pytest

from cmdb.store.engine import EngineError
from cmdb.store.engine.dump import dump, load
from cmdb.store.engine.home import Home
from tests.support.engine import engine_settings


def test_a_folder_without_a_graph_has_nothing_to_dump(tmp_path: Path):
    with pytest.raises(EngineError, match=rf"There is no graph in {tmp_path}"):
        dump(engine_settings(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.neo4j
def test_what_is_no_dump_is_not_loaded_and_neo4j_says_why(tmp_path: Path):
    def write(file: Path) -> None:
        file.write_bytes(b"no dump at all")

    home = Home(tmp_path / "engine")
    said = r"Neo4j's `database load` ended with exit code \d+\. The last it said:\n  \S"
    with pytest.raises(EngineError, match=said):
        load(engine_settings(tmp_path), write)
    assert not home.dump_dir.exists()
    assert stat.S_IMODE(home.password_file.stat().st_mode) == 0o600


def test_what_cannot_be_written_is_passed_on_before_anything_is_loaded(tmp_path: Path):
    def refuse(_: Path) -> None:
        raise LookupError("damaged")

    with pytest.raises(LookupError, match="damaged"):
        load(engine_settings(tmp_path), refuse)
    assert not Home(tmp_path / "engine").dump_dir.exists()
    assert not Home(tmp_path / "engine").neo4j_dir.exists()
