"""One CI as of an instant: what held then, read under what is today taken for one thing.

What each scope said then is put together from what it says now and from its past values; whose value stood is then
decided by the code that decides it for today. When a source was silent is not kept: before it was last heard, it counts
as heard.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from cmdb.errors import Invalid
from cmdb.model.types import BY_LABEL
from cmdb.model.vocabulary import Value
from cmdb.reconcile.content import ContentItem
from cmdb.reconcile.manual import ManualValue
from cmdb.reconcile.projection import title_of
from cmdb.store.driver import Graph
from cmdb.store.queries import manual_values
from cmdb.store.queries.as_of import Dwelling, PastValue, dwelling, past_values
from cmdb.store.queries.inventory import CI
from cmdb.store.queries.provenance import Behind, behind
from cmdb.store.queries.retention import horizon
from cmdb.usecases.provenance import Contribution, ValueOrigin, origins, seen_by
from cmdb.usecases.show import Shown, Standing, standing_of

_FAMILIES = sorted(label for label, ci_type in BY_LABEL.items() if ci_type.family is not None)
_BY_PERSON = "person|"
"""Claims of people begin with it: they are about the CI and not what a scope said."""

StateThen = Literal["active", "retired", "absent"]


@dataclass(frozen=True, slots=True)
class _Past:
    """What is known of one instant: what has changed since by claimant, and what people held fast."""

    by_owner: Mapping[str, Mapping[str, PastValue]]
    manual: Sequence[ManualValue]


def checked_instant(graph: Graph, at: int, now: int, field: str = "as_of") -> int:
    """The instant (epoch ms); raises Invalid for one that lies ahead, or before the horizon of what is kept."""
    if at > now:
        raise Invalid("this instant lies ahead, and nobody knows what will be", field)
    since = horizon(graph)
    if since is not None and at < since:
        raise Invalid(f"the past is kept since {_written(since)}, and what was before is not guessed", field)
    return at


def _written(at: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)).isoformat(timespec="seconds")


def show_ci_at(graph: Graph, ci_id: str, at: int) -> Shown:
    """The CI as it was at `at` (epoch ms): values, state and place; before anyone knew it, it is `absent`.

    `valid_from`, `valid_to` and the sightings are what is known of them today; values that always move are not kept.
    Raises NotFound.
    """
    found = standing_of(graph, ci_id)
    ci = found.ci
    lived = dwelling(graph, ci.id, at, _FAMILIES)
    state = _state(ci, lived, at)
    values = [] if state == "absent" else _values(graph, found, lived, at)
    named = {one.name: one.value for one in values}
    return Shown(
        id=ci.id,
        type=ci.type,
        title=title_of(BY_LABEL[ci.type], named) if found.said and named else ci.title,
        state=state,
        valid_from=ci.valid_from,
        valid_to=ci.valid_to,
        last_seen_at=None,
        domain=ci.domain,
        place=lived.place,
        values=values,
        sightings=[one for one in seen_by(found.said, at) if one.first_seen_at <= at],
        as_of=at,
    )


def _state(ci: CI, lived: Dwelling, at: int) -> StateThen:
    if ci.valid_to is not None and at >= ci.valid_to:
        return "retired"
    if ci.valid_from is not None and at < ci.valid_from:
        return "absent"
    # A part that was away and came back has one life; where it lived tells when it was away.
    away = BY_LABEL[ci.type].needs_parent and lived.is_inside and lived.place is None
    return "absent" if away else "active"


def _values(graph: Graph, found: Standing, lived: Dwelling, at: int) -> list[ValueOrigin]:
    ci_type, root = BY_LABEL[found.ci.type], found.root or lived.root
    by_owner: defaultdict[str, dict[str, PastValue]] = defaultdict(dict)
    for one in past_values(graph, found.ci.id, at):
        by_owner[one.owner][one.attribute] = one
    said = said_at(found.said, by_owner, at)
    known = {one.owner for one in found.said}
    former = {owner: past for owner, past in by_owner.items() if owner not in known and not _is_person(owner)}
    if former and root is not None:
        said += _said_by_former(behind(graph, root), ci_type.label, former)
    manual = _manual_at(graph, {one.source.node for one in said}, {one.owner for one in said} | by_owner.keys(), at)
    base = _told_of_the_ci(found, by_owner)
    values = origins(ci_type, base, said, manual, at)
    missing = base.keys() - {one.name for one in values}
    values += [ValueOrigin(a.name, base[a.name], a.unit, False, None) for a in ci_type.attributes if a.name in missing]
    order = {attribute.name: number for number, attribute in enumerate(ci_type.attributes)}
    return sorted(values, key=lambda one: order[one.name])


def said_at(
    said: Iterable[Contribution], past: Mapping[str, Mapping[str, PastValue]], at: int
) -> list[Contribution]:  # fmt: skip
    """What these scopes said at `at`, by what they say now and what they said before; who said nothing is left out."""
    found: list[Contribution] = []
    for one in said:
        values: dict[str, Value] = {}
        changed: dict[str, int] = {}
        for name, value in one.item.values.items():
            since = one.item.changed.get(name, one.item.since)
            if since <= at:
                values[name], changed[name] = value, since
        for name, before in past.get(one.owner, {}).items():
            if name not in values and before.value is not None and before.since is not None:
                values[name], changed[name] = before.value, before.since
        if values:
            found.append(_contribution(one.source, one.item_key, one.item.type, one.item.birth, values, changed))
    return found


def _said_by_former(
    sources: Sequence[Behind], label: str, former: Mapping[str, Mapping[str, PastValue]]
) -> list[Contribution]:
    """What scopes said of it that have it no more."""
    found: list[Contribution] = []
    for owner, past in sorted(former.items()):
        ours = [one for one in sources if owner == one.key or owner.startswith(f"{one.node}|")]
        held = {name: one for name, one in past.items() if one.value is not None and one.since is not None}
        if ours and held:
            source = max(ours, key=lambda one: (owner == one.key, len(one.node)))
            values = {name: one.value for name, one in held.items() if one.value is not None}
            changed = {name: one.since for name, one in held.items() if one.since is not None}
            birth = owner.removeprefix(f"{source.node}|")
            item_key = source.item if owner == source.key else birth
            found.append(_contribution(source, item_key, label, birth, values, changed))
    return found


def _contribution(
    source: Behind, item_key: str, label: str, birth: str, values: dict[str, Value], changed: dict[str, int]
) -> Contribution:
    since = min(changed.values())
    item = ContentItem(label, None, values, {}, birth, since, since, changed)
    return Contribution(replace(source, volatile={}), item_key, item)


def _manual_at(graph: Graph, scopes: set[str], owners: set[str], at: int) -> list[ManualValue]:
    """What people had set for the CI and neither withdrawn nor let expire at that instant."""
    found = graph.read(lambda tx: manual_values.every(tx, scopes)) if scopes else []
    return [
        replace(one, ended_at=None)
        for one in found
        if one.anchor in owners and one.set_at <= at and (one.ended_at is None or at < one.ended_at)
    ]


def _told_of_the_ci(found: Standing, by_owner: Mapping[str, Mapping[str, PastValue]]) -> dict[str, Value]:
    """What is known of the CI itself: what people declare it as, or what it ended with."""
    if found.said:
        return {}
    changed = {name for past in by_owner.values() for name in past}
    base = {name: value for name, value in found.ci.values.items() if name not in changed}
    for owner, past in by_owner.items():
        # Where sources tell of it, what a person set is found among their values.
        if _is_person(owner) and BY_LABEL[found.ci.type].declared:
            base |= {name: one.value for name, one in past.items() if one.value is not None}
    return base


def _is_person(owner: str) -> bool:
    return owner.startswith(_BY_PERSON)
