"""What stands in the graph for the CIs that a document can change, and what should stand after it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from cmdb.identify.incremental import Affected
from cmdb.identify.sighting import Sighting, SightingKey
from cmdb.model.sources import fresh_until
from cmdb.model.types import BY_LABEL
from cmdb.reconcile.causes import Retold, retold
from cmdb.reconcile.content import Content
from cmdb.reconcile.edges import Speaker
from cmdb.reconcile.keys import scope_node
from cmdb.reconcile.manual import ManualValue, override
from cmdb.reconcile.precedence import fresh
from cmdb.reconcile.projection import Member, Memo, Projection, project
from cmdb.store.driver import Transaction
from cmdb.store.queries import manual_values, scopes, sightings


@dataclass(frozen=True, slots=True)
class BeforeAndAfter:
    """Both projections of the same CIs; `stale` are the sightings whose sources are silent now.

    `expired`: values that people set, which stood in the old one and have expired since. `own`: the sightings of the
    document that makes the difference; `retold`: the relationships it newly says, and those it says no more.
    `stood_in_succession`: one of them took the place of another, or another took its place, before.
    """

    old: Projection
    new: Projection
    stale: frozenset[SightingKey]
    expired: tuple[ManualValue, ...] = ()
    own: frozenset[str] = frozenset()
    retold: Retold = field(default_factory=Retold)
    stood_in_succession: bool = False


_Where = Mapping[tuple[str, str], str]
"""(scope node, item key of an independent item) → its CI."""


@dataclass(frozen=True, slots=True)
class Told:
    """The scope whose content a document changes: its node, and what it said before the document and says with it.

    `sightings` are its own, those it no longer lists included.
    """

    node: str
    domain: str
    source_kind: str
    sightings: Mapping[SightingKey, Sighting]
    before: Content
    after: Content


def before_and_after(
    tx: Transaction, result: Affected, told: Told | None = None, now: int | None = None
) -> BeforeAndAfter:
    """Project every CI that changes, from what its scopes said before and what they say now.

    Without a document they say the same, and what changed is which of them speak of one thing. What people set wins
    in both; in the new one it does not where it has expired at `now` (epoch ms; None leaves that to the next document).
    """
    own = told.sightings if told else {}
    standing = sightings.standing_of(tx, result.keys)
    stored = scopes.contents(tx, sorted({scope_node(key) for key in result.keys} - ({told.node} if told else set())))
    old_of = {key: one.ci for key, one in standing.items() if one.ci is not None}
    new_of = {key: cluster.id for key, cluster in result.partition.cluster_of().items()}
    changed = {
        ci for of in (old_of, new_of) for key, ci in of.items() if key in own or old_of.get(key) != new_of.get(key)
    }
    everyone = {key: one.sighting for key, one in standing.items()} | dict(own)
    stale = _silent(result, everyone)
    outside = _outside(tx, result, stored, standing)
    memo: Memo = {}
    was, now_is = (
        {(scope_node(key), key.item): ci for key, ci in (outside | of).items()} for of in (old_of, new_of)
    )  # fmt: skip

    def projected(
        of: dict[SightingKey, str], content: Content | None, silent: frozenset[SightingKey], where: _Where
    ) -> Projection:
        found = Projection()
        for ci in sorted(changed & set(of.values())):
            keys = sorted(key for key, other in of.items() if other == ci)
            members = [_member(key, told, content, stored.get(scope_node(key)), key not in silent) for key in keys]
            members = [member for member in members if member.key.item in member.content.items]
            if members:
                found.update(project(ci, members, lambda scope, item: where.get((scope, item)), memo))
        return found

    was_stale = frozenset(key for key, one in standing.items() if one.is_stale)
    old = projected(old_of, told.before if told else None, was_stale, was)
    new = projected(new_of, told.after if told else None, stale, now_is)
    corrected = {scope_node(key) for key, one in standing.items() if one.is_corrected}
    manual = manual_values.standing(tx, corrected) if corrected else []
    override(old, manual)
    override(new, [one for one in manual if now is None or one.holds(now)])
    expired = tuple(one for one in manual if now is not None and not one.holds(now))
    succeeded = any(one.is_in_succession for one in standing.values())
    if told is None:
        return BeforeAndAfter(old, new, stale, expired, stood_in_succession=succeeded)
    speakers = (_speaker(told, old, was), _speaker(told, new, now_is))
    said = retold(told.before, told.after, *speakers)
    return BeforeAndAfter(old, new, stale, expired, frozenset(key.text for key in own), said, succeeded)


def _speaker(told: Told, projection: Projection, where: _Where) -> Speaker:
    """The scope of a document, with what its items are in a projection, and outside of it."""

    def ci_of(item: str) -> str | None:
        return projection.ids.get((told.node, item))

    def end_of(item: str) -> str | None:
        return ci_of(item) or where.get((told.node, item))

    return Speaker(told.node, told.domain, ci_of, end_of)


def as_it_stands(tx: Transaction, root: str, keys: Collection[SightingKey]) -> Projection:
    """The machine with these sightings as its sources make it stand in the graph, without what people set."""
    stored = scopes.contents(tx, sorted({scope_node(key) for key in keys}))
    members = [
        _member(key, None, None, stored[scope_node(key)], not one.is_stale)
        for key, one in sightings.standing_of(tx, keys).items()
    ]
    members = [member for member in members if member.key.item in member.content.items]
    # Relationships to other machines' items are left out: no value depends on them.
    return project(root, members, lambda _scope, _item: None) if members else Projection()


def _silent(result: Affected, everyone: Mapping[SightingKey, Sighting]) -> frozenset[SightingKey]:
    """The sightings whose sources are silent for too long, beside the one of the same CI that was seen last."""
    found: set[SightingKey] = set()
    for cluster in result.partition.clusters:
        members = [everyone[key] for key in cluster.members if key in everyone]
        newest = max((one.last_seen_at for one in members), default=0)
        heard = fresh({one.key.text: fresh_until(one.last_seen_at, one.period_ms) for one in members}, newest)
        found |= {one.key for one in members if one.key.text not in heard}
    return frozenset(found)


def _outside(
    tx: Transaction,
    result: Affected,
    stored: Mapping[str, scopes.StoredContent],
    standing: Mapping[SightingKey, sightings.Standing],
) -> dict[SightingKey, str]:
    """The CIs of independent items that the affected scopes mention but that are not affected themselves."""
    by_node = {scope_node(key): key for key in result.keys}
    wanted = {
        by_node[node]._replace(item=item_key)
        for node, content in stored.items()
        for item_key, item in content.content.items.items()
        if BY_LABEL[item.type].family is not None
    } - standing.keys()
    found = sightings.standing_of(tx, wanted) if wanted else {}
    return {key: one.ci for key, one in found.items() if one.ci is not None}


def _member(
    key: SightingKey, told: Told | None, own: Content | None, other: scopes.StoredContent | None, is_fresh: bool
) -> Member:
    """`other` is the stored content of another scope; None: the sighting is of the document's own."""
    said = other or told
    if said is None:
        raise LookupError(f"the scope of {key.text} has no content")
    return Member(
        key=key,
        scope=scope_node(key),
        domain=said.domain,
        source_kind=said.source_kind,
        is_fresh=is_fresh,
        content=other.content if other else own or Content(),
    )
