"""What a machine is connected to, port by port."""

from __future__ import annotations

from dataclasses import dataclass

from cmdb.errors import NotFound
from cmdb.store.driver import Graph
from cmdb.store.queries import links as queries
from cmdb.store.queries.inventory import find_ci
from cmdb.store.queries.links import MachineLink

__all__ = ["MAX_LINKS", "Links", "MachineLink", "links_of"]

MAX_LINKS = 2_000
"""A chassis has hundreds of ports; hosts behind them may be more."""


@dataclass(frozen=True, slots=True)
class Links:
    """The links of the machine with this id; `is_complete` False: there are more than are listed."""

    id: str
    links: tuple[MachineLink, ...]
    is_complete: bool


def links_of(graph: Graph, ci_id: str, limit: int = MAX_LINKS) -> Links:
    """What is cabled to the ports of the machine that has or had this id, or stands behind them. Raises NotFound."""
    found = find_ci(graph, ci_id)
    if found is None:
        raise NotFound("CI", ci_id)
    links = queries.links_of(graph, found[0].id, limit + 1)
    return Links(found[0].id, tuple(links[:limit]), len(links) <= limit)
