"""What a split takes along: each side has the past that its own sightings told of."""

from __future__ import annotations

from cmdb.reconcile.difference import Difference
from cmdb.store.driver import Transaction
from cmdb.store.projection import repoint_claims
from cmdb.store.queries.past_relations import follow
from cmdb.usecases.standing import BeforeAndAfter


def follow_splits(tx: Transaction, diff: Difference, both: BeforeAndAfter) -> None:
    """Let past values and relationships follow the scopes that told of them to the CIs that these now tell of.

    To be called when the difference is written. What was renamed or merged as a whole has its past already. Another
    thing under the same key of a scope, such as the next version of a package, is no split.
    """
    whole = {**diff.renamed, **diff.merged}
    moves = {
        (former, now, scope)
        for (scope, item), was in both.old.ids.items()
        if (now := both.new.ids.get((scope, item))) is not None
        and (former := whole.get(was, was)) != now
        and both.old.nodes[was].births & both.new.nodes[now].births
    }
    if not moves:
        return
    follow(tx, moves)
    repoint_claims(tx, {(birth, now) for _, now, _ in moves for birth in both.new.nodes[now].births})
