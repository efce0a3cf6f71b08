"""Why a CI is what it is: which sightings, joined by which evidence, what does not count and why, who decided what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cmdb.errors import NotFound
from cmdb.model.types import BY_LABEL
from cmdb.store.driver import Graph, Transaction
from cmdb.store.identity_text import key_of
from cmdb.store.queries import decisions, proofs
from cmdb.store.queries.decisions import Decision
from cmdb.store.queries.inventory import CI, Place, find_ci
from cmdb.store.queries.proofs import Brief, NamedCI
from cmdb.store.queries.sources import Aside
from cmdb.usecases.evidence import RULES
from cmdb.usecases.evidence_words import aside_words, because, identifier_words, proof_words, tier_of
from cmdb.usecases.provenance import is_silent

__all__ = ["Claimed", "Identity", "Join", "Member", "NotCounted", "Witness", "identity_of"]


@dataclass(frozen=True, slots=True)
class Claimed:
    """One identifier of a sighting. `tier`: strong, medium or weak.

    `standing`: joins (it does so here), alone (nothing else here has it), set_aside, disavowed (a person does not
    believe it of this sighting), or void (it was read inside a container, and is the host's).
    """

    identifier: str
    words: str
    tier: str
    standing: str
    because: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """A sighting of the CI. Instants are epoch ms; `is_gone`: its source does not list it any more."""

    key: str
    scope: str
    source_kind: str
    source_instance: str | None
    item: str
    epoch: int
    name: str | None
    first_seen_at: int
    last_seen_at: int
    is_stale: bool
    is_superseded: bool
    is_gone: bool
    evidence: tuple[Claimed, ...]


@dataclass(frozen=True, slots=True)
class Join:
    """One reason why `members` (keys of sightings) are one thing. `since_at`: epoch ms, when the second came."""

    tier: str
    words: str
    identifiers: tuple[str, ...]
    members: tuple[str, ...]
    since_at: int | None


@dataclass(frozen=True, slots=True)
class Witness:
    """One of two sightings that cannot be one thing; `ci` None: it is held."""

    key: str
    source_kind: str
    name: str | None
    ci: NamedCI | None


@dataclass(frozen=True, slots=True)
class NotCounted:
    """An identifier of the CI that is set aside, and why; `review`: the key of the question in the review queue."""

    identifier: str
    words: str
    tier: str
    reason: str
    why: str
    witnesses: tuple[Witness, ...]
    review: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Why this is one thing. `sightings` is empty for a part, and for what its value or a person identifies.

    `place`: where a part lives, inside which it is recognised; None for what has evidence of its own.
    """

    id: str
    type: str
    title: str
    place: Place | None
    former_ids: tuple[str, ...]
    sightings: tuple[Member, ...]
    joins: tuple[Join, ...]
    set_aside: tuple[NotCounted, ...]
    decisions: tuple[Decision, ...]


def identity_of(graph: Graph, ci_id: str, now: int) -> Identity:
    """The identity of the CI that has or had this id. Raises NotFound."""
    found = find_ci(graph, ci_id)
    if found is None:
        raise NotFound("CI", ci_id)
    return graph.read(lambda tx: _identity(tx, found[0], now))


def _identity(tx: Transaction, ci: CI, now: int) -> Identity:
    keys = proofs.members_of(tx, ci.id) or ()
    members = proofs.briefs(tx, [key.text for key in keys])
    asides = proofs.set_aside(tx, [one.key for one in members])
    bearing = decisions.about(tx, keys)
    joins = tuple(
        Join(one.tier, proof_words(one), one.identifiers, one.members, one.since_at)
        for one in proofs.proofs_of(tx, ci.id)
    )
    witnesses = {one.key: one for one in proofs.briefs(tx, {key for aside in asides for key in aside.witness})}
    return Identity(
        id=ci.id,
        type=ci.type,
        title=ci.title,
        place=ci.place if BY_LABEL[ci.type].family is None else None,
        former_ids=proofs.former_ids(tx, ci.id),
        sightings=tuple(_member(one, joins, asides, bearing, now) for one in members),
        joins=joins,
        set_aside=tuple(_not_counted(one, witnesses) for one in asides),
        decisions=tuple(bearing),
    )


def _member(
    one: Brief, joins: Sequence[Join], asides: Sequence[Aside], bearing: Sequence[Decision], now: int
) -> Member:
    joining = {identifier for join in joins if one.key in join.members for identifier in join.identifiers}
    aside = {each.identifier for each in asides}
    key = key_of(one.key)
    disavowed = {
        identifier.key for each in bearing if each.undone_at is None
        for sighting, identifier in each.disavowed if sighting == key
    }  # fmt: skip

    def claimed(identifier: str) -> Claimed:
        rule = RULES.kinds.get(identifier.partition(":")[0])
        if rule and rule.void_in_container and one.in_container:
            standing = "void"
        elif identifier in disavowed:
            standing = "disavowed"
        elif identifier in aside:
            standing = "set_aside"
        else:
            standing = "joins" if identifier in joining else "alone"
        return Claimed(identifier, identifier_words(identifier), tier_of(identifier), standing, because(identifier))

    return Member(
        key=one.key,
        scope=one.scope,
        source_kind=one.source_kind,
        source_instance=one.instance,
        item=one.item,
        epoch=one.epoch,
        name=one.name,
        first_seen_at=one.first_seen_at,
        last_seen_at=one.last_seen_at,
        is_stale=is_silent(one.last_seen_at, one.period_ms, now),
        is_superseded=one.is_superseded,
        is_gone=one.is_gone,
        evidence=tuple(map(claimed, one.identifiers)),
    )


def _not_counted(aside: Aside, briefs: Mapping[str, Brief]) -> NotCounted:
    found = (briefs[key] for key in aside.witness if key in briefs)
    return NotCounted(
        identifier=aside.identifier,
        words=identifier_words(aside.identifier),
        tier=aside.tier,
        reason=aside.reason,
        why=aside_words(aside),
        witnesses=tuple(Witness(one.key, one.source_kind, one.name, one.ci) for one in found),
        review=f"aside:{aside.identifier}",
    )
