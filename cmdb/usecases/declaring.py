"""What all that people declare has in common: a name that is free, a version that is current, changing relations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import uuid4

from cmdb.errors import Conflict, Invalid, NotFound
from cmdb.model.vocabulary import Value, Verb
from cmdb.reconcile.keys import birth_id
from cmdb.store.driver import Transaction
from cmdb.store.queries import declared
from cmdb.store.queries.declared import DeclaredCI, Related

MAX_NAME = 200


class Stale(Conflict):
    """The caller's version is not the current one: somebody changed the thing since it was read."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A CI that something refers to, as lists show it."""

    id: str
    type: str
    title: str
    state: str


def ref(related: Related) -> Ref:
    """The far side of a declared relationship."""
    return Ref(related.id, related.type, related.title, related.state)


def new_id() -> str:
    """An id for a CI that nothing but a person's word brings into being."""
    return birth_id(f"declared|{uuid4()}")


def checked_name(name: str) -> str:
    """The name, trimmed; raises Invalid where nothing is left or it is too long."""
    name = name.strip()
    if not name:
        raise Invalid("a name must not be empty", "name")
    if len(name) > MAX_NAME:
        raise Invalid(f"a name has at most {MAX_NAME} characters", "name")
    return name


def claim_name(tx: Transaction, label: str, name: str, but: str = "") -> None:
    """Make sure no other current CI of the type has this name until the transaction ends; raises Conflict."""
    declared.lock_names(tx, label)
    if declared.namesake(tx, label, name, but) is not None:
        raise Conflict(f"there is a {label} called {name!r} already")


def existing(tx: Transaction, label: str, ci_id: str) -> DeclaredCI:
    """The declared CI; raises NotFound."""
    found = declared.read(tx, ci_id, label)
    if found is None:
        raise NotFound(label, ci_id)
    return found


def lock_current(tx: Transaction, label: str, ci_id: str, revision: int | None) -> DeclaredCI:
    """The declared CI, locked and counted one revision up.

    `revision` is the one the caller has read; None skips the check. Raises NotFound, Stale where somebody was faster,
    Conflict for one that is retired.
    """
    found = declared.lock(tx, ci_id, label)
    if found is None:
        raise NotFound(label, ci_id)
    if revision is not None and found[0] != revision + 1:
        raise Stale(f"{ci_id} is at version {found[0] - 1}, not {revision}: read it again")
    if found[1] != "active":
        raise Conflict(f"{ci_id} is retired")
    return existing(tx, label, ci_id)


def change_values(tx: Transaction, ci: DeclaredCI, wanted: Mapping[str, Value | None], at: int, by: str) -> None:
    """Set these values, and keep what they were."""
    for name, value in wanted.items():
        old = ci.values.get(name)
        if value != old:
            declared.set_value(tx, ci.id, name, old, value, at, by)


def change_relations(
    tx: Transaction, ci_id: str, verb: Verb, wanted: Iterable[str], at: int, by: str
) -> tuple[set[str], set[str]]:
    """Let the CI stand in this relationship to exactly these; what it no longer does is kept as past.

    Returns those to which it began to, and those to which it ceased to.
    """
    standing, wanted = set(declared.standing(tx, ci_id, verb)), set(wanted)
    for end in sorted(standing - wanted):
        declared.unrelate(tx, verb, ci_id, end, at)
    for end in sorted(wanted - standing):
        declared.relate(tx, verb, ci_id, end, at, by)
    return wanted - standing, standing - wanted
