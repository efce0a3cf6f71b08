"""Where the real parts are chosen: what every delivery starts from."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from cmdb.config import Settings
from cmdb.errors import Unavailable
from cmdb.store.driver import Graph
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
    return Core(Graph(settings.graph_uri, settings.graph_user, password, settings.graph_database), settings)
