"""Values that ended are kept as claims, with the interval in which each held and why it ended."""

from __future__ import annotations

from cmdb.identify.sighting import SightingKey
from cmdb.model.types import BY_LABEL
from cmdb.observation.claims import Claims
from cmdb.reconcile.content import Content, ContentItem
from cmdb.reconcile.difference import Difference
from cmdb.reconcile.projection import Projection
from cmdb.reconcile.revisions import Revision, endings, revisions
from cmdb.store.driver import Row, Transaction
from cmdb.store.projection import repoint_claims, save_claims
from cmdb.store.queries.scopes import StoredScope
from cmdb.usecases.standing import BeforeAndAfter

ENDED = "ended"
"""The cause of claims that are told as of an instant only, since no value of a CI changed: those that end with the
thing itself (one that comes back with other values has its former ones), and what a person's word stood before."""


def keep_history(
    tx: Transaction, claims: Claims, scope: StoredScope, content: Content, both: BeforeAndAfter, diff: Difference
) -> None:
    """Store what the document ended, and let the past follow the sightings where identities changed."""
    new = both.new
    if scope.effective_at is not None:
        ended = [
            _claim(
                ci,
                claim_owner(scope.key, revision.item, content.items[revision.item]),
                revision,
                claims.received_at,
                # What a person holds fast has not changed, whatever sources say meanwhile: that is their own history.
                ENDED if (ci, revision.attribute) in new.locked else revision.cause,
            )
            for revision in revisions(scope.content, content, claims.effective_at)
            if (ci := new.ids.get((scope.key, revision.item))) is not None
        ]
        moved, items = {**diff.renamed, **diff.merged}, scope.content.items
        ended += [
            _claim(
                moved.get(ci, ci), claim_owner(scope.key, last.item, items[last.item]), last, claims.received_at, ENDED
            )
            for last in endings(scope.content, content, claims.effective_at)
            if (ci := both.old.ids.get((scope.key, last.item))) is not None
        ]
        save_claims(tx, ended)
    if diff.renamed or diff.merged or scope.effective_at is not None:
        follow_identities(tx, new, diff)


def _claim(ci: str, owner: str, revision: Revision, recorded_at: int, cause: str) -> Row:
    return {
        "ci": ci,
        "set": {
            "sighting": owner, "attribute": revision.attribute, "value": revision.value,
            "valid_from": revision.valid_from, "valid_to": revision.valid_to, "changed_after": revision.changed_after,
            "recorded_at": recorded_at, "cause": cause,
        },
    }  # fmt: skip


def follow_identities(tx: Transaction, new: Projection, diff: Difference) -> None:
    """Let past values follow the sightings and births that claimed them to the CIs that these are now."""
    moved = set(diff.renamed.values()) | set(diff.merged.values()) | {node.id for node in diff.created}
    repoint_claims(tx, [(birth, ci) for ci in moved if ci in new.nodes for birth in new.nodes[ci].births])


def claim_owner(node: str, item_key: str, item: ContentItem) -> str:
    """What a claim belongs to: the sighting of an independent thing, the birth of a dependent one."""
    if BY_LABEL[item.type].family is not None:
        base, _, epoch = node.partition("#")
        return SightingKey(base, item_key, int(epoch or 0)).text
    return f"{node}|{item.birth}"
