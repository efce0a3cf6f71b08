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


Interval = tuple[int, int | None]
"""From an instant on, until another one; None: until now. Epoch ms."""


@dataclass(frozen=True, slots=True)
class Listener:
    """A service on a machine that holds the far end's address; `last_seen_at`, `period_ms` are its sighting's.

    `ran`: when the service was on the machine; `reached`: when the machine had the address, empty where it always has.
    """

    service: str
    machine: str
    listens: tuple[str, ...]
    last_seen_at: int
    period_ms: int
    ran: tuple[Interval, ...] = ()
    reached: tuple[Interval, ...] = ()

    def answers_from(self, at: int) -> int:
        """The first instant, not before `at`, at which it can have answered, by what is known of the past."""
        instants = sorted({at, *(start for start, _ in (*self.ran, *self.reached) if start > at)})
        return next((one for one in instants if _holds(self.ran, one) and _holds(self.reached, one)), at)


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
        return Derived({
            EdgeKey(verbs.CALLS.name, user, service, state.key): edge._replace(valid_from=since)
            for user, edge in sorted(users.items())
            for service, since in _services(targets, edge.valid_from).items()
            if user != service
        })  # fmt: skip
    group = birth_id(f"virtual address|{state.key}")
    edges = {
        EdgeKey(verbs.NEEDS.name, user, group, state.key): edge._replace(valid_from=_second(targets, edge.valid_from))
        for user, edge in sorted(users.items())
    }
    first = min((edge.valid_from for edge in users.values()), default=now)
    for service, since in _services(targets, first).items():
        edges[EdgeKey(verbs.ANY_OF.name, group, service, state.key)] = Edge(max(since, _second(targets, first)), "")
    return Derived(edges, group)


def _services(targets: Iterable[Listener], at: int) -> dict[str, int]:
    """The services that answer, sorted, and since when they can have answered who connects since `at`."""
    found: dict[str, int] = {}
    for one in sorted(targets, key=lambda one: one.service):
        found[one.service] = min(one.answers_from(at), found.get(one.service, one.answers_from(at)))
    return found


def _second(targets: Iterable[Listener], at: int) -> int:
    """Since when two machines can have answered who connects since `at`."""
    first: dict[str, int] = {}
    for one in targets:
        first[one.machine] = min(one.answers_from(at), first.get(one.machine, one.answers_from(at)))
    return sorted(first.values())[1]


def _holds(intervals: Iterable[Interval], at: int) -> bool:
    """Whether one of them holds at an instant; none at all holds always."""
    intervals = list(intervals)
    return not intervals or any(start <= at and (end is None or at < end) for start, end in intervals)


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
