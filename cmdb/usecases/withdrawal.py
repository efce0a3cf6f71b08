"""Letting go of what a source said that has been silent for too long: as if it listed nothing any more.

That is no change in the world: somebody decided not to believe it any longer, and the causes say so.
"""

from __future__ import annotations

from dataclasses import replace

from cmdb.identify.incremental import Change
from cmdb.model.sections import SECTIONS
from cmdb.observation.claims import Claims
from cmdb.reconcile.causes import Retold
from cmdb.reconcile.difference import difference
from cmdb.reconcile.overlay import overlay
from cmdb.store.content_json import encode
from cmdb.store.driver import Graph, Transaction
from cmdb.store.queries import life, partitions, proofs, scopes, sightings
from cmdb.store.queries.evidence import GraphIndex
from cmdb.store.queries.scopes import StoredContent, StoredScope
from cmdb.usecases import far_ends, neighbours
from cmdb.usecases.histories import keep_history
from cmdb.usecases.locking import NeedsLocks, write_locked
from cmdb.usecases.settling import affected_as_decided, write_difference
from cmdb.usecases.standing import Told, before_and_after


def withdraw_scope(graph: Graph, key: str, silent_before: int, now: int) -> bool:
    """End what only this scope says, where it has been silent since before this instant; whether it was. Epoch ms."""
    return write_locked(graph, lambda tx, locks: _withdraw(tx, key, silent_before, now, locks))


def _withdraw(tx: Transaction, key: str, silent_before: int, now: int, locked: frozenset[str]) -> bool:
    scope = life.lock_silent(tx, key, silent_before, now)
    if scope is None:
        return False
    stored = scopes.contents(tx, [key]).get(key) if scope.has_spoken else None
    if stored is None:
        life.withdraw(tx, key, None, now)
        return True
    partitions.lock_identifiers(tx, locked, f"withdrawal {now}")
    index = GraphIndex(tx)
    own = {one.key: one for one in index.sightings([one.key for one in sightings.sightings_of_scope(tx, key)])}
    known_by = proofs.known_by(tx, own)
    result = affected_as_decided(tx, index, [Change(one, one) for _, one in sorted(own.items())])
    claims = _nothing(scope.base, scope.source_instance, stored, now)
    content = replace(overlay(stored.content, claims, release_holds=True), read_at={}, whole={})
    both = before_and_after(tx, result, Told(key, stored.domain, stored.source_kind, own, stored.content, content), now)
    both = replace(both, retold=Retold())
    diff = difference(both.old, both.new)
    if missing := (known_by | index.asked | far_ends.identifiers_of(diff)) - locked:
        raise NeedsLocks(missing)
    why = replace(write_difference(tx, result, diff, both, now, now), otherwise="reconcile")
    keep_history(tx, claims, _as_it_was(key, stored), content, both, diff)
    far_ends.settle_calls(tx, diff, why, known_by, now, now)
    neighbours.settle_links(tx, diff, why, known_by, now, now)
    life.withdraw(tx, key, encode(content), now)
    return True


def _as_it_was(key: str, stored: StoredContent) -> StoredScope:
    return StoredScope(key, stored.effective_at, stored.content.version, stored.content, False, False)


def _nothing(base: str, instance: str, stored: StoredContent, now: int) -> Claims:
    """A document of the scope in which there is nothing any more."""
    return Claims(
        document_id=f"withdrawal-{now}", scope=base, source_kind=stored.source_kind, source_instance=instance,
        source_version=stored.content.version, domain=stored.domain, effective_at=now, received_at=now,
        clock_skew_ms=None, interval_ms=stored.interval_ms, booted_at=None, boot_id=None,
        sections={section.name: "read" for section in SECTIONS}, items={}, connections={}, sights={}, links=(),
        place=(None, None), problems=(), refusals=(),
    )  # fmt: skip
