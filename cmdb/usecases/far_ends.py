"""Far ends of connections as the graph has them, and the calls that follow from who answers there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from cmdb.model import verbs
from cmdb.reconcile.calls import FarEndState, derive
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
    return frozenset(str(_far_end(key)["identifier"]) for key in _callers(diff))


def settle_calls(
    tx: Transaction, diff: Difference, why: Causes, addresses: frozenset[str], at: int, recorded_at: int
) -> None:
    """Derive anew who calls whom, where connections changed or others may answer at these addresses now. Epoch ms.

    `why`: the causes of the difference.
    """
    ended: dict[EdgeKey, Ending] = {}
    abandoned: set[str | None] = set()
    created: list[tuple[EdgeKey, Edge]] = []
    changed: list[tuple[EdgeKey, Edge]] = []
    for state in _states(tx, diff, addresses, at):
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


def _states(tx: Transaction, diff: Difference, addresses: frozenset[str], at: int) -> Iterator[FarEndState]:
    """What has to be derived anew. Where nothing but its users changed, of these alone: others may be without number.

    That is so where another user's calls are what they would be if they were derived now.
    """
    whole = endpoints.endpoints_at(tx, addresses) if addresses else set[str]()
    callers = _callers(diff)
    whole |= {key for key in callers if key.startswith("local:")}
    some = {key: those for key, those in callers.items() if key not in whole}
    for state, other in endpoints.states_of(tx, some) if some else ():
        if _stands_alone(state, at) and (other is None or _stands(other, at)):
            yield state
        else:
            whole.add(state.key)
    if whole:
        yield from endpoints.far_end_states(tx, whole)


def _stands_alone(state: FarEndState, at: int) -> bool:
    """Whether no group is, or would be, behind it: one has members beside what its users need."""
    return derive(state, at).group is None and all(key.verb != verbs.NEEDS.name for key in state.derived)


def _stands(other: FarEndState, at: int) -> bool:
    wanted = derive(other, at)
    return wanted.group is None and wanted.edges.keys() == other.derived.keys()


def _callers(diff: Difference) -> dict[str, set[str]]:
    """The far ends whose connections changed, each with the services that make those."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    edges = (*diff.ended_edges, *(key for key, _ in diff.created_edges), *(key for key, _ in diff.changed_edges))
    for key in edges:
        if key.verb == verbs.USES.name:
            found[key.end].add(key.start)
    return found


def list_far_ends(graph: Graph, limit: int, after: str = "", resolved: bool | None = None) -> list[FarEnd]:
    """Far ends in use, by key. `resolved` False: where nobody known listens, perhaps for want of an agent."""
    return queries.list_far_ends(graph, limit, after, resolved)


def count_far_ends(graph: Graph) -> tuple[int, int]:
    """How many far ends are in use, and at how many of them nobody known answers."""
    return queries.count_far_ends(graph)
