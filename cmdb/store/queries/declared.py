"""CIs that people declare, and what people say about relationships."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import LiteralString

from cmdb.model.types import BY_LABEL
from cmdb.model.vocabulary import Value, Verb
from cmdb.reconcile.causes import Ending
from cmdb.store import statements
from cmdb.store.driver import Row, Transaction, rows
from cmdb.store.intervals import begun, over
from cmdb.store.queries.counters import next_number

PERSON = "person"
"""The scope of whatever a person said."""

_READ: LiteralString = """
MATCH (n:CI {id: $id}) WHERE n.type = $type
RETURN properties(n) AS node,
       [(n)-[r:PROVIDED_BY|DEPENDS_ON|OWNED_BY|SUPPORTED_BY]->(x:CI) |
        [type(r), x.id, x.type, x.title, x.state, r.valid_from, r.strength]] AS relations
"""

_LIST: LiteralString = """
MATCH (n:CI {type: $type})
WHERE n.state IN $states AND ($name IS NULL OR toLower(n.title) CONTAINS toLower($name))
  AND ($after_title IS NULL OR n.title > $after_title OR (n.title = $after_title AND n.id > $after_id))
WITH n ORDER BY n.title, n.id LIMIT $limit
RETURN properties(n) AS node,
       [(n)-[r:PROVIDED_BY|DEPENDS_ON|OWNED_BY|SUPPORTED_BY]->(x:CI) |
        [type(r), x.id, x.type, x.title, x.state, r.valid_from, r.strength]] AS relations
