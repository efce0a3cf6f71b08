"""Far ends of connections as the graph has them, and the calls that follow from who answers there."""

from __future__ import annotations

from cmdb.model import verbs
from cmdb.reconcile.calls import derive
from cmdb.reconcile.causes import Causes, Ending
from cmdb.reconcile.difference import Difference
from cmdb.reconcile.edges import Edge, EdgeKey
from cmdb.reconcile.revisions import Cause
from cmdb.store.driver import Graph, Row, Transaction
from cmdb.store.projection import create_edges, end_cis, end_edges, refresh_edges, upsert_group
from cmdb.store.queries import endpoints
from cmdb.store.queries import far_ends as queries
from cmdb.store.queries.far_ends import FarEnd
from cmdb.usecases.relation_events import tell_relations


def merge_far_ends(tx: Transaction, diff: Difference) -> None:
    """Make the far ends that new connections need; their identifier nodes are locked."""
    endpoints.merge_endpoints(
        tx, {key.end: _far_end(key.end) for key, _ in diff.created_edges if key.verb == verbs.USES.name}.values()
    )


def _far_end(key: str) -> Row:
    domain, protocol, address, port = key.rsplit("|", 3)
    identifier = domain if domain.startswith("local:") else f"address:{domain}|{address}"
    return {
        "key": key, "domain": domain, "protocol": protocol, "address": address, "port": int(port),
        "identifier": identifier,
    }  # fmt: skip


def identifiers_of(diff: Difference) -> frozenset[str]:
    """The identifier nodes of the far ends whose connections a difference changes."""
    return frozenset(str(_far_end(key)["identifier"]) for key in _used(diff))


def settle_calls(
    tx: Transaction, diff: Difference, why: Causes, addresses: frozenset[str], at: int, recorded_at: int
) -> None:
    """Derive anew who calls whom, where connections changed or others may answer at these addresses now. Epoch ms.

    `why`: the causes of the difference.
    """
    keys = _used(diff)
    if addresses:
        keys |= endpoints.endpoints_at(tx, addresses)
    ended: dict[EdgeKey, Ending] = {}
    abandoned: set[str | None] = set()
    created: list[tuple[EdgeKey, Edge]] = []
    changed: list[tuple[EdgeKey, Edge]] = []
    for state in endpoints.far_end_states(tx, keys) if keys else ():
        wanted = derive(state, at)
        if wanted.group:
            upsert_group(tx, wanted.group, f"{state.address}:{state.port}", at)
        ended |= {
            key: Ending(edge.last_seen_at, why.otherwise)
            for key, edge in state.derived.items()
            if key not in wanted.edges
        }
        abandoned |= {key.start for key in state.derived if key.verb == verbs.ANY_OF.name} - {wanted.group}
        created += [(key, edge) for key, edge in wanted.edges.items() if key not in state.derived]
        changed += [
            (key, edge)
            for key, edge in wanted.edges.items()
            if key in state.derived and state.derived[key]._replace(scope=edge.scope) != edge
        ]
    end_cis(tx, {group for group in abandoned if group}, at)
    end_edges(tx, ended, at, recorded_at)
    begun: dict[EdgeKey, Cause] = {key: why.otherwise for key, _ in created}
    create_edges(tx, sorted(created, key=lambda item: item[0]), begun, recorded_at)
    refresh_edges(tx, sorted(changed, key=lambda item: item[0]))
    tell_relations(tx, begun, ended, at, recorded_at)


def _used(diff: Difference) -> set[str]:
    edges = (*diff.ended_edges, *(key for key, _ in diff.created_edges), *(key for key, _ in diff.changed_edges))
    return {key.end for key in edges if key.verb == verbs.USES.name}


def list_far_ends(graph: Graph, limit: int, after: str = "", resolved: bool | None = None) -> list[FarEnd]:
    """Far ends in use, by key. `resolved` False: where nobody known listens, perhaps for want of an agent."""
    return queries.list_far_ends(graph, limit, after, resolved)


def count_far_ends(graph: Graph) -> tuple[int, int]:
    """How many far ends are in use, and at how many of them nobody known answers."""
    return queries.count_far_ends(graph)
