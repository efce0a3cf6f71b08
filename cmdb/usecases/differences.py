"""The difference of two instants: of one CI, and of the whole estate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cmdb.errors import Invalid
from cmdb.model.types import BY_LABEL
from cmdb.model.vocabulary import Value
from cmdb.store.driver import Graph
from cmdb.store.queries import differences as queries
from cmdb.store.queries.differences import ChangedCI, ChangedRelation, Kind
from cmdb.usecases.as_of import checked_instant, show_ci_at
from cmdb.usecases.provenance import ValueOrigin
from cmdb.usecases.relations import BY_TYPE

__all__ = [
    "KINDS", "CIDifference", "ChangedCI", "ChangedRelation", "ChangedValue", "EstateDifference", "Kind",
    "ci_difference", "estate_difference",
]  # fmt: skip

MAX_RELATIONS = 2_000
KINDS: tuple[Kind, ...] = ("appeared", "retired", "changed")


@dataclass(frozen=True, slots=True)
class ChangedValue:
    """A value that differs; `old` or `new` None: there was none at that instant."""

    name: str
    unit: str | None
    old: Value | None
    new: Value | None


@dataclass(frozen=True, slots=True)
class CIDifference:
    """What of a CI differs between two instants (epoch ms): its state, its values, what it relates to.

    `is_cut`: more than `MAX_RELATIONS` relationships differ, and the first of them are listed.
    """

    id: str
    type: str
    title: str
    start: int
    end: int
    state_before: str
    state_after: str
    values: tuple[ChangedValue, ...]
    relations: tuple[ChangedRelation, ...]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class EstateDifference:
    """A page of the CIs of one kind of difference, and how many there are of each.

    `known_from`: since when anything is known at all (epoch ms): before it the estate counts as empty. None: it is.
    """

    known_from: int | None
    counts: dict[Kind, int]
    cis: list[ChangedCI]


def ci_difference(graph: Graph, ci_id: str, start: int, end: int, now: int) -> CIDifference:
    """What one has to change in the CI as of `start` to have it as of `end`. Raises NotFound, Invalid."""
    check_span(graph, start, end, now)
    before, after = show_ci_at(graph, ci_id, start), show_ci_at(graph, ci_id, end)
    found = queries.changed_relations(
        graph, [after.id], ("in", "out"), sorted(BY_TYPE), start, end, MAX_RELATIONS + 1
    )  # fmt: skip
    return CIDifference(
        id=after.id,
        type=after.type,
        title=after.title,
        start=start,
        end=end,
        state_before=before.state,
        state_after=after.state,
        values=tuple(changed_values(after.type, before.values, after.values)),
        relations=tuple(found[:MAX_RELATIONS]),
        is_cut=len(found) > MAX_RELATIONS,
    )


def changed_values(label: str, before: Iterable[ValueOrigin], after: Iterable[ValueOrigin]) -> list[ChangedValue]:
    """What differs between two lists of values of a CI of this type, in the order of its declaration."""
    old, new = ({one.name: one.value for one in values} for values in (before, after))
    return [
        ChangedValue(attribute.name, attribute.unit, old.get(attribute.name), new.get(attribute.name))
        for attribute in BY_LABEL[label].attributes
        if old.get(attribute.name) != new.get(attribute.name)
    ]


def estate_difference(
    graph: Graph,
    kind: Kind,
    start: int,
    end: int,
    now: int,
    *,
    ci_type: str | None = None,
    limit: int,
    after: tuple[int, str] | None = None,
) -> EstateDifference:
    """Which CIs were there at `end` only, at `start` only, or had values that changed between them; the latest first.

    What came and went between the instants is in neither. `after`: instant and id of the last one known. Raises
    Invalid.
    """
    check_span(graph, start, end, now)
    if ci_type is not None and ci_type not in BY_LABEL:
        raise Invalid(f"no type is called {ci_type!r}", "type")
    return EstateDifference(
        known_from=queries.first_known_at(graph),
        counts={each: queries.count_changed(graph, each, ci_type, start, end) for each in KINDS},
        cis=queries.changed_cis(graph, kind, ci_type, start, end, limit, after),
    )


def check_span(graph: Graph, start: int, end: int, now: int) -> None:
    """Raises Invalid for instants the wrong way round, ahead, or before the horizon of what is kept."""
    checked_instant(graph, end, now, "to")
    if start > end:
        raise Invalid("the first instant lies after the second", "from")
    checked_instant(graph, start, now, "from")
