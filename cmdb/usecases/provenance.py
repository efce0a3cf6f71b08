"""Where a CI's values come from: the scopes that claim each, whose wins, and what the others say.

Computed from the scopes' contents by the code that computed the values themselves, so the two cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from cmdb.identify.sighting import SightingKey
from cmdb.model.preferences import rank_of
from cmdb.model.sources import fresh_until, rank_of_kind
from cmdb.model.types import BY_LABEL
from cmdb.model.vocabulary import Attribute, CIType, Value
from cmdb.reconcile.content import ContentItem
from cmdb.reconcile.keys import scope_node
from cmdb.reconcile.manual import ManualValue, latest
from cmdb.reconcile.precedence import Contender, Ground, choose, fresh, ground_of
from cmdb.reconcile.projection import Member, project
from cmdb.store.driver import Graph
from cmdb.store.queries import manual_values
from cmdb.store.queries.declared import PERSON
from cmdb.store.queries.provenance import Behind, Proof, behind
from cmdb.store.queries.sources import StoredProblem
from cmdb.usecases.histories import claim_owner
from cmdb.usecases.value_words import ground_words, manual_words

__all__ = [
    "Claimed",
    "Contribution",
    "Proof",
    "Seen",
    "ValueOrigin",
    "contributions",
    "contributions_within",
    "manual_of",
    "origins",
    "seen_by",
]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one scope says about the CI: `item` is its key in the scope's documents."""

    source: Behind
    item_key: str
    item: ContentItem

    @property
    def owner(self) -> str:
        """What the scope's past values of this CI are filed under."""
        return claim_owner(self.source.node, self.item_key, self.item)

    @property
    def last_seen_at(self) -> int:
        """When a document of the scope last had it: unread sections say nothing about what stands in them."""
        section = BY_LABEL[self.item.type].section or ""
        if self.item.held_after is not None:
            return self.item.held_after
        if self.source.sections.get(section) == "not_read":
            return self.source.content.read_at.get(section, self.source.effective_at)
        return self.source.effective_at


@dataclass(frozen=True, slots=True)
class Claimed:
    """One scope's value, or a person's. `since_at`: when the claim last changed, epoch ms; None for what always moves.

    Of a person's value: `by` and `reason`, and `until_at`, when it expires (None: not by itself).
    """

    value: Value
    scope: str
    source_kind: str
    since_at: int | None
    is_stale: bool
    by: str | None = None
    reason: str | None = None
    until_at: int | None = None


