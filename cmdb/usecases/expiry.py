"""Values that people set, and that have expired: what sources say stands again, though nothing is told meanwhile."""

from __future__ import annotations

from functools import partial

from cmdb.identify.sighting import SightingKey
from cmdb.reconcile.causes import Causes
from cmdb.reconcile.difference import difference
from cmdb.reconcile.keys import scope_node
from cmdb.store.driver import Graph, Transaction
from cmdb.store.projection import write_nodes_before
from cmdb.store.queries import manual_values as queries
from cmdb.store.queries import partitions, proofs
from cmdb.usecases.events import tell_difference
from cmdb.usecases.far_ends import settle_calls
from cmdb.usecases.locking import NeedsLocks, write_locked
from cmdb.usecases.manual_history import settle_expired
from cmdb.usecases.manual_values import corrected
from cmdb.usecases.neighbours import settle_links
from cmdb.usecases.standing import BeforeAndAfter, as_it_stands

SCOPES = 500
"""How many scopes one run looks at; the next one goes on."""


def settle_expired_values(graph: Graph, now: int) -> str | None:
    """Settle the machines of which values have expired by `now` (epoch ms); how many values, in words."""
    roots = queries.with_expired(graph, now, SCOPES)
    settled = sum(write_locked(graph, partial(_settle, root=root, now=now)) for root in roots)
    return f"{settled:,} values expired" if settled else None


def _settle(tx: Transaction, locked: frozenset[str], root: str, now: int) -> int:
    """How many values of one machine had expired; behind the locks that its documents take."""
    partitions.lock_identifiers(tx, locked, f"expiry {now}")
    members: tuple[SightingKey, ...] = proofs.members_of(tx, root) or ()
    known_by = proofs.known_by(tx, members)
    if missing := known_by - locked:
        raise NeedsLocks(missing)
    stood = queries.standing(tx, {scope_node(key) for key in members})
    expired = tuple(one for one in stood if not one.holds(now))
    if not expired:
        return 0
    sources = as_it_stands(tx, root, members)
    old, new = corrected(sources, stood), corrected(sources, [one for one in stood if one.holds(now)])
    both = BeforeAndAfter(old, new, frozenset(), expired)
    diff = difference(old, new)
    tell_difference(tx, diff, both, now, now)
    write_nodes_before(tx, diff)
    settle_expired(tx, both)
    if diff.changed:
        why = Causes(otherwise="person")
        settle_calls(tx, diff, why, known_by, now, now)
        settle_links(tx, diff, why, known_by, now, now)
    return len(expired)
