"""What people decide about sightings: shown before it is done, applied in one transaction, and undone the same way."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from cmdb.errors import Conflict, Invalid, NotFound
from cmdb.identify.decisions import disputes, joining, separating, together
from cmdb.identify.sighting import Decisions, Sighting, SightingKey
from cmdb.reconcile.keys import scope_node
from cmdb.store.driver import Graph, Transaction
from cmdb.store.identity_text import key_of
from cmdb.store.queries import decisions as queries
from cmdb.store.queries import sightings
from cmdb.store.queries.decisions import Decision
from cmdb.store.queries.proofs import known_by, members_of
from cmdb.usecases.decision_effect import Effect, effect_of
from cmdb.usecases.evidence import RULES
from cmdb.usecases.locking import write_locked
from cmdb.usecases.repartition import apply, lock, repartition
from cmdb.usecases.settling import decisions_of
from cmdb.usecases.tickets import checked_text

__all__ = [
    "Decided", "Decision", "Said", "list_decisions", "make_decision", "preview_decision", "preview_undo",
    "read_decision", "undo_decision",
]  # fmt: skip

MAX_SIGHTINGS = 200


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says, about sightings by key or about all sightings of CIs by id.

    join: all of them are one thing. separate: `sightings`, or those of the first of `cis`, are not what `apart_from`,
    or the other `cis`, are; with neither, not what else is in their CI. `reason`: why, in the person's words.
    """

    kind: Literal["join", "separate"]
    sightings: tuple[str, ...] = ()
    apart_from: tuple[str, ...] = ()
    cis: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that was made or undone, and what that changed."""

    decision: Decision
    effect: Effect


def preview_decision(graph: Graph, said: Said) -> Effect:
    """What the decision would change; changes nothing. Raises what `make_decision` raises."""

    def read(tx: Transaction) -> Effect:
        standing = queries.in_force(tx)
        wanted, _ = _wanted(tx, said, standing)
        found = repartition(tx, decisions_of([*standing, wanted]), decisions_of(standing))
        return effect_of(tx, found)

    return graph.read(read)


def make_decision(graph: Graph, said: Said, by: str, now: int) -> Decided:
    """Decide, apply it and keep it.

    Raises Invalid for what cannot be meant, NotFound for what is not there, Conflict where it contradicts a decision
    in force or says it again, Unavailable where others keep changing the same machines.
    """
    reason = checked_text(said.reason, "reason")
    if reason is None:
        raise Invalid("say why: whoever looks at this later has nothing else to go by", "reason")

    def write(tx: Transaction, locked: frozenset[str]) -> Decided:
        _, about = _wanted(tx, said, queries.in_force(tx))
        keys = locked | known_by(tx, about)
        lock(tx, keys, by, now)
        decision_id, number = queries.next_decision(tx)
        standing = queries.in_force(tx)
        wanted, _ = _wanted(tx, said, standing)
        wanted = replace(wanted, id=decision_id, number=number, reason=reason, made_by=by, made_at=now)
        found = repartition(tx, decisions_of([*standing, wanted]), decisions_of(standing))
        effect = effect_of(tx, found)
        apply(tx, found, keys, now)
        queries.save(tx, wanted)
        return Decided(wanted, effect)

    return write_locked(graph, write)


def preview_undo(graph: Graph, decision_id: str) -> Effect:
    """What undoing the decision would change; changes nothing. Raises NotFound, Conflict where it is undone."""

    def read(tx: Transaction) -> Effect:
        _standing(tx, decision_id)
        standing = queries.in_force(tx)
        rest = [one for one in standing if one.id != decision_id]
        return effect_of(tx, repartition(tx, decisions_of(rest), decisions_of(standing)))

    return graph.read(read)


def undo_decision(graph: Graph, decision_id: str, by: str, now: int) -> Decided:
    """Take a decision back: what evidence and the other decisions make of it stands again.

    Raises NotFound, Conflict where it is undone already, Unavailable.
    """

    def write(tx: Transaction, locked: frozenset[str]) -> Decided:
        decision = _standing(tx, decision_id)
        keys = locked | known_by(tx, (*decision.sightings, *decision.apart_from))
        lock(tx, keys, by, now)
        _standing(tx, decision_id)
        standing = queries.in_force(tx)
        rest = [one for one in standing if one.id != decision_id]
        found = repartition(tx, decisions_of(rest), decisions_of(standing))
        effect = effect_of(tx, found)
        apply(tx, found, keys, now)
        queries.undo(tx, decision_id, by, now)
        return Decided(replace(decision, undone_by=by, undone_at=now), effect)

    return write_locked(graph, write)


def read_decision(graph: Graph, decision_id: str) -> Decision:
    """The decision; raises NotFound."""
    return graph.read(lambda tx: _existing(tx, decision_id))


def list_decisions(
    graph: Graph, is_active: bool | None = None, before: int | None = None, limit: int = 50
) -> list[Decision]:
    """Decisions, newest first, from below the number `before`. `is_active` None: also those that were undone."""
    return graph.read(lambda tx: queries.page(tx, is_active, before, limit))


def _existing(tx: Transaction, decision_id: str) -> Decision:
    found = queries.read(tx, decision_id)
    if found is None:
        raise NotFound("decision", decision_id)
    return found


def _standing(tx: Transaction, decision_id: str) -> Decision:
    found = _existing(tx, decision_id)
    if found.undone_at is not None:
        raise Conflict(f"{decision_id} was undone already, by {found.undone_by}")
    return found


def _wanted(tx: Transaction, said: Said, standing: Collection[Decision]) -> tuple[Decision, list[SightingKey]]:
    """The decision that was meant, without its number, and the sightings it is about."""
    ours, others = _sides(tx, said)
    about = [*ours, *others]
    if len(about) > MAX_SIGHTINGS:
        raise Invalid(f"one decision is about at most {MAX_SIGHTINGS} sightings, not {len(about)}", "sightings")
    if said.kind == "join":
        meant = joining(one.key for one in about)
        ours, others = about, []
    else:
        meant = together(*(separating(one, others, RULES) for one in ours))
    _check(said, meant, about, standing)
    return Decision(
        id="",
        number=0,
        kind=said.kind,
        sightings=tuple(one.key for one in ours),
        apart_from=tuple(one.key for one in others),
        pairs=meant.must | meant.cannot,
        disavowed=meant.disavowed,
        reason=said.reason,
        made_by="",
        made_at=0,
    ), [one.key for one in about]


def _sides(tx: Transaction, said: Said) -> tuple[list[Sighting], list[Sighting]]:
    """The sightings that are spoken of, and those that they are told apart from."""
    if bool(said.sightings) == bool(said.cis):
        raise Invalid("name either sightings or CIs", "sightings")
    if said.kind == "join":
        if said.apart_from:
            raise Invalid("only who separates says what from", "apart_from")
        named = _named(tx, said.sightings, "sightings") if said.sightings else _of_cis(tx, said.cis)
        if len(named) < 2:
            raise Invalid("it takes two sightings to say that they are one thing", "sightings")
        return named, []
    if said.cis:
        if len(said.cis) < 2:
            raise Invalid("name the CI that is another one, and the one it is not", "cis")
        ours, others = _of_cis(tx, said.cis[:1]), _of_cis(tx, said.cis[1:])
    else:
        ours = _named(tx, said.sightings, "sightings")
        keys = {one.key for one in ours}
        if said.apart_from:
            others = _named(tx, said.apart_from, "apart_from")
        else:
            at_present = {one.ci for one in sightings.standing_of(tx, keys).values() if one.ci}
            others = [one for one in _of_cis(tx, sorted(at_present)) if one.key not in keys]
    if not others:
        raise Invalid("there is nothing to separate it from: nothing else is taken for the same thing", "sightings")
    if {one.key for one in ours} & {one.key for one in others}:
        raise Invalid("a sighting cannot be separated from itself", "apart_from")
    return ours, others


def _named(tx: Transaction, texts: Iterable[str], field: str) -> list[Sighting]:
    keys: list[SightingKey] = []
    for number, text in enumerate(texts):
        try:
            keys.append(key_of(text))
        except ValueError as error:
            raise Invalid(f"{text!r} is no key of a sighting", f"{field}[{number}]") from error
    found = sightings.standing_of(tx, keys)
    for key in keys:
        if key not in found:
            raise NotFound("sighting", key.text)
    return [found[key].sighting for key in dict.fromkeys(keys)]


def _of_cis(tx: Transaction, ids: Iterable[str]) -> list[Sighting]:
    keys: dict[SightingKey, None] = {}
    for ci_id in ids:
        members = members_of(tx, ci_id)
        if members is None:
            raise NotFound("CI", ci_id)
        if not members:
            raise Invalid(f"{ci_id} is not identified by evidence: there is nothing to decide about it", "cis")
        keys.update(dict.fromkeys(members))
    found = sightings.standing_of(tx, keys)
    return [found[key].sighting for key in keys]


def _check(said: Said, meant: Decisions, about: Collection[Sighting], standing: Collection[Decision]) -> None:
    """Refuse what cannot be, and what contradicts or repeats a decision in force."""
    if said.kind == "join":
        if len({one.family for one in about}) > 1:
            raise Invalid(f"a {' and a '.join(sorted({one.family for one in about}))} are never one thing", "sightings")
        nodes = [scope_node(one.key) for one in about]
        if len(set(nodes)) < len(nodes):
            raise Invalid("two of them stand in one document, which lists two things", "sightings")
    former = decisions_of(standing)
    if meant.must <= former.must and meant.cannot <= former.cannot and meant.disavowed <= former.disavowed:
        named = [one.id for one in standing if one.kind == said.kind and one.pairs & (meant.must | meant.cannot)]
        raise Conflict(f"{' and '.join(named)} says so already")
    if disputed := disputes(together(former, meant)):
        keys = {key for pair in disputed for key in pair}
        against = [
            one.id for one in standing
            if one.kind != said.kind and not keys.isdisjoint((*one.sightings, *one.apart_from))
        ]  # fmt: skip
        raise Conflict(f"this contradicts {' and '.join(against)}: undo that first")