@dataclass(frozen=True, slots=True)
class ValueOrigin:
    """A value that stands. `source` None: nobody claims it now (it is what it was when the CI ended, or declared).

    `ground`: why it stands before the `others`, `manual` where a person set it; `why` says that in a sentence. Both
    are None where nobody claims it.
    """

    name: str
    value: Value
    unit: str | None
    is_volatile: bool
    source: Claimed | None
    others: tuple[Claimed, ...] = ()
    ground: Ground | Literal["manual"] | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A sighting: which scope has the CI as which item, since when, last when, and why it is taken for this CI.

    `problems`: what its source could not read the last time, for the machine itself.
    """

    scope: str
    source_kind: str
    item: str
    epoch: int
    first_seen_at: int
    last_seen_at: int
    is_stale: bool
    is_superseded: bool
    identifiers: tuple[str, ...]
    proofs: tuple[Proof, ...]
    problems: tuple[StoredProblem, ...]


def contributions(graph: Graph, ci_id: str, root_id: str) -> list[Contribution]:
    """What the scopes say about a CI, the most believed one first. `root_id`: the machine it lives in, or itself."""
    return contributions_within(graph, root_id).get(ci_id, [])


def contributions_within(graph: Graph, root_id: str) -> dict[str, list[Contribution]]:
    """What the scopes say about a machine and everything in it, by CI, the most believed one first."""
    sources = behind(graph, root_id)
    of_scope = {one.node: one for one in sources}
    of_item = {(one.node, one.item): one for one in sources}
    members = [_member(one) for one in sources if one.item in one.content.items]
    if not members:
        return {}
    # Relationships to other machines' items are left out here: they carry no values.
    ids = project(root_id, members, lambda _scope, _item: None).ids
    found: dict[str, list[Contribution]] = {}
    for (node, key), owner in ids.items():
        source = of_item.get((node, key), of_scope[node])
        found.setdefault(owner, []).append(Contribution(source, key, of_scope[node].content.items[key]))
    for said in found.values():
        said.sort(key=lambda one: _order(one.source, one.item.since), reverse=True)
    return found


def manual_of(graph: Graph, said: Sequence[Contribution]) -> list[ManualValue]:
    """What people set for the CI of which the scopes say this; an expired value until someone comes upon it."""
    births = {one.owner for one in said}
    scopes = {one.source.node for one in said}
    found = graph.read(lambda tx: manual_values.standing(tx, scopes)) if scopes else []
    return [one for one in found if one.anchor in births]


def origins(
    ci_type: CIType, values: dict[str, Value], said: Sequence[Contribution], manual: Iterable[ManualValue], now: int
) -> list[ValueOrigin]:
    """Every known value in the order of the model's declaration, those that always move included.

    Whose it is, is judged at `now` (epoch ms): sources fall silent and values expire without anything being told.
    `manual`: what people set for this CI.
    """
    heard = fresh({one.source.node: fresh_until(one.source.last_seen_at, one.source.period_ms) for one in said}, now)
    set_by_hand = latest(one for one in manual if one.holds(now))
    found: list[ValueOrigin] = []
    for attribute in ci_type.attributes:
        claims = _claims(ci_type, attribute, said, heard, now)
        origin = _standing(ci_type, attribute, claims, set_by_hand.get(attribute.name))
        if origin is None and attribute.name in values and not said:
            origin = ValueOrigin(attribute.name, values[attribute.name], attribute.unit, False, None)
        if origin is not None:
            found.append(origin)
    return found


def seen_by(said: Iterable[Contribution], now: int) -> list[Seen]:
    """The sightings behind these contributions, the longest known first."""
    found = [
        Seen(
            scope=one.source.node,
            source_kind=one.source.source_kind,
            item=one.item_key,
            epoch=one.source.epoch,
            first_seen_at=one.item.born_at,
            last_seen_at=one.last_seen_at,
            is_stale=is_silent(one.last_seen_at, one.source.period_ms, now),
            is_superseded=one.source.is_superseded,
            identifiers=one.source.identifiers if one.item_key == one.source.item else (),
            proofs=one.source.proofs if one.item_key == one.source.item else (),
            problems=one.source.problems if one.item_key == one.source.item else (),
        )
        for one in said
    ]
    return sorted(found, key=lambda one: (one.first_seen_at, one.scope))


def is_silent(last_seen_at: int, period_ms: int, now: int) -> bool:
    """Whether a source has been silent for too many of its own periods."""
    return now > fresh_until(last_seen_at, period_ms)


_Claims = list[tuple[Contender, Claimed]]
"""The most believed first."""


def _claims(
    ci_type: CIType, attribute: Attribute, said: Sequence[Contribution], heard: Collection[str], now: int
) -> _Claims:
    found: _Claims = []
    for one in said:
        source = one.source
        values = source.volatile.get(one.item_key, {}) if attribute.volatile else one.item.values
        value = values.get(attribute.name)
        if value is None:
            continue
        since = None if attribute.volatile else one.item.changed.get(attribute.name, one.item.since)
        rank = rank_of(source.source_kind, ci_type.label, attribute.name)
        contender = Contender(value, source.node, rank, source.node in heard, since or 0)
        is_stale = is_silent(source.last_seen_at, source.period_ms, now)
        found.append((contender, Claimed(value, source.node, source.source_kind, since, is_stale)))
    return sorted(found, key=lambda claim: claim[0].order, reverse=True)


def _standing(
    ci_type: CIType, attribute: Attribute, claims: _Claims, manual: ManualValue | None
) -> ValueOrigin | None:  # fmt: skip
    others = tuple(claimed for _, claimed in claims)
    if manual is not None:
        source = Claimed(
            manual.value, manual.scope, PERSON, manual.set_at, False, manual.set_by, manual.reason, manual.expires_at
        )
        why = manual_words(manual)
        return ValueOrigin(attribute.name, manual.value, attribute.unit, False, source, others, "manual", why)
    if not claims:
        return None
    contenders = [contender for contender, _ in claims]
    value, _ = choose(attribute, contenders)
    ground = ground_of(attribute, contenders)
    why = ground_words(ci_type, attribute, ground, [claimed.source_kind for claimed in others])
    return ValueOrigin(attribute.name, value, attribute.unit, attribute.volatile, others[0], others[1:], ground, why)


def _member(one: Behind) -> Member:
    key = SightingKey(one.scope, one.item, one.epoch)
    return Member(key, scope_node(key), one.domain, one.source_kind, not one.counts_as_stale, one.content)


def _order(source: Behind, since: int) -> tuple[bool, int, int, str]:
    return Contender(0, source.node, rank_of_kind(source.source_kind), not source.counts_as_stale, since).order