"""

_NAMESAKE: LiteralString = """
MATCH (n:CI {title: $name}) WHERE n.type = $type AND n.state = 'active' AND n.id <> $but
RETURN n.id AS id LIMIT 1
"""

_LOCK: LiteralString = """
MATCH (n:CI {id: $id}) WHERE n.type = $type
SET n.revision = coalesce(n.revision, 0) + 1
RETURN n.revision AS revision, n.state AS state
"""

_SET: LiteralString = "MATCH (n:CI {id: $id}) SET n += $values"

_RETIRE: LiteralString = "MATCH (n:CI {id: $id}) SET n.state = 'retired', n.valid_to = $at"

# A value holds since the last one before it ended, or since the CI began.
_CLAIM: LiteralString = """
MATCH (n:CI {id: $id})
OPTIONAL MATCH (n)-[:HAD]->(former:Claim {attribute: $attribute})
WITH n, coalesce(max(former.valid_to), n.valid_from) AS since
CREATE (n)-[:HAD]->(:Claim {
  sighting: 'person|' + n.id, attribute: $attribute, value: $value, valid_from: since, changed_after: $at,
  valid_to: $at, recorded_at: $at, cause: 'person', by: $by
})
"""

_STANDING: LiteralString = """
MATCH (a:CI {id: $start})-[r]->(b:CI) WHERE type(r) = $verb AND r.scope = 'person'
RETURN b.id AS id, r.strength AS strength, r.valid_from AS since
"""


@dataclass(frozen=True, slots=True)
class Related:
    """The far side of a declared relationship. `strength`: of a dependency, else None."""

    verb: str
    id: str
    type: str
    title: str
    state: str
    valid_from: int
    strength: str | None


@dataclass(frozen=True, slots=True)
class DeclaredCI:
    """A declared CI with its relationships by verb; `revision` counts its changes from 1."""

    id: str
    title: str
    state: str
    revision: int
    valid_from: int
    valid_to: int | None
    values: Mapping[str, Value]
    relations: tuple[Related, ...] = field(default=())

    def related(self, verb: Verb) -> tuple[Related, ...]:
        """What it stands in this relationship to, by title."""
        found = (one for one in self.relations if one.verb == verb.name)
        return tuple(sorted(found, key=lambda one: (one.title, one.id)))


def read(tx: Transaction, ci_id: str, label: str) -> DeclaredCI | None:
    """The declared CI of this type with this id, None where there is none."""
    found = rows(tx, _READ, id=ci_id, type=label)
    return _declared(found[0], label) if found else None


def page(
    tx: Transaction, label: str, *, name: str | None, states: list[str], after: tuple[str, str] | None, limit: int
) -> list[DeclaredCI]:
    """Declared CIs of a type by (title, id), from behind `after`; `name` is a part of the title."""
    title, ci_id = after or (None, None)
    found = rows(
        tx, _LIST, type=label, name=name, states=states, after_title=title, after_id=ci_id, limit=limit
    )  # fmt: skip
    return [_declared(one, label) for one in found]


def lock_names(tx: Transaction, label: str) -> None:
    """Wait until nobody else is naming a CI of this type."""
    next_number(tx, f"names of {label}")


def namesake(tx: Transaction, label: str, name: str, but: str = "") -> str | None:
    """The id of the current CI of this type with this name, other than `but`; None where there is none."""
    found = rows(tx, _NAMESAKE, type=label, name=name, but=but)
    return found[0]["id"] if found else None


def create(tx: Transaction, label: str, ci_id: str, since: int, values: Mapping[str, Value | None]) -> None:
    """Make a declared CI of revision 1; `values` hold its title too."""
    rows(tx, statements.upsert(label), rows=[{"id": ci_id, "since": since, "set": {**values, "revision": 1}}])


def lock(tx: Transaction, ci_id: str, label: str) -> tuple[int, str] | None:
    """Lock a declared CI and count one more revision: (the new revision, its state); None where there is none."""
    found = rows(tx, _LOCK, id=ci_id, type=label)
    return (found[0]["revision"], found[0]["state"]) if found else None


def set_value(tx: Transaction, ci_id: str, name: str, old: Value | None, new: Value | None, at: int, by: str) -> None:
    """Change one value; the old one, None where it had none, is kept as a past claim of a person."""
    if old is not None:
        rows(tx, _CLAIM, id=ci_id, attribute=name, value=old, at=at, by=by)
    rows(tx, _SET, id=ci_id, values={name: new})


def set_title(tx: Transaction, ci_id: str, title: str) -> None:
    """Change what it is called in lists."""
    rows(tx, _SET, id=ci_id, values={"title": title})


def retire(tx: Transaction, ci_id: str, at: int) -> None:
    """End a declared CI."""
    rows(tx, _RETIRE, id=ci_id, at=at)


def standing(tx: Transaction, start: str, verb: Verb) -> dict[str, tuple[str | None, int]]:
    """What a person said this CI stands in the relationship to now: id → (strength, None without one; since when)."""
    found = rows(tx, _STANDING, start=start, verb=verb.name)
    return {one["id"]: (one["strength"], one["since"]) for one in found}


def relate(tx: Transaction, verb: Verb, start: str, end: str, at: int, by: str, strength: str | None = None) -> None:
    """Say that a relationship holds from `at` on."""
    values = {"valid_from": at, "scope": PERSON, "by": by, "strength": strength, **begun(at, at, "person")}
    kept = {name: value for name, value in values.items() if value is not None}
    rows(tx, statements.relate(verb), rows=[{"start": start, "end": end, "set": kept}])


def unrelate(tx: Transaction, verb: Verb, start: str, end: str, at: int) -> None:
    """Say that a relationship ends at `at`."""
    data = [{"start": start, "end": end, "key": "", "set": over(Ending(cause="person"), at, at)}]
    rows(tx, statements.end(verb), rows=data)


def _declared(found: Row, label: str) -> DeclaredCI:
    node = found["node"]
    return DeclaredCI(
        id=node["id"],
        title=node["title"],
        state=node["state"],
        revision=node.get("revision", 1),
        valid_from=node["valid_from"],
        valid_to=node.get("valid_to"),
        values={name: node[name] for name in BY_LABEL[label].by_name if name in node},
        relations=tuple(Related(*one) for one in found["relations"]),
    )
