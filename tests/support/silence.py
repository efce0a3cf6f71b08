"""Somebody who listens for sources, as a serving process does: time passes, and what nobody hears falls silent."""

from __future__ import annotations

from cmdb.config import Keeping
from cmdb.model.sources import MINUTE_MS
from cmdb.store.driver import Graph
from cmdb.usecases.life import move_states


def listen(graph: Graph, start: int, end: int, keeping: Keeping | None = None) -> list[str]:
    """What was done by somebody who looked every five minutes, and at the end. Epoch ms."""
    steps = [*range(start, end, 5 * MINUTE_MS), end]
    return [told for at in steps if (told := move_states(graph, at, keeping or Keeping()))]
