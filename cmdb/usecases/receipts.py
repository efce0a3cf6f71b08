"""The answer to a document: which CI each item became, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cmdb.identify.outcome import Partition
from cmdb.identify.sighting import SightingKey
from cmdb.model.types import BY_LABEL
from cmdb.observation.relations import Refusal
from cmdb.reconcile.content import Content
from cmdb.reconcile.difference import Difference
from cmdb.reconcile.projection import Projection


@dataclass(frozen=True, slots=True)
class ReceiptItem:
    """What became of one item. `ci_id` None: held back from the graph until someone decides."""

    key: str
    ci_id: str | None
    status: Literal["created", "updated", "unchanged", "held"]
    why: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a document. `items` lists the independent ones and whatever changed; the rest is unchanged."""

    document_id: str
    status: Literal["accepted", "late", "duplicate"]
    items: tuple[ReceiptItem, ...] = ()
    instructions: tuple[str, ...] = ()
    problems: tuple[Refusal, ...] = ()


def items_of(
    content: Content, new: Projection, diff: Difference, partition: Partition, keys: dict[str, SightingKey], node: str
) -> tuple[ReceiptItem, ...]:
    """What became of a scope's items. `keys` are the sightings of its independent ones, by item key."""
    created = {one.id for one in diff.created}
    updated = {one.id for _, one in diff.changed}
    found: list[ReceiptItem] = []
    for item_key, item in content.items.items():
        sighting = keys.get(item_key)
        ci = new.ids.get((node, item_key))
        if ci is None:
            if sighting is not None:
                found.append(ReceiptItem(item_key, None, "held", _why_held(partition, sighting)))
            continue
        status = "created" if ci in created else "updated" if ci in updated else "unchanged"
        if status != "unchanged" or sighting is not None:
            why = _why_it(partition, sighting) if sighting else f"recognised as this {BY_LABEL[item.type].label}"
            found.append(ReceiptItem(item_key, ci, status, why))
    return tuple(found)


def _why_it(partition: Partition, key: SightingKey) -> str:
    proofs = partition.cluster_of()[key].proofs_of(key)
    if not proofs:
        return "nothing else claims to be this"
    others = {member for proof in proofs for member in proof.members} - {key}
    kinds = sorted({identifier.kind for proof in proofs for identifier in proof.identifiers})
    return f"one with {len(others)} other {'sightings' if len(others) > 1 else 'sighting'} by {', '.join(kinds)}"


def _why_held(partition: Partition, key: SightingKey) -> str:
    lost = partition.held.get(key, ())
    if lost:
        return f"what would identify it is set aside: {', '.join(identifier.key for identifier in lost)}"
    return "nothing in it identifies a machine"
