from pathlib import Path

import pytest

from cmdb.store.engine import EngineError, EngineSettings
from cmdb.store.engine.home import configuration


@pytest.mark.parametrize(("heap", "mib"), [("512m", 512), ("2G", 2048), (" 300M ", 300)])
def test_a_heap_is_read_in_mebibytes(heap: str, mib: int):
    assert EngineSettings(Path("data"), heap=heap).heap_mib == mib


@pytest.mark.parametrize("heap", ["", "512", "512k", "64m", "lots", "-1g"])
def test_a_heap_that_java_or_the_engine_could_not_use_is_refused(heap: str):
    with pytest.raises(EngineError, match="CMDB_ENGINE_HEAP"):
        _ = EngineSettings(Path("data"), heap=heap).heap_mib


def test_memory_beside_the_heap_grows_with_it_and_stays_below_it():
    lines = configuration(20_000, 1024).splitlines()
    assert "server.memory.pagecache.size=512m" in lines
    assert "db.memory.transaction.max=614m" in lines
    assert "dbms.memory.transaction.total.max=716m" in lines
