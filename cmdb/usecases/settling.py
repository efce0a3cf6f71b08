"""Writing what a new partition means for the graph: the same steps whether a document or a person brought it about."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cmdb.identify.incremental import Affected, Change, affected
from cmdb.identify.sighting import Decisions, SightingKey
from cmdb.reconcile.causes import Causes, causes
from cmdb.reconcile.difference import Difference
from cmdb.store.driver import Transaction
from cmdb.store.projection import end_edges, write_edges_after, write_nodes_before
from cmdb.store.queries import partitions
from cmdb.store.queries.decisions import Decision, in_force, in_force_about
from cmdb.store.queries.evidence import GraphIndex
from cmdb.usecases.events import tell_difference
from cmdb.usecases.evidence import RULES
from cmdb.usecases.far_ends import merge_far_ends
from cmdb.usecases.manual_history import settle_expired
from cmdb.usecases.neighbours import merge_neighbours
from cmdb.usecases.splits import follow_splits
from cmdb.usecases.standing import BeforeAndAfter
from cmdb.usecases.succession import settle_successions


def write_difference(
    tx: Transaction, result: Affected, diff: Difference, both: BeforeAndAfter, at: int, recorded_at: int
) -> Causes:
    """Write the difference, and point the sightings at their CIs; all that is touched is locked. Epoch ms.

    Returns why its relationships began and ended.
    """
    why = causes(diff, both.old, both.new, both.own, both.retold)
    merge_far_ends(tx, diff)
    merge_neighbours(tx, diff, both.new)
    tell_difference(tx, diff, both, at, recorded_at)
    end_edges(tx, why.ended, at, recorded_at)
    write_nodes_before(tx, diff)
    partitions.save_partition(tx, result.partition, result.keys, both.stale)
    write_edges_after(tx, diff, why.begun, at, recorded_at)
    follow_splits(tx, diff, both)
    settle_expired(tx, both)
    settle_successions(tx, result, at, recorded_at, stood=both.stood_in_succession)
    return why


def affected_as_decided(tx: Transaction, index: GraphIndex, changes: Sequence[Change]) -> Affected:
    """What these changes touch, under what people decided about the sightings that are met on the way.

    To be read behind the locks. What was decided about any other sighting would change nothing.
    """
    known: dict[str, Decision] = {}
    asked: frozenset[SightingKey] = frozenset()
    while True:
        result = affected(index, changes, decisions_of(known.values()), RULES)
        if index.decided <= asked:
            return result
        known |= {one.id: one for one in in_force_about(tx, index.decided - asked)}
        asked |= index.decided


def standing_decisions(tx: Transaction) -> Decisions:
    """What people decided and nobody undid; to be read behind the locks."""
    return decisions_of(in_force(tx))


def decisions_of(found: Collection[Decision]) -> Decisions:
    """Decisions as the partition takes them."""
    return Decisions(
        must=frozenset(pair for one in found if one.kind == "join" for pair in one.pairs),
        cannot=frozenset(pair for one in found if one.kind == "separate" for pair in one.pairs),
        disavowed=frozenset(claim for one in found for claim in one.disavowed),
    )
