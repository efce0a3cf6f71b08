"""Facts of a host that drift, and changes that were approved for them."""

from __future__ import annotations

from typing import Any

from cmdb.store.driver import Graph
from cmdb.usecases.change_steps import decide_change, submit_change
from cmdb.usecases.changes import draft_change
from tests.support.hosts import START, host

HOUR = 60 * 60 * 1000


def read(at: int, number: int = 1, version: str | None = None, **facts: Any) -> dict[str, Any]:
    """What the agent of a host reads; `facts` are attributes of the host, `version` that of the agent."""
    document = host(number, at=at)
    document["items"][0]["attributes"] |= facts
    if version:
        document["source"]["version"] = version
    return document


def approved(graph: Graph, start_at: int, end_at: int, ci: str = "web-1") -> str:
    """The id of a change that was approved for this window."""
    change = draft_change(
        graph,
        {"title": "Patch", "cis": {ci: "degraded"}, "planned_start_at": start_at, "planned_end_at": end_at,
         "backout_plan": "Take the snapshot back"},
        "ann", START,
    )  # fmt: skip
    submit_change(graph, change.id, None, "ann", START)
    return decide_change(graph, change.id, approve=True, by="bob", now=START).id
