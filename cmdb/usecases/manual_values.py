"""What people set for a CI against what sources say: with a reason, until it expires or somebody withdraws it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Literal
from uuid import uuid4

from cmdb.errors import Conflict, Invalid, NotFound
from cmdb.model.types import BY_LABEL
from cmdb.model.vocabulary import Attribute, Value
from cmdb.observation.claims import canonical
from cmdb.reconcile.causes import Causes
from cmdb.reconcile.difference import difference
from cmdb.reconcile.keys import scope_node
from cmdb.reconcile.manual import ManualValue, latest, override
from cmdb.reconcile.projection import Node, Projection
from cmdb.store.driver import Graph, Transaction
from cmdb.store.projection import write_nodes_before
from cmdb.store.queries import manual_values as queries
from cmdb.store.queries import partitions, proofs
from cmdb.usecases.declaring import Stale
from cmdb.usecases.events import tell_difference
from cmdb.usecases.far_ends import settle_calls
from cmdb.usecases.inventory import CI
from cmdb.usecases.locking import NeedsLocks, write_locked
from cmdb.usecases.manual_history import keep_change, settle_expired
from cmdb.usecases.neighbours import settle_links
from cmdb.usecases.provenance import Contribution
from cmdb.usecases.show import standing_of
from cmdb.usecases.standing import BeforeAndAfter, as_it_stands
from cmdb.usecases.tickets import checked_text

MAX_TEXT = 10_000
MAX_ITEMS = 1_000

State = Literal["in_force", "outranked", "elsewhere", "replaced", "withdrawn", "expired"]


@dataclass(frozen=True, slots=True)
class Listed:
    """A value that somebody set, and what has become of it.

    outranked: a later one of another CI that was merged with this one counts. elsewhere: it was set when this and
    another CI were one, and went with the other. The others are over, but for `in_force`.
    """

    value: ManualValue
    state: State


@dataclass(frozen=True, slots=True)
class ManualValues:
    """All values that people set for the CI with this id, newest first; `revision` counts what happened to them."""

    id: str
    revision: int
    values: tuple[Listed, ...]


def list_manual_values(graph: Graph, ci_id: str, now: int) -> ManualValues:
    """What people set for the CI that has or had this id, also what is over. Raises NotFound."""
    found = standing_of(graph, ci_id)
    scopes = {one.source.node for one in found.said}
    every = graph.read(lambda tx: queries.every(tx, scopes)) if scopes else []
    return _listed(found.ci.id, {one.owner for one in found.said}, every, now)


def set_manual_value(
    graph: Graph,
    ci_id: str,
    attribute: str,
    value: Value,
    reason: str,
    expires_at: int | None,
    by: str,
    now: int,
    revision: int | None = None,
) -> ManualValues:
    """Let this value stand for the attribute from now on, whatever sources say; the same again changes nothing.

    `expires_at` None: until it is withdrawn. `revision`: of the `ManualValues` that the caller has read, None skips
    the check. Raises NotFound, Invalid, Stale, Conflict for a CI that has ended, Unavailable where others keep
    changing the same machine.
    """
    why = checked_text(reason, "reason")
    if why is None:
        raise Invalid("say why: whoever looks at this later has nothing else to go by", "reason")
    if expires_at is not None and expires_at <= now:
        raise Invalid("this instant has passed", "expires_at")

    def change(standing: Collection[ManualValue], one: _Subject) -> tuple[list[ManualValue], ManualValue | None]:
        declared = one.attribute(attribute)
        wanted = ManualValue(
            id=f"man_{uuid4().hex}", anchor=one.anchor, births=tuple(sorted(one.births)), scope=one.scope,
            attribute=attribute, value=_checked(declared, value), reason=why, set_by=by, set_at=now,
            expires_at=expires_at,
        )  # fmt: skip
        known = latest(standing).get(attribute)
        if known and _said(known) == _said(wanted):
            return [], None
        ended = [replace(former, ended_at=now, ended_by=by, ended_as="replaced") for former in standing]
        return ended, wanted

    return _changed(graph, ci_id, attribute, change, by, now, revision)


def withdraw_manual_value(
    graph: Graph, ci_id: str, attribute: str, by: str, now: int, revision: int | None = None
) -> ManualValues:
    """Let what sources say stand again. Raises NotFound also where nobody set the attribute; else as setting does."""

    def change(standing: Collection[ManualValue], one: _Subject) -> tuple[list[ManualValue], ManualValue | None]:
        one.attribute(attribute)
        if not standing:
            raise NotFound("manual value of", attribute)
        return [replace(former, ended_at=now, ended_by=by, ended_as="withdrawn") for former in standing], None

    return _changed(graph, ci_id, attribute, change, by, now, revision)


@dataclass(frozen=True, slots=True)
class _Subject:
    """The CI that a value is set for: `births` is what it is made of now, `anchor` the senior one and `scope` its.

    `scopes`: those of all births.
    """

    ci: CI
    births: frozenset[str]
    anchor: str
    scope: str
    scopes: frozenset[str]

    def attribute(self, name: str) -> Attribute:
        """The declaration; raises NotFound, Invalid for what always moves."""
        found = BY_LABEL[self.ci.type].by_name.get(name)
        if found is None:
            raise NotFound(f"attribute of a {self.ci.type}", name)
        if found.volatile:
            raise Invalid(f"{name} always moves: the last value that was read is all there is", "attribute")
        return found


_Change = Callable[[Collection[ManualValue], _Subject], tuple[list[ManualValue], ManualValue | None]]
"""What ends and what begins, from the values of the attribute that stand for the CI."""


def _changed(
    graph: Graph, ci_id: str, attribute: str, change: _Change, by: str, now: int, revision: int | None
) -> ManualValues:
    """Set or withdraw in one transaction, behind the locks that documents of the machine take."""
    found = standing_of(graph, ci_id)
    subject = _subject(found.ci, found.said)
    root = found.root or found.ci.id

    def write(tx: Transaction, locked: frozenset[str]) -> ManualValues:
        partitions.lock_identifiers(tx, locked, f"{by} {now}")
        members = proofs.members_of(tx, root) or ()
        known_by = proofs.known_by(tx, members)
        if missing := known_by - locked:
            raise NeedsLocks(missing)
        sources = as_it_stands(tx, root, members)
        node = sources.nodes.get(subject.ci.id)
        if node is None or subject.anchor not in node.births:
            raise Conflict(f"{subject.ci.id} has just become another: read it again")
        scopes = {scope_node(key) for key in members}
        every = queries.every(tx, scopes)
        before = _listed(subject.ci.id, node.births, every, now)
        if revision is not None and before.revision != revision:
            raise Stale(f"what people set for {subject.ci.id} is at version {before.revision}, not {revision}")
        stood = [one for one in every if one.ended_at is None and one.scope in scopes]
        stands = [one for one in stood if one.holds(now)]
        ended, begun = change(
            [one for one in stands if one.attribute == attribute and one.anchor in node.births], subject
        )
        gone = {one.id for one in ended}
        wanted = [one for one in stands if one.id not in gone] + ([begun] if begun else [])
        old, present, new = (corrected(sources, values) for values in (stood, stands, wanted))
        diff = difference(old, new)
        tell_difference(tx, diff, BeforeAndAfter(old, new, frozenset()), now, now)
        write_nodes_before(tx, diff)
        expired = tuple(one for one in stood if not one.holds(now))
        settle_expired(tx, BeforeAndAfter(old, present, frozenset(), expired))
        _tell(tx, ended, begun, present.nodes[node.id], new.nodes[node.id], now)
        queries.end(tx, ended)
        if begun:
            queries.save(tx, begun, subject.scopes)
        if diff.changed:
            why = Causes(otherwise="person")
            settle_calls(tx, diff, why, known_by, now, now)
            settle_links(tx, diff, why, known_by, now, now)
        over = {one.id: one for one in ended}
        told = [over.get(one.id, one) for one in every] + ([begun] if begun else [])
        return _listed(subject.ci.id, node.births, told, now)

    return write_locked(graph, write)


def corrected(sources: Projection, values: Iterable[ManualValue]) -> Projection:
    """What sources make of a machine, with these values in the place of theirs."""
    found = replace(sources, nodes=dict(sources.nodes))
    override(found, values)
    return found


def _tell(
    tx: Transaction, ended: Collection[ManualValue], begun: ManualValue | None, old: Node, new: Node, now: int
) -> None:
    """Keep in the CI's history that its value became another one."""
    for name, former in latest(ended).items():
        keep_change(tx, old.id, former, old.values.get(name), new.values.get(name), former.set_at, now)
    if begun and not ended:
        name = begun.attribute
        since = queries.stood_since(tx, old.id, name)
        keep_change(tx, old.id, begun, old.values.get(name), new.values.get(name), since, now)


