"""The difference of two instants for everything that a CI needs: which of it came or went, and what changed in it."""

from __future__ import annotations

from dataclasses import dataclass

from cmdb.model.sources import fresh_until
from cmdb.model.types import BY_LABEL
from cmdb.model.verbs import IMPACT_VERBS
from cmdb.store.driver import Graph
from cmdb.store.queries import differences as queries
from cmdb.store.queries import manual_values
from cmdb.store.queries.differences import ChangedRelation
from cmdb.usecases.as_of import show_ci_at
from cmdb.usecases.differences import ChangedValue, changed_values, check_span
from cmdb.usecases.provenance import Contribution, contributions_within
from cmdb.usecases.relations import BY_TYPE
from cmdb.usecases.show import standing_of

MAX_CONE = 1_000
MAX_LISTED = 200
MAX_RELATIONS = 2_000
_FAMILIES = sorted(label for label, ci_type in BY_LABEL.items() if ci_type.family is not None)
_TYPES = sorted(name for verb in IMPACT_VERBS for name in (verb.name, verb.past))


@dataclass(frozen=True, slots=True)
class ChangedNeed:
    """A CI in which something differs. `was_needed`, `is_needed`: at the earlier and the later instant.

    `relations`: those that start at it.
    """

    id: str
    type: str
    title: str
    place: str | None
    was_needed: bool
    is_needed: bool
    state_before: str
    state_after: str
    values: tuple[ChangedValue, ...]
    relations: tuple[ChangedRelation, ...]


@dataclass(frozen=True, slots=True)
class NeedsDifference:
    """What differs between two instants (epoch ms) in a CI and all that it needed at either, by title.

    `looked_at`: how many CIs that is; `is_cut`: there was more to look at, or to list.
    """

    id: str
    start: int
    end: int
    looked_at: int
    cis: tuple[ChangedNeed, ...]
    is_cut: bool


def needs_difference(graph: Graph, ci_id: str, start: int, end: int, now: int) -> NeedsDifference:
    """What to change in the needs of the CI as of `start` to have those as of `end`. Raises NotFound, Invalid."""
    check_span(graph, start, end, now)
    own = standing_of(graph, ci_id).ci.id
    before, after = (_cone(graph, own, at) for at in (start, end))
    cone = sorted(before | after)
    found = queries.changed_relations(graph, cone, ("out",), sorted(BY_TYPE), start, end, MAX_RELATIONS + 1)
    relations: dict[str, list[ChangedRelation]] = {}
    for one in found[:MAX_RELATIONS]:
        relations.setdefault(one.ci, []).append(one)
    suspects = sorted(_suspects(graph, cone, start, end) | relations.keys() | (before ^ after))
    listed: list[ChangedNeed] = []
    for ci in suspects[:MAX_LISTED]:
        old, new = show_ci_at(graph, ci, start), show_ci_at(graph, ci, end)
        values = tuple(changed_values(new.type, old.values, new.values))
        if values or ci in relations or old.state != new.state or (ci in before) != (ci in after):
            place = new.place or old.place
            listed.append(ChangedNeed(
                id=ci, type=new.type, title=new.title, place=place.title if place else None, was_needed=ci in before,
                is_needed=ci in after, state_before=old.state, state_after=new.state, values=values,
                relations=tuple(relations.get(ci, ())),
            ))  # fmt: skip
    return NeedsDifference(
        id=own,
        start=start,
        end=end,
        looked_at=len(cone),
        cis=tuple(sorted(listed, key=lambda one: (one.title, one.id))),
        is_cut=len(found) > MAX_RELATIONS or len(suspects) > MAX_LISTED or max(len(before), len(after)) >= MAX_CONE,
    )


def _cone(graph: Graph, start: str, at: int) -> set[str]:
    """The CI and what it needed at that instant, the nearest `MAX_CONE`."""
    known, edge = {start}, [start]
    while edge and len(known) < MAX_CONE:
        found = queries.needed_at(graph, edge, _TYPES, at, MAX_CONE + len(known))
        edge = [ci for ci in found if ci not in known][: MAX_CONE - len(known)]
        known |= set(edge)
    return known


def _suspects(graph: Graph, cone: list[str], start: int, end: int) -> set[str]:
    """The CIs that may differ. A value that came where there was none before stands in the contents alone, and one that
    another source's silence let stand nowhere."""
    found: set[str] = set()
    roots: dict[str, set[str]] = {}
    for ci, root, changed in queries.touched(graph, cone, _FAMILIES, start, end):
        if changed:
            found.add(ci)
        elif root is not None:
            roots.setdefault(root, set()).add(ci)
    for root, wanted in roots.items():
        said = {ci: told for ci, told in contributions_within(graph, root).items() if ci in wanted}
        found |= {ci for ci, told in said.items() if any(_changed(one, start, end) for one in told)}
        owners = {one.owner: ci for ci, told in said.items() for one in told}
        scopes = {one.source.node for told in said.values() for one in told}
        for manual in graph.read(lambda tx, scopes=scopes: manual_values.every(tx, scopes)):
            instants = (manual.set_at, manual.ended_at, manual.expires_at)
            if manual.anchor in owners and any(at is not None and start < at <= end for at in instants):
                found.add(owners[manual.anchor])
    return found


def _changed(one: Contribution, start: int, end: int) -> bool:
    if start <= fresh_until(one.source.last_seen_at, one.source.period_ms) < end:
        return True
    return any(start < at <= end for at in (one.item.since, *one.item.changed.values()))
