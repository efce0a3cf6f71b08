"""What the store reads of a neighbourhood, weighed: how hard each observed call is now."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from cmdb.analyse.neighbourhood import Evidence, Neighbourhood
from cmdb.analyse.strength import Party, Verdict, call_strength, freshness
from cmdb.model import verbs
from cmdb.model.vocabulary import Impact
from cmdb.store.queries.neighbourhood import StoredEdge, StoredNeighbourhood, StoredNode

_STRUCTURE = frozenset(verb.name for verb in (verbs.RUNS_ON, verbs.PART_OF, verbs.STORED_ON, verbs.POWERED_BY))


def weigh(stored: StoredNeighbourhood, at: int) -> Neighbourhood:
    """The neighbourhood as impact sees it at this instant (epoch milliseconds); CIs are called `TITLE on PLACE`.

    A call that was seen since counts, and is not said to have been last seen then.
    """
    nodes, edges = list(stored.nodes.values()), stored.edges
    call = cache(call_strength)  # an estate has many calls between few products
    groups = [node for node in nodes if node.type == "RedundancyGroup"]
    return Neighbourhood.from_columns(
        ids=[node.id for node in nodes],
        types=[node.type for node in nodes],
        names=[f"{node.title} on {node.place}" if node.place else node.title for node in nodes],
        edge_from=[edge.source for edge in edges],
        edge_to=[edge.target for edge in edges],
        verbs=[edge.verb for edge in edges],
        strengths=[_strength(edge, stored.nodes, at, call) for edge in edges],
        evidence=[_evidence(edge) for edge in edges],
        valid_from=[edge.valid_from for edge in edges],
        last_seen_at=[_seen_by(edge.last_seen_at, at) for edge in edges],
        group_ids=[node.id for node in groups],
        group_k=[node.k if node.share is None else None for node in groups],
        group_share=[node.share for node in groups],
        group_modes=[node.mode or "standby" for node in groups],
        frontier=stored.frontier,
    )


def _seen_by(last_seen_at: int | None, at: int) -> int | None:
    return None if last_seen_at is None or last_seen_at > at else last_seen_at


def _evidence(edge: StoredEdge) -> Evidence:
    if edge.verb in _STRUCTURE:
        return "structure"
    return "observed" if edge.key else "declared"


def _strength(edge: StoredEdge, nodes: dict[str, StoredNode], at: int, call: Callable[..., Verdict]) -> str:
    """A call, or a need of a virtual address, is as hard as the rules for observed calls say."""
    if verbs.BY_NAME[edge.verb].impact is Impact.GROUP:
        return "hard"
    if edge.key and edge.last_seen_at is not None:
        port = int(edge.key.rpartition("|")[2])
        declared = "soft" if edge.strength == "soft" else "hard" if edge.strength == "hard" else None
        caller, callee = (_party(nodes[end]) for end in (edge.source, edge.target))
        # Whether a call has faded matters, how far it has not: fewer cases to remember.
        seen_at = at if freshness(edge.last_seen_at, at) > 0 else edge.last_seen_at
        return call(caller, callee, port, seen_at, at, declared).strength
    return edge.strength or "hard"


def _party(node: StoredNode) -> Party:
    return Party(node.product, node.category)
