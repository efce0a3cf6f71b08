"""What happened to one CI, newest first."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cmdb.store.driver import Graph
from cmdb.store.queries.history import Event, events
from cmdb.usecases.relations import BY_TYPE
from cmdb.usecases.show import standing_of

__all__ = ["Event", "Past", "past_of"]


@dataclass(frozen=True, slots=True)
class Past:
    """A page of events of the CI with this id."""

    id: str
    events: list[Event]


def past_of(graph: Graph, ci_id: str, limit: int, after: tuple[int, str] | None = None) -> Past:
    """What happened to the CI that has or had this id; each value that ended with the one that followed it.

    Relationships that came with the CI itself are left out. `after`: instant and tie of the last event known.
    Raises NotFound.
    """
    found = standing_of(graph, ci_id)
    current = {one.owner: one.item.values for one in found.said}
    told = [
        replace(one, next_value=current.get(one.owner or "", {}).get(one.attribute or ""))
        if one.kind == "value" and one.next_value is None
        else one
        for one in events(graph, found.ci.id, sorted(BY_TYPE), limit, after)
    ]
    return Past(found.ci.id, told)
