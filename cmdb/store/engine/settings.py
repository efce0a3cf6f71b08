"""What a caller may say about the managed engine."""

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from cmdb.store.engine.errors import EngineError

_MIB_PER_UNIT = {"m": 1, "g": 1024}
# Below this Neo4j 5.26 does not get through its own start.
_LEAST_HEAP_MIB = 256


def default_cache_dir() -> Path:
    """The folder for downloads that all data folders of this user share."""
    home = Path.home()
    return (home / "Library" / "Caches" if sys.platform == "darwin" else home / ".cache") / "cmdb"


@dataclass(frozen=True)
class EngineSettings:
    """How one managed engine runs, and where its jars come from.

    `heap` is Java's spelling: whole mebibytes (`512m`) or gibibytes (`2g`).
    `maven_url` None means Maven Central; `jars_dir` None means that jars are fetched, otherwise
    nothing is; `java_home` None means that Java is looked for.
    """

    data_dir: Path
    cache_dir: Path = field(default_factory=default_cache_dir)
    heap: str = "512m"
    maven_url: str | None = None
    jars_dir: Path | None = None
    java_home: Path | None = None

    @property
    def engine_dir(self) -> Path:
        """The part of the data folder that belongs to the engine."""
        return self.data_dir / "engine"

    @property
    def heap_mib(self) -> int:
        """The heap in MiB; raises EngineError when the setting is not a usable size."""
        size = re.fullmatch(r"(\d{1,6})([mg])", self.heap.strip().lower())
        if size is None or (mib := int(size[1]) * _MIB_PER_UNIT[size[2]]) < _LEAST_HEAP_MIB:
            raise EngineError(
                f"The engine's heap is set to {self.heap!r}, which is not a usable size.",
                f"Set CMDB_ENGINE_HEAP to at least {_LEAST_HEAP_MIB}m, for example 512m or 2g.",
            )
        return mib
