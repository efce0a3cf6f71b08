"""What a decision of a person changes: the same recomputing and writing as for a document, without one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cmdb.identify.incremental import Affected, Change, affected
from cmdb.identify.sighting import Decisions, SightingKey
from cmdb.model import verbs
from cmdb.reconcile.difference import Difference, difference
from cmdb.store.driver import Transaction
from cmdb.store.queries import partitions, proofs, sightings
from cmdb.store.queries.evidence import GraphIndex
from cmdb.store.queries.sightings import Standing
from cmdb.usecases import far_ends, neighbours
from cmdb.usecases.evidence import RULES
from cmdb.usecases.histories import follow_identities
from cmdb.usecases.locking import NeedsLocks
from cmdb.usecases.settling import write_difference
from cmdb.usecases.standing import BeforeAndAfter, before_and_after


@dataclass(frozen=True, slots=True)
class Repartition:
    """What becomes of the sightings that a decision can touch.

    `before`: how they stood; `was_aside`: the keys of the identifiers that were set aside. `known_by`: the identifier
    nodes by which others meet them; `rests_on`: all that nobody else may change meanwhile, these included.
    """

    before: Mapping[SightingKey, Standing]
    was_aside: frozenset[str]
    result: Affected
    both: BeforeAndAfter
    diff: Difference
    known_by: frozenset[str]
    rests_on: frozenset[str]


def repartition(tx: Transaction, decisions: Decisions, former: Decisions) -> Repartition:
    """What replacing the decisions in force changes; reads alone, so that it can be shown first."""
    index = GraphIndex(tx)
    stood = sightings.standing_of(tx, decisions.keys_that_differ(former))
    changes = [Change(one.sighting, one.sighting) for _, one in sorted(stood.items())]
    result = affected(index, changes, decisions, RULES, former)
    both = before_and_after(tx, result)
    diff = difference(both.old, both.new)
    known_by = proofs.known_by(tx, result.keys)
    return Repartition(
        before=sightings.standing_of(tx, result.keys),
        was_aside=frozenset(
            one.key for one in partitions.statuses(tx, sorted(one.key for one in result.partition.examined))
        ),
        result=result,
        both=both,
        diff=diff,
        known_by=known_by,
        rests_on=known_by | index.asked | far_ends.identifiers_of(diff) | _neighbours(both, diff),
    )


def apply(tx: Transaction, found: Repartition, locked: frozenset[str], at: int) -> None:
    """Write it, with all it rests on `locked` before it was computed; raises NeedsLocks where that was not all."""
    if missing := found.rests_on - locked:
        raise NeedsLocks(missing)
    why = write_difference(tx, found.result, found.diff, found.both, at, at)
    follow_identities(tx, found.both.new, found.diff)
    far_ends.settle_calls(tx, found.diff, why, found.known_by, at, at)
    neighbours.settle_links(tx, found.diff, why, found.known_by, at, at)


def lock(tx: Transaction, keys: frozenset[str], by: str, at: int) -> None:
    """Lock identifier nodes until the transaction ends."""
    partitions.lock_identifiers(tx, keys, f"{by} {at}")


def _neighbours(both: BeforeAndAfter, diff: Difference) -> frozenset[str]:
    """The identifier nodes of the neighbours that sights of these machines name."""
    found = frozenset[str]()
    for key, _ in diff.created_edges:
        if key.verb == verbs.SEES.name:
            found |= neighbours.identifiers_of(key.end.rsplit("|", 2)[0], both.new.sights[key.end])
    return found
