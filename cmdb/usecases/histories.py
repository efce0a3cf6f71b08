"""Values that ended are kept as claims, with the interval in which each held and why it ended."""

from __future__ import annotations

from cmdb.identify.sighting import SightingKey
from cmdb.model.types import BY_LABEL
from cmdb.observation.claims import Claims
from cmdb.reconcile.content import Content, revisions
from cmdb.reconcile.difference import Difference
from cmdb.reconcile.projection import Projection
from cmdb.store.driver import Transaction
from cmdb.store.projection import repoint_claims, save_claims
from cmdb.store.queries.scopes import StoredScope


def keep_history(
    tx: Transaction, claims: Claims, scope: StoredScope, content: Content, new: Projection, diff: Difference
) -> None:
    """Store what the document ended, and let the past follow the sightings where identities changed."""
    if scope.effective_at is not None:
        cause = "world" if scope.source_version == claims.source_version else "observer"
        save_claims(tx, [
            {
                "ci": ci,
                "set": {
                    "sighting": claim_owner(scope.key, content, revision.item), "attribute": revision.attribute,
                    "value": revision.value, "valid_from": revision.valid_from, "valid_to": revision.valid_to,
                    "changed_after": revision.changed_after, "recorded_at": claims.received_at, "cause": cause,
                },
            }
            for revision in revisions(scope.content, content, scope.effective_at, claims.effective_at)
            # What a person holds fast has not changed, whatever sources say meanwhile.
            if (ci := new.ids.get((scope.key, revision.item))) is not None
            and (ci, revision.attribute) not in new.locked
        ])  # fmt: skip
    if diff.renamed or diff.merged or scope.effective_at is not None:
        follow_identities(tx, new, diff)


def follow_identities(tx: Transaction, new: Projection, diff: Difference) -> None:
    """Let past values follow the sightings and births that claimed them to the CIs that these are now."""
    moved = set(diff.renamed.values()) | set(diff.merged.values()) | {node.id for node in diff.created}
    repoint_claims(tx, [(birth, ci) for ci in moved if ci in new.nodes for birth in new.nodes[ci].births])


def claim_owner(node: str, content: Content, item_key: str) -> str:
    """What a claim belongs to: the sighting of an independent thing, the birth of a dependent one."""
    item = content.items[item_key]
    if BY_LABEL[item.type].family is not None:
        base, _, epoch = node.partition("#")
        return SightingKey(base, item_key, int(epoch or 0)).text
    return f"{node}|{item.birth}"
