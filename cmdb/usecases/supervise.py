"""What whoever runs everything on one machine wants to know: whether that machine has reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cmdb.store.driver import Graph
from cmdb.store.queries import first_report


@dataclass(frozen=True, slots=True)
class Reported:
    """A machine as its agent reported it. `service_id` None: no service runs on it."""

    id: str
    title: str
    numbers: Mapping[str, int]
    service_id: str | None
    service_title: str | None


def reported(graph: Graph, agent_id: str) -> Reported | None:
    """The machine of this agent, with how many things of each type are on it; None: it has not reported yet.

    The service is the one that most others call.
    """
    found = first_report.report_of(graph, agent_id)
    if found is None:
        return None
    return Reported(found["id"], found["title"], dict(found["numbers"]), found["busiest"], found["busiest_title"])
