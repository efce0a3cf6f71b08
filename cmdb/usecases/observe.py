"""Taking in an observation document: one document, one transaction, and a receipt that says what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from cmdb.identify.epochs import Epoch, EpochChoice, choose_epoch, find_renewals
from cmdb.identify.evidence import linking_identifiers
from cmdb.identify.incremental import Affected, Change
from cmdb.identify.sighting import Identifier, Sighting, SightingKey
from cmdb.model.types import BY_LABEL
from cmdb.observation.claims import Claims, claims_of, content_hash
from cmdb.observation.document import Document
from cmdb.reconcile.causes import Causes
from cmdb.reconcile.content import Content
from cmdb.reconcile.difference import Difference, difference
from cmdb.reconcile.keys import is_local, scope_node
from cmdb.reconcile.overlay import overlay
from cmdb.reconcile.projection import Projection
from cmdb.store.driver import Graph, Transaction
from cmdb.store.queries import births, scopes, sightings
from cmdb.store.queries.evidence import GraphIndex
from cmdb.store.queries.scopes import StoredScope
from cmdb.usecases.evidence import RULES, address_keys, reading_of, root_of, sightings_of
from cmdb.usecases.far_ends import settle_calls
from cmdb.usecases.hearing import hear
from cmdb.usecases.histories import keep_history
from cmdb.usecases.locking import NeedsLocks, write_locked
from cmdb.usecases.neighbours import identifiers_of, mac_keys, settle_links
from cmdb.usecases.receipts import Receipt, ReceiptItem, items_of
from cmdb.usecases.settling import affected_as_decided, write_difference
from cmdb.usecases.standing import BeforeAndAfter, Told, before_and_after


def observe(graph: Graph, document: Document, received_at: int) -> Receipt:
    """Take the document in. The same one twice changes nothing; different scopes in any order give the same graph.

    `received_at`: epoch ms. Raises Invalid for a document that contradicts itself, TooLarge where one transaction
    cannot hold it, Unavailable where the graph does not answer or others keep changing the same machines.
    """
    claims = claims_of(document, received_at)
    digest = content_hash(claims)
    is_read = any(state != "not_read" for state in claims.sections.values())
    if is_read and (unchanged := scopes.refresh_unchanged(graph, claims, digest)) is not None:
        found = tuple(ReceiptItem(key, ci, "unchanged", "nothing new") for key, ci in sorted(unchanged))
        return Receipt(claims.document_id, "accepted", found, problems=claims.refusals)
    return write_locked(graph, lambda tx, locks: _Ingest(tx, claims, digest, locks).run())


def _independent(claims: Claims) -> set[str]:
    """The keys of the items that are things of their own."""
    return {key for key, item in claims.items.items() if BY_LABEL[item.type].family}


@dataclass
class _Ingest:
    """One document's transaction, step by step: lock, decide, write; docs/architecture.md tells why in this order."""

    tx: Transaction
    claims: Claims
    digest: str
    extra_locks: frozenset[str]
    choice: EpochChoice = field(default_factory=lambda: EpochChoice(0))
    node: str = ""
    macs: tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]] = ({}, {})
    """Before and with this document."""
    before: dict[SightingKey, Sighting] = field(default_factory=dict[SightingKey, Sighting])
    after: dict[SightingKey, Sighting] = field(default_factory=dict[SightingKey, Sighting])

    def run(self) -> Receipt:
        claims = self.claims
        if all(state == "not_read" for state in claims.sections.values()):
            scopes.note_unread(self.tx, claims)
            return Receipt(claims.document_id, "accepted", problems=claims.refusals)
        root = root_of(claims)
        scope = scopes.lock_scope(self.tx, claims, claims.scope, root)
        if scope.is_remembered and (unknown := _independent(claims) - scope.content.items.keys()):
            births.revive(self.tx, claims.scope, unknown, claims.received_at)
            scope = scopes.lock_scope(self.tx, claims, claims.scope, root)
        epochs = scope.epochs
        if root:
            self.choice = choose_epoch([epoch for epoch, _ in epochs], reading_of(claims, root), RULES)
        if self.choice.number is None:
            why = "several things stood under this name, and nothing tells which this is"
            scopes.note_unplaced(self.tx, scope.key, claims, why)
            return Receipt(claims.document_id, "accepted", (ReceiptItem(root or "", None, "held", why),))
        self.node = scope_node(SightingKey(claims.scope, root or "", self.choice.number))
        if self.node != scope.key:
            scope = scopes.lock_scope(self.tx, claims, self.node, root)
        if scope.knows_document:
            return self._duplicate(scope)
        if scope.effective_at is not None and claims.effective_at < scope.effective_at:
            scopes.count_late(self.tx, claims, scope.key)
            return Receipt(claims.document_id, "late", problems=claims.refusals)
        content = overlay(scope.content, claims, scope.release_holds)
        self.before = {one.key: one for one in scope.sightings}
        self.after = {
            one.key: one for one in sightings_of(claims, content, self.choice.number, self.before, scope.effective_at)
        }
        self.macs = self._macs(scope.content), self._macs(content)
        linking = {i for one in (*self.before.values(), *self.after.values()) for i in linking_identifiers(one, RULES)}
        locked = self._locks(content, linking)
        own = self.before | self.after
        index = GraphIndex(self.tx)
        index.lock(locked, linking, own, claims.document_id)
        changes = [Change(self.before.get(key), one) for key, one in sorted(own.items())]
        result = affected_as_decided(self.tx, index, changes)
        if index.asked - locked:
            raise NeedsLocks(index.asked - locked)
        told = Told(self.node, claims.domain, claims.source_kind, own, scope.content, content)
        both = before_and_after(self.tx, result, told, claims.received_at)
        diff = difference(both.old, both.new)
        why = self._write(result, content, diff, both)
        keep_history(self.tx, claims, scope, content, both, diff)
        hear(self.tx, self.node, scope.content, content, claims.effective_at, claims.received_at)
        addresses = self._touched_addresses(both)
        settle_calls(self.tx, diff, why, addresses, claims.effective_at, claims.received_at)
        settle_links(self.tx, diff, why, self._touched_ports(both), claims.effective_at, claims.received_at)
        keys = {key.item: key for key in self.after}
        items = items_of(content, both.new, diff, result.partition, keys, self.node)
        return Receipt(claims.document_id, "accepted", items, self._instructions(epochs), claims.refusals)

    def _instructions(self, epochs: Iterable[tuple[Epoch, Sighting]]) -> tuple[str, ...]:
        """`renew_agent_id` where an older thing lives on beside this one under the same agent's id."""
        if self.claims.source_kind != "agent":
            return ()
        every = {one.key: one for _, one in epochs} | {
            k: one for k, one in self.after.items() if k.item == root_of(self.claims)
        }
        return ("renew_agent_id",) if find_renewals(every.values()) & self.after.keys() else ()

    def _duplicate(self, scope: StoredScope) -> Receipt:
        standing = sightings.standing_of(self.tx, [one.key for one in scope.sightings])
        items = [ReceiptItem(k.item, one.ci, "unchanged", "received before") for k, one in sorted(standing.items())]
        return Receipt(self.claims.document_id, "duplicate", tuple(items), problems=self.claims.refusals)

    def _locks(self, content: Content, linking: Iterable[Identifier]) -> frozenset[str]:
        keys = self.extra_locks | {identifier.key for identifier in linking}
        keys = keys.union(*map(address_keys, (*self.before.values(), *self.after.values())))
        domain = self.claims.domain
        keys |= {f"address:{domain}|{c.address}" for c in content.connections if not is_local(c.address)}
        keys = keys.union(*self.macs[0].values(), *self.macs[1].values())
        return frozenset(keys.union(*(identifiers_of(domain, sight) for sight in content.sights)))

    def _macs(self, content: Content) -> dict[str, frozenset[str]]:
        """Per independent item, the nodes of the hardware addresses of its interfaces."""
        owners = {key for key, item in content.items.items() if BY_LABEL[item.type].family}
        return {owner: mac_keys(content, owner, self.claims.domain) for owner in owners}

    def _write(self, result: Affected, content: Content, diff: Difference, both: BeforeAndAfter) -> Causes:
        claims, node = self.claims, self.node
        scopes.save_scope(self.tx, claims, node, self.choice.number or 0, self.digest, content)
        holds = {
            key: frozenset(i.key for i in linking_identifiers(one, RULES))
            | address_keys(one)
            | self.macs[1].get(key.item, frozenset())
            for key, one in self.after.items()
        }
        sightings.save_sightings(self.tx, node, [(one, holds[key]) for key, one in self.after.items()])
        if (root := root_of(claims)) is not None:
            sightings.save_epoch(self.tx, SightingKey(claims.scope, root, self.choice.number or 0), self.choice)
        sightings.mark_gone(self.tx, self.before.keys() - self.after.keys())
        return write_difference(self.tx, result, diff, both, claims.effective_at, claims.received_at)

    def _touched_addresses(self, both: BeforeAndAfter) -> frozenset[str]:
        """The address nodes at which someone else may answer now: all of them where listeners or addresses changed."""

        def listening(projection: Projection) -> set[tuple[str, tuple[str, ...]]]:
            return {
                (node.id, tuple(listens))
                for node in projection.nodes.values()
                if isinstance(listens := node.values.get("listens"), list)
            }  # fmt: skip

        before = frozenset[str]().union(*map(address_keys, self.before.values()))
        after = frozenset[str]().union(*map(address_keys, self.after.values()))
        return before | after if listening(both.old) != listening(both.new) or before != after else frozenset()

    def _touched_ports(self, both: BeforeAndAfter) -> frozenset[str]:
        """The nodes by which others may know this machine as a neighbour: all of them where its ports changed."""

        def ports(projection: Projection) -> set[tuple[object, ...]]:
            names = ("name", "description", "alias", "if_index", "mac_address")
            return {
                (node.id, *(node.values.get(name) for name in names))
                for node in projection.nodes.values()
                if node.type == "NetworkInterface"
            }

        before, after = (frozenset[str]().union(*macs.values()) for macs in self.macs)
        owners = frozenset[str]().union(*map(address_keys, (*self.before.values(), *self.after.values())))
        changed = before != after or ports(both.old) != ports(both.new)
        return before | after | owners if changed else frozenset()
