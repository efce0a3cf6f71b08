"""Where a CI's values come from: the scopes that claim each, whose wins, and what the others say.

Computed from the scopes' contents by the code that computed the values themselves, so the two cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cmdb.identify.sighting import SightingKey
from cmdb.model.sources import SOURCE_KINDS, STALE_PERIODS
from cmdb.model.types import BY_LABEL
from cmdb.model.vocabulary import Attribute, CIType, Value
from cmdb.reconcile.content import ContentItem
from cmdb.reconcile.precedence import Contender, choose
from cmdb.reconcile.projection import Member, project, scope_node
from cmdb.store.driver import Graph
from cmdb.store.queries.provenance import Behind, Proof, behind
from cmdb.store.queries.sources import StoredProblem
from cmdb.usecases.histories import claim_owner

__all__ = ["Claimed", "Contribution", "Proof", "Seen", "ValueOrigin", "contributions", "origins", "seen_by"]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one scope says about the CI: `item` is its key in the scope's documents."""

    source: Behind
    item_key: str
    item: ContentItem

    @property
    def owner(self) -> str:
        """What the scope's past values of this CI are filed under."""
        return claim_owner(self.source.node, self.source.content, self.item_key)

    @property
    def last_seen_at(self) -> int:
        """When a document of the scope last had it: unread sections say nothing about what stands in them."""
        section = BY_LABEL[self.item.type].section or ""
        if self.item.held or self.source.sections.get(section) == "not_read":
            return self.source.content.read_at.get(section, self.source.effective_at)
        return self.source.effective_at


@dataclass(frozen=True, slots=True)
class Claimed:
    """One scope's value. `since_at`: when its claim last changed, epoch ms; None for what always moves."""

    value: Value
    scope: str
    source_kind: str
    since_at: int | None
    is_stale: bool


@dataclass(frozen=True, slots=True)
class ValueOrigin:
    """A value that stands. `source` None: nobody claims it now (it is what it was when the CI ended, or declared)."""

    name: str
    value: Value
    unit: str | None
    is_volatile: bool
    source: Claimed | None
    others: tuple[Claimed, ...] = ()


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
    sources = behind(graph, root_id)
    of_scope = {one.node: one for one in sources}
    of_item = {(one.node, one.item): one for one in sources}
    members = [_member(one) for one in sources if one.item in one.content.items]
    if not members:
        return []
    # Relationships to other machines' items are left out here: they carry no values.
    ids = project(root_id, members, lambda _scope, _item: None).ids
    found = [
        Contribution(of_item.get((node, key), of_scope[node]), key, of_scope[node].content.items[key])
        for (node, key), owner in ids.items()
        if owner == ci_id
    ]
    return sorted(found, key=lambda one: _order(one.source, one.item.since), reverse=True)


def origins(ci_type: CIType, values: dict[str, Value], said: Sequence[Contribution]) -> list[ValueOrigin]:
    """Every known value in the order of the model's declaration, those that always move included."""
    found: list[ValueOrigin] = []
    for attribute in ci_type.attributes:
        origin = _moving(attribute, said) if attribute.volatile else _standing(attribute, values, said)
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
    return now - last_seen_at > STALE_PERIODS * max(period_ms, 1)


def _standing(attribute: Attribute, values: dict[str, Value], said: Sequence[Contribution]) -> ValueOrigin | None:
    claims = {
        one.source.node: (
            Contender(
                one.item.values[attribute.name],
                one.source.node,
                _rank(one.source),
                not one.source.counts_as_stale,
                one.item.changed.get(attribute.name, one.item.since),
            ),
            one.source,
        )
        for one in said
        if attribute.name in one.item.values
    }
    if not claims:
        value = values.get(attribute.name)
        return None if value is None else ValueOrigin(attribute.name, value, attribute.unit, False, None)
    value, winner = choose(attribute, (contender for contender, _ in claims.values()))
    ordered = sorted((c for c, _ in claims.values()), key=lambda contender: contender.order, reverse=True)
    told = {
        contender.scope: Claimed(
            contender.value, contender.scope, claims[contender.scope][1].source_kind, contender.since,
            not contender.is_fresh,
        )
        for contender in ordered
    }  # fmt: skip
    others = tuple(claimed for scope, claimed in told.items() if scope != winner.scope)
    return ValueOrigin(attribute.name, value, attribute.unit, False, told[winner.scope], others)


def _moving(attribute: Attribute, said: Sequence[Contribution]) -> ValueOrigin | None:
    for one in said:
        value = one.source.volatile.get(one.item_key, {}).get(attribute.name)
        if value is not None:
            claimed = Claimed(value, one.source.node, one.source.source_kind, None, one.source.counts_as_stale)
            return ValueOrigin(attribute.name, value, attribute.unit, True, claimed)
    return None


def _member(one: Behind) -> Member:
    key = SightingKey(one.scope, one.item, one.epoch)
    return Member(key, scope_node(key), one.domain, _rank(one), not one.counts_as_stale, one.content)


def _order(source: Behind, since: int) -> tuple[bool, int, int, str]:
    return Contender(0, source.node, _rank(source), not source.counts_as_stale, since).order


def _rank(source: Behind) -> int:
    kind = SOURCE_KINDS.get(source.source_kind)
    return kind.rank if kind else 0
