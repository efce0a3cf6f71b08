"""Dependencies that people declare between any two CIs, beside what is observed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cmdb.errors import Invalid, NotFound
from cmdb.model import verbs
from cmdb.reconcile.edges import EdgeKey
from cmdb.store.driver import Graph, Transaction
from cmdb.store.queries import declared
from cmdb.store.queries.naming import Named
from cmdb.usecases.declaring import Ref
from cmdb.usecases.relation_events import tell_relations
from cmdb.usecases.resolve import resolve_in

Strength = Literal["hard", "soft"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """`source` needs `target`. Hard: the loss passes on; soft: it degrades. Instants in epoch milliseconds."""

    source: Ref
    target: Ref
    strength: Strength
    valid_from: int


def declare_dependency(graph: Graph, source: str, target: str, strength: Strength, by: str, now: int) -> Dependency:
    """Say that one CI needs another; said again with another strength, the former dependency is kept as past.

    Both are named as `resolve` takes them. Raises what it raises, and Invalid for a CI that would need itself.
    """

    def write(tx: Transaction) -> Dependency:
        start, end = resolve_in(tx, source, "source"), resolve_in(tx, target, "target")
        if start.id == end.id:
            raise Invalid("a CI does not depend on itself", "target")
        former, since = declared.standing(tx, start.id, verbs.DEPENDS_ON).get(end.id, (None, now))
        if former != strength:
            if former is not None:
                declared.unrelate(tx, verbs.DEPENDS_ON, start.id, end.id, now)
            declared.relate(tx, verbs.DEPENDS_ON, start.id, end.id, now, by, strength)
            since = now
            key = EdgeKey(verbs.DEPENDS_ON.name, start.id, end.id)
            tell_relations(tx, [key], [key] if former is not None else [], now, now, by=by)
        return Dependency(source=_ref(start), target=_ref(end), strength=strength, valid_from=since)

    return graph.write(write)


def withdraw_dependency(graph: Graph, source: str, target: str, now: int, by: str | None = None) -> None:
    """Say that one CI does not need another any more; raises NotFound where nobody had said so.

    `by`: who says so, for those who follow the events.
    """

    def write(tx: Transaction) -> None:
        start, end = resolve_in(tx, source, "source"), resolve_in(tx, target, "target")
        if end.id not in declared.standing(tx, start.id, verbs.DEPENDS_ON):
            raise NotFound("dependency", f"{start.id} on {end.id}")
        declared.unrelate(tx, verbs.DEPENDS_ON, start.id, end.id, now)
        tell_relations(tx, [], [EdgeKey(verbs.DEPENDS_ON.name, start.id, end.id)], now, now, by=by)

    graph.write(write)


def _ref(named: Named) -> Ref:
    return Ref(named.id, named.type, named.title, named.state)
