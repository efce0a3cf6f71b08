"""How values that people set end by themselves, and what the history of a CI tells of those that people set."""

from __future__ import annotations

from dataclasses import replace

from cmdb.model.vocabulary import Value
from cmdb.reconcile.manual import ManualValue
from cmdb.reconcile.projection import Node, Projection
from cmdb.store.driver import Transaction
from cmdb.store.queries import manual_values
from cmdb.usecases.standing import BeforeAndAfter


def node_of(found: Projection, one: ManualValue) -> Node | None:
    """The CI that has the value's anchor now; None where it is not in the projection."""
    return next((node for node in found.nodes.values() if one.anchor in node.births), None)


def settle_expired(tx: Transaction, both: BeforeAndAfter) -> None:
    """Keep that these values have expired; what follows them is written as any other difference."""
    ended = [replace(one, ended_at=one.expires_at, ended_as="expired") for one in both.expired]
    manual_values.end(tx, ended)
    for one in ended:
        before, after = node_of(both.old, one), node_of(both.new, one)
        # Where a merge brought two together, the other one stood.
        if before and after and before.values.get(one.attribute) == one.value:
            keep_change(tx, after.id, one, one.value, after.values.get(one.attribute), one.set_at, one.ended_at or 0)


def keep_change(
    tx: Transaction, ci_id: str, one: ManualValue, old: Value | None, new: Value | None, since: int, at: int
) -> None:
    """Tell that the CI's value became another because of what a person set; nothing where it is the same. Epoch ms."""
    if old is not None and old != new:
        manual_values.note_change(tx, ci_id, one, old, new, since, at, one.ended_by or one.set_by)
