"""Events of relationships between CIs that no single document tells of: derived ones, and those that people declare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from cmdb.model import events as kinds
from cmdb.model import verbs
from cmdb.model.types import CI_TYPES
from cmdb.reconcile.edges import EdgeKey
from cmdb.reconcile.events import Changes, Draft, value_changes
from cmdb.store.driver import Transaction
from cmdb.store.queries.declared import DeclaredCI
from cmdb.store.queries.relation_places import Place, places_of_ends
from cmdb.usecases.events import tell

INDEPENDENT = tuple(one.label for one in CI_TYPES if one.family or one.declared or one.label == "RedundancyGroup")
ONE_SIDED = frozenset({verbs.OWNED_BY.name, verbs.SUPPORTED_BY.name, verbs.PROVIDED_BY.name})
"""Told on the CI at their start alone: to what is responsible, or provides, nothing has happened."""


def tell_relations(
    tx: Transaction,
    began: Iterable[EdgeKey],
    ended: Iterable[EdgeKey],
    at: int,
    recorded_at: int,
    *,
    by: str | None = None,
) -> None:
    """Tell that relationships began and ended, once they are written: one event for the independent CI at each end.

    A group that began or ended with its members is told as such. Instants in epoch ms. `by`: the person who said so.
    """
    moved = [("began", key) for key in sorted(set(began))] + [("ended", key) for key in sorted(set(ended))]
    places = places_of_ends(tx, (end for _, key in moved for end in (key.start, key.end)), INDEPENDENT)
    found: defaultdict[str, Changes] = defaultdict(Changes)
    roots: dict[str, Place] = {}
    for what, key in moved:
        start, end = places.get(key.start), places.get(key.end)
        sides = [(start, end, "out"), (end, start, "in")] if key.verb not in ONE_SIDED else [(start, end, "out")]
        if start and end and start.root == end.root:
            del sides[1:]
        for own, other, direction in sides:
            if own is not None:
                roots[own.root] = own
                name = other.name if other else key.end
                found[own.root].relate(what, key.verb, name, direction)
    drafts = [
        Draft(_kind(root, at), ci, root.type, root.title, details=found[ci].details(with_names=True, by=by))
        for ci, root in sorted(roots.items())
    ]
    tell(tx, drafts, at, recorded_at)


def tell_declared(tx: Transaction, label: str, before: DeclaredCI | None, after: DeclaredCI, by: str, now: int) -> None:
    """Tell what a person made of a declared CI of this type; nothing where it is as it was.

    `before` None: it is new.
    """
    changes = Changes(attributes=value_changes(before.values, after.values) if before else [])
    standing = {(one.verb, one.id): one.title for one in (before.relations if before else ())}
    wanted = {(one.verb, one.id): one.title for one in after.relations}
    for what, those, others in (("began", wanted, standing), ("ended", standing, wanted)):
        for key in sorted(those.keys() - others.keys()):
            changes.relate(what, key[0], those[key], "out")
    kind = kinds.CREATED if before is None else kinds.ENDED if after.state == "retired" else kinds.CHANGED
    if kind is not kinds.CHANGED or changes.details(with_names=True):
        details = changes.details(with_names=True, by=by)
        tell(tx, [Draft(kind.name, after.id, label, after.title, details=details)], now, now)


def _kind(root: Place, at: int) -> str:
    if root.type != "RedundancyGroup" or (root.state != "retired" and root.since != at):
        return kinds.CHANGED.name
    return kinds.ENDED.name if root.state == "retired" else kinds.CREATED.name
