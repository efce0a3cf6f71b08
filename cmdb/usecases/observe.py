"""Taking in an observation document: one document, one transaction, and a receipt that says what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from cmdb.errors import Unavailable
from cmdb.identify.epochs import Epoch, EpochChoice, choose_epoch, find_renewals
from cmdb.identify.evidence import linking_identifiers
from cmdb.identify.incremental import Affected, Change, affected
from cmdb.identify.sighting import Decisions, Sighting, SightingKey
from cmdb.model.sources import SOURCE_KINDS, STALE_PERIODS
from cmdb.model.types import BY_LABEL
from cmdb.observation.claims import Claims, Refusal, claims_of, content_hash
from cmdb.observation.document import Document
from cmdb.reconcile.content import Content, overlay
from cmdb.reconcile.difference import Difference, difference
from cmdb.reconcile.projection import Member, Memo, Projection, is_local, project, scope_node
from cmdb.store.driver import Graph, Transaction
from cmdb.store.projection import write_edges_after, write_nodes_before
from cmdb.store.queries import scopes, sightings
from cmdb.usecases.evidence import RULES, address_keys, reading_of, root_of, sightings_of
from cmdb.usecases.far_ends import merge_far_ends, settle_calls
from cmdb.usecases.histories import keep_history

MAX_ROUNDS = 8


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


class _NeedsLocks(Exception):
    """The evidence reaches identifiers that are not locked yet: the transaction starts again with these too."""

    def __init__(self, keys: Iterable[str]) -> None:
        super().__init__("more identifiers to lock")
        self.keys = frozenset(keys)


def observe(graph: Graph, document: Document, received_at: int) -> Receipt:
    """Take the document in. The same one twice changes nothing; different scopes in any order give the same graph.

    `received_at`: epoch ms. Raises Invalid for a document that contradicts itself, TooLarge where one transaction
    cannot hold it, Unavailable where the graph does not answer or others keep changing the same machines.
    """
    claims = claims_of(document, received_at)
    digest = content_hash(claims)
    locks: frozenset[str] = frozenset()
    for _ in range(MAX_ROUNDS):
        try:
            return graph.write(lambda tx, held=locks: _Ingest(tx, claims, digest, held).run())
        except _NeedsLocks as more:
            locks |= more.keys
    raise Unavailable("the machines this document is about keep changing: send it again")


@dataclass
class _Ingest:
    """One document's transaction, step by step; see graph.md in the documentation for the order and its reasons."""

    tx: Transaction
    claims: Claims
    digest: str
    extra_locks: frozenset[str]
    choice: EpochChoice = field(default_factory=lambda: EpochChoice(0))
    node: str = ""
    before: dict[SightingKey, Sighting] = field(default_factory=dict[SightingKey, Sighting])
    after: dict[SightingKey, Sighting] = field(default_factory=dict[SightingKey, Sighting])

    def run(self) -> Receipt:
        claims = self.claims
        unchanged = scopes.refresh_unchanged(self.tx, claims, claims.scope, self.digest)
        if unchanged is not None:
            found = tuple(ReceiptItem(key, ci, "unchanged", "nothing new") for key, ci in sorted(unchanged))
            return Receipt(claims.document_id, "accepted", found, problems=claims.refusals)
        scope = scopes.lock_scope(self.tx, claims, claims.scope)
        root = root_of(claims)
        epochs = sightings.epochs_of(self.tx, claims.scope, root) if root else []
        if root:
            self.choice = choose_epoch([epoch for epoch, _ in epochs], reading_of(claims, root), RULES)
        if self.choice.number is None:
            why = "several things stood under this name, and nothing tells which this is"
            return Receipt(claims.document_id, "accepted", (ReceiptItem(root or "", None, "held", why),))
        self.node = scope_node(SightingKey(claims.scope, root or "", self.choice.number))
        if self.node != scope.key:
            scope = scopes.lock_scope(self.tx, claims, self.node)
        if scope.knows_document:
            return self._duplicate()
        if scope.effective_at is not None and claims.effective_at < scope.effective_at:
            scopes.count_late(self.tx, claims, scope.key)
            return Receipt(claims.document_id, "late", problems=claims.refusals)
        content = overlay(scope.content, claims, scope.effective_at, scope.release_holds)
        self.before = {one.key: one for one in sightings.sightings_of_scope(self.tx, self.node)}
        self.after = {
            one.key: one for one in sightings_of(claims, content, self.choice.number, self.before, scope.effective_at)
        }
        locked = self._locks(content)
        sightings.lock_identifiers(self.tx, locked, claims.document_id)
        index = sightings.GraphIndex(self.tx)
        everyone = self.before | self.after
        changes = [Change(self.before.get(key), one) for key, one in sorted(everyone.items())]
        result = affected(index, changes, Decisions(), RULES)
        if index.asked - locked:
            raise _NeedsLocks(index.asked - locked)
        old, new, stale = self._projections(result, scope.content, content)
        diff = difference(old, new)
        self._write(result, content, diff, new, stale)
        keep_history(self.tx, claims, scope, content, new, diff)
        settle_calls(self.tx, claims, diff, self._touched_addresses(old, new))
        items = self._items(content, new, diff, result)
        return Receipt(claims.document_id, "accepted", items, self._instructions(epochs), claims.refusals)

    def _instructions(self, epochs: list[tuple[Epoch, Sighting]]) -> tuple[str, ...]:
        """`renew_agent_id` where an older thing lives on beside this one under the same agent's id."""
        if self.claims.source_kind != "agent":
            return ()
        every = {one.key: one for _, one in epochs} | {
            k: one for k, one in self.after.items() if k.item == root_of(self.claims)
        }
        return ("renew_agent_id",) if find_renewals(every.values()) & self.after.keys() else ()

    def _duplicate(self) -> Receipt:
        known = sightings.sightings_of_scope(self.tx, self.node)
        standing = sightings.standing_of(self.tx, [one.key for one in known])
        items = [ReceiptItem(k.item, one.ci, "unchanged", "received before") for k, one in sorted(standing.items())]
        return Receipt(self.claims.document_id, "duplicate", tuple(items), problems=self.claims.refusals)

    def _locks(self, content: Content) -> frozenset[str]:
        keys = set(self.extra_locks)
        for sighting in (*self.before.values(), *self.after.values()):
            keys |= {identifier.key for identifier in linking_identifiers(sighting, RULES)}
            keys |= address_keys(sighting)
        domain = self.claims.domain
        keys |= {f"address:{domain}|{c.address}" for c in content.connections if not is_local(c.address)}
        return frozenset(keys)

    def _projections(
        self, result: Affected, old_content: Content, new_content: Content
    ) -> tuple[Projection, Projection, set[SightingKey]]:
        """What stands and what should stand for every CI that the document can change; and who is stale now."""
        node = self.node
        standing = sightings.standing_of(self.tx, result.keys)
        nodes = {scope_node(key) for key in result.keys} - {node}
        stored = scopes.contents(self.tx, sorted(nodes))
        new_of = {key: cluster.id for key, cluster in result.partition.cluster_of().items()}
        old_of = {key: one.ci for key, one in standing.items() if one.ci is not None}
        changed = {ci for of in (old_of, new_of) for key, ci in of.items()
                   if key in self.after or key in self.before or old_of.get(key) != new_of.get(key)}  # fmt: skip
        everyone = {key: one.sighting for key, one in standing.items()} | self.after
        newest = max(one.last_seen_at for one in everyone.values())
        stale = {
            key for key, one in everyone.items() if newest - one.last_seen_at > STALE_PERIODS * max(one.period_ms, 1)
        }
        outside = self._outside(result, stored, standing)
        projections: list[Projection] = []
        memo: Memo = {}
        for of, own, was_stale in (
            (old_of, old_content, {key for key, one in standing.items() if one.is_stale}),
            (new_of, new_content, stale),
        ):
            where = {(scope_node(key), key.item): ci for key, ci in (outside | of).items()}
            found = Projection()
            for ci in sorted(changed & set(of.values())):
                members = [
                    self._member(
                        key, own if scope_node(key) == node else stored[scope_node(key)].content, stored, was_stale
                    )
                    for key in sorted(key for key, other in of.items() if other == ci)
                ]
                members = [member for member in members if member.key.item in member.content.items]
                if members:
                    found.update(project(ci, members, lambda scope, item, where=where: where.get((scope, item)), memo))
            projections.append(found)
        return projections[0], projections[1], stale

    def _outside(
        self,
        result: Affected,
        stored: dict[str, scopes.StoredContent],
        standing: dict[SightingKey, sightings.Standing],
    ) -> dict[SightingKey, str]:
        """The CIs of independent items that the affected scopes mention but that are not affected themselves."""
        by_node = {scope_node(key): key for key in result.keys}
        wanted = {
            replace_item(by_node[node], item_key)
            for node, content in stored.items()
            for item_key, item in content.content.items.items()
            if BY_LABEL[item.type].family is not None
        } - standing.keys()
        found = sightings.standing_of(self.tx, wanted) if wanted else {}
        return {key: one.ci for key, one in found.items() if one.ci is not None}

    def _member(
        self, key: SightingKey, content: Content, stored: dict[str, scopes.StoredContent], stale: set[SightingKey]
    ) -> Member:
        other = stored.get(scope_node(key))
        kind = SOURCE_KINDS.get(other.source_kind if other else self.claims.source_kind)
        return Member(
            key=key,
            scope=scope_node(key),
            domain=other.domain if other else self.claims.domain,
            rank=kind.rank if kind else 0,
            is_fresh=key not in stale,
            content=content,
        )

    def _write(
        self, result: Affected, content: Content, diff: Difference, new: Projection, stale: set[SightingKey]
    ) -> None:
        claims, node = self.claims, self.node
        scopes.save_scope(self.tx, claims, node, self.choice.number or 0, self.digest, content)
        holds = {
            key: frozenset(i.key for i in linking_identifiers(one, RULES)) | address_keys(one)
            for key, one in self.after.items()
        }
        sightings.save_sightings(self.tx, node, [(one, holds[key]) for key, one in self.after.items()])
        if (root := root_of(claims)) is not None:
            sightings.save_epoch(self.tx, SightingKey(claims.scope, root, self.choice.number or 0), self.choice)
        sightings.mark_gone(self.tx, self.before.keys() - self.after.keys())
        merge_far_ends(self.tx, diff)
        write_nodes_before(self.tx, diff, claims.effective_at, claims.received_at)
        sightings.save_partition(self.tx, result.partition, result.keys, stale)
        write_edges_after(self.tx, diff, claims.effective_at)

    def _touched_addresses(self, old: Projection, new: Projection) -> frozenset[str]:
        """The address nodes at which someone else may answer now: all of them where listeners or addresses changed."""

        def listening(projection: Projection) -> set[tuple[str, tuple[str, ...]]]:
            return {
                (node.id, tuple(listens))
                for node in projection.nodes.values()
                if isinstance(listens := node.values.get("listens"), list)
            }  # fmt: skip

        before = frozenset[str]().union(*map(address_keys, self.before.values()))
        after = frozenset[str]().union(*map(address_keys, self.after.values()))
        return before | after if listening(old) != listening(new) or before != after else frozenset()

    def _items(self, content: Content, new: Projection, diff: Difference, result: Affected) -> tuple[ReceiptItem, ...]:
        node = self.node
        created = {one.id for one in diff.created}
        updated = {one.id for _, one in diff.changed}
        proofs = {key.item: cluster.proofs_of(key) for key, cluster in result.partition.cluster_of().items()
                  if key in self.after}  # fmt: skip
        found: list[ReceiptItem] = []
        for key, item in content.items.items():
            ci = new.ids.get((node, key))
            is_independent = BY_LABEL[item.type].family is not None
            if ci is None:
                if is_independent:
                    found.append(ReceiptItem(key, None, "held", "no evidence of which machine this is"))
            elif ci in created:
                found.append(ReceiptItem(key, ci, "created", _why(proofs.get(key, ()))))
            elif ci in updated:
                found.append(ReceiptItem(key, ci, "updated", _why(proofs.get(key, ()))))
            elif is_independent:
                found.append(ReceiptItem(key, ci, "unchanged", _why(proofs.get(key, ()))))
        return tuple(found)


def _why(proofs: tuple[object, ...]) -> str:
    return f"the same thing as others, by {len(proofs)} proofs" if proofs else "nothing else claims to be this"


def replace_item(key: SightingKey, item: str) -> SightingKey:
    """The key of another item of the same scope and epoch."""
    return key._replace(item=item)