def _subject(ci: CI, said: Collection[Contribution]) -> _Subject:
    ci_type = BY_LABEL[ci.type]
    if ci_type.value_key:
        raise Invalid(f"a {ci.type} is what its value says: nothing about it can be set", "attribute")
    if ci_type.declared:
        raise Invalid(f"a person declares a {ci.type}: change it where it is declared", "attribute")
    if ci.state == "retired" or not said:
        raise Conflict(f"{ci.id} has ended: there is nothing to set a value for")
    senior = min(said, key=lambda one: (one.source.first_seen_at if ci_type.family else one.item.born_at, one.owner))
    births, scopes = frozenset(one.owner for one in said), frozenset(one.source.node for one in said)
    return _Subject(ci, births, senior.owner, senior.source.node, scopes)


def _checked(attribute: Attribute, value: Value) -> Value:
    if isinstance(value, list):
        if len(value) > MAX_ITEMS or any(len(text) > MAX_TEXT for text in value):
            raise Invalid(f"at most {MAX_ITEMS} entries of {MAX_TEXT} characters", "value")
    elif isinstance(value, str) and len(value) > MAX_TEXT:
        raise Invalid(f"at most {MAX_TEXT} characters", "value")
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise Invalid("a whole number has at most 64 bits", "value")
    found = canonical(value, attribute)
    if found is None:
        if isinstance(value, str) and attribute.kind == "text":
            raise Invalid(f"{value!r} says nothing: it is a placeholder, or no {attribute.name}", "value")
        raise Invalid(f"{attribute.name} is {attribute.kind}, not {value!r:.80}", "value")
    return found


def _said(one: ManualValue) -> tuple[object, ...]:
    return type(one.value), one.value, one.reason, one.expires_at


def _listed(ci_id: str, births: AbstractSet[str], every: Iterable[ManualValue], now: int) -> ManualValues:
    ours = [one for one in every if not births.isdisjoint(one.births) or one.anchor in births]
    counts = {one.id for one in latest(one for one in ours if one.anchor in births and one.holds(now)).values()}

    def state(one: ManualValue) -> State:
        match one.ended_as:
            case "replaced" | "withdrawn" | "expired":
                return one.ended_as
            case _ if not one.holds(now):
                return "expired"
            case _ if one.anchor not in births:
                return "elsewhere"
            case _:
                return "in_force" if one.id in counts else "outranked"

    listed = [Listed(one, state(one)) for one in sorted(ours, key=lambda one: (-one.set_at, one.id))]
    over = sum(one.state in ("replaced", "withdrawn", "expired") for one in listed)
    return ManualValues(ci_id, len(listed) + over, tuple(listed))
