"""Who calls whom: far ends of connections resolved to the services that listen there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cmdb.model import verbs
from cmdb.model.sources import STALE_PERIODS
from cmdb.reconcile.edges import Edge, EdgeKey
from cmdb.reconcile.keys import birth_id
from cmdb.reconcile.matching import covers
from cmdb.reconcile.projection import Projection


@dataclass(frozen=True, slots=True)
class Use:
    """A service's connections to one far end."""

    service: str
    edge: Edge


@dataclass(frozen=True, slots=True)
class Listener:
    """A service on a machine that holds the far end's address; `last_seen_at`, `period_ms` are its sighting's."""

    service: str
    machine: str
    listens: tuple[str, ...]
    last_seen_at: int
    period_ms: int


@dataclass(frozen=True, slots=True)
class FarEndState:
    """One far end as it stands: who uses it, who could answer, and the relationships derived from it so far."""

    key: str
    protocol: str
    address: str
    port: int
    uses: tuple[Use, ...]
    listeners: tuple[Listener, ...]
    derived: dict[EdgeKey, Edge]


@dataclass(frozen=True, slots=True)
class Derived:
    """What should be derived from a far end. `group` is the id of a virtual address's group, None without one."""

    edges: dict[EdgeKey, Edge]
    group: str | None = None


def derive(state: FarEndState, now: int) -> Derived:
    """The calls a far end stands for.

    One machine answers: a CALLS from each user. Several fresh ones hold the address at once: a virtual address, so
    each user NEEDS a group of which any one will do. Nobody answers: a call stays on the far end it had, since a
    crashed service is what its callers are about to suffer from.
    """
    answering = [
        listener
        for listener in state.listeners
        if any(covers(listens, state.protocol, state.address, state.port) for listens in listener.listens)
    ]
    targets = _current(answering, now)
    told = Projection()
    for use in state.uses:
        told.add(EdgeKey(verbs.USES.name, use.service, state.key), use.edge)
    users = {key.start: edge for key, edge in told.edges.items()}
    if not targets:
        return Derived({key: edge for key, edge in state.derived.items() if key.start in users or _is_member(key)})
    if len({listener.machine for listener in targets}) == 1:
        services = sorted({listener.service for listener in targets})
        return Derived({
            EdgeKey(verbs.CALLS.name, user, service, state.key): edge
            for user, edge in sorted(users.items())
            for service in services
            if user != service
        })  # fmt: skip
    group = birth_id(f"virtual address|{state.key}")
    edges = {EdgeKey(verbs.NEEDS.name, user, group, state.key): edge for user, edge in sorted(users.items())}
    since = min((edge.valid_from for edge in users.values()), default=now)
    for service in sorted({listener.service for listener in targets}):
        edges[EdgeKey(verbs.ANY_OF.name, group, service, state.key)] = Edge(since, "")
    return Derived(edges, group)


def _is_member(key: EdgeKey) -> bool:
    return key.verb == verbs.ANY_OF.name


def _current(listeners: Iterable[Listener], now: int) -> list[Listener]:
    """Those whose machine still reports; where none does, those of the machine seen last."""
    listeners = list(listeners)
    fresh = [one for one in listeners if now - one.last_seen_at <= STALE_PERIODS * one.period_ms]
    if fresh or not listeners:
        return fresh
    newest = max(listeners, key=lambda one: (one.last_seen_at, one.machine)).machine
    return [one for one in listeners if one.machine == newest]
