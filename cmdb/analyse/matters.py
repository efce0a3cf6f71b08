"""What stands between changes that are under way at the same time, and what of it is one matter."""

from collections.abc import Iterable, Mapping, Sequence, Set

from cmdb.analyse.answer import State
from cmdb.analyse.calendars import Span, joined
from cmdb.analyse.planned import SEVERITY_OF, Conflict, Kind, PlannedChange

BY_ONE: Set[Kind] = frozenset({"takes_down", "booked_twice"})
Matter = tuple[Kind, tuple[str, ...], str | None, frozenset[str]]
"""A kind, the changes by id, by what, and the CIs."""


def same_ci(active: Sequence[PlannedChange]) -> list[Matter]:
    """The CIs that several changes touch, by the changes that do."""
    touching: dict[str, list[str]] = {}
    for change in active:
        for ci in change.effects:
            touching.setdefault(ci, []).append(change.id)
    by_changes: dict[tuple[str, ...], set[str]] = {}
    for ci, ids in touching.items():
        if len(ids) > 1:
            by_changes.setdefault(tuple(ids), set()).add(ci)
    return [("same_ci", ids, None, frozenset(cis)) for ids, cis in by_changes.items()]


def takes_down(active: Sequence[PlannedChange], down: Mapping[str, frozenset[str]]) -> list[Matter]:
    """For each change, all others that touch something it takes down without being told to: one conflict."""
    found: list[Matter] = []
    for change in active:
        taken = down[change.id] - change.effects.keys()
        under = {other.id: taken & other.effects.keys() for other in active if other.id != change.id}
        hit = {id_: cis for id_, cis in under.items() if cis}
        if hit:
            found.append(("takes_down", tuple(sorted((change.id, *hit))), change.id, frozenset().union(*hit.values())))
    return found


def booked_twice(active: Sequence[PlannedChange]) -> list[Matter]:
    """The people who are to do several changes at once; teams and automation are not named among them."""
    booked: dict[str, list[str]] = {}
    for change in active:
        for person in change.people:
            booked.setdefault(person, []).append(change.id)
    return [("booked_twice", tuple(ids), person, frozenset()) for person, ids in sorted(booked.items()) if len(ids) > 1]


def shared(active: Sequence[PlannedChange], alone: Mapping[str, Mapping[str, State]]) -> list[Matter]:
    """What several changes affect beside what they touch, without any more harm: told by CI here, summed up later."""
    affecting: dict[str, list[str]] = {}
    for change in active:
        for ci in alone[change.id].keys() - change.effects.keys():
            affecting.setdefault(ci, []).append(change.id)
    return [("shared", tuple(ids), None, frozenset((ci,))) for ci, ids in affecting.items() if len(ids) > 1]


def summed_up(found: Iterable[tuple[Matter, Span]]) -> tuple[Conflict, ...]:
    """One conflict for what is one matter: for each change that takes others down, each person, all that is shared."""
    matters: dict[tuple[object, ...], list[tuple[Matter, Span]]] = {}
    notes: list[tuple[set[str], list[tuple[Matter, Span]]]] = []
    for one in found:
        (kind, changes, by, _), _ = one
        if kind == "shared":
            notes = _with_note(notes, set(changes), one)
        else:
            matters.setdefault((kind, by) if kind in BY_ONE else (kind, by, changes), []).append(one)
    conflicts = [_conflict(parts) for parts in (*matters.values(), *(parts for _, parts in notes))]
    kinds = list(SEVERITY_OF)
    return tuple(sorted(conflicts, key=lambda one: (kinds.index(one.kind), one.windows, one.changes, one.by or "")))


def _with_note(
    notes: Sequence[tuple[set[str], list[tuple[Matter, Span]]]], changes: set[str], one: tuple[Matter, Span]
) -> list[tuple[set[str], list[tuple[Matter, Span]]]]:
    """Notes that have a change in common are one."""
    apart = [note for note in notes if not note[0] & changes]
    joint = [note for note in notes if note[0] & changes]
    return [*apart, (changes.union(*(ids for ids, _ in joint)), [*(part for _, parts in joint for part in parts), one])]


def _conflict(parts: Sequence[tuple[Matter, Span]]) -> Conflict:
    (kind, _, by, _), _ = parts[0]
    return Conflict(
        kind=kind,
        changes=tuple(sorted({change for (_, changes, _, _), _ in parts for change in changes})),
        cis=tuple(sorted({ci for (_, _, _, cis), _ in parts for ci in cis})),
        windows=joined(span for _, span in parts),
        by=by,
    )
