"""Changes that cannot go ahead as planned: the drawn cases, and every instant against trying all sets of changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from itertools import combinations
from random import Random

import pytest

from cmdb.analyse.answer import Effect, State
from cmdb.analyse.calendars import DAY_MS, Calendar, Span
from cmdb.analyse.conflicts import find_conflicts
from cmdb.analyse.free_window import next_free_window
from cmdb.analyse.neighbourhood import Neighbourhood
from cmdb.analyse.planned import Conflict, Freeze, PlannedChange, Rules
from cmdb.analyse.scenarios import states_of_many
from tests.analyse.naive import World, answer, random_world
from tests.analyse.naive_sets import falls
from tests.analyse.sketch import sketch

ALWAYS = Span(0, 100)


class Asked:
    """What many sets of failures do in a graph; counts them."""

    def __init__(self, n: Neighbourhood) -> None:
        self.n = n
        self.sets = 0

    def __call__(self, failures: Sequence[Mapping[str, Effect]], of: Set[str] | None) -> Sequence[Mapping[str, State]]:
        self.sets += len(failures)
        return states_of_many(self.n, failures, of=of)


def change(name: str, start: int, end: int, *touched: str, people: str = "", is_over: bool = False) -> PlannedChange:
    """Touches `ci`, `ci:degraded` or `ci:none`."""
    named = {"down": "down", "degraded": "degraded", "none": None}
    effects = {ci: named[effect or "down"] for ci, _, effect in (one.partition(":") for one in touched)}
    return PlannedChange(name, Span(start, end), effects, frozenset(people.split()), is_over)


def conflicts(
    n: Neighbourhood, *changes: PlannedChange, rules: Rules | None = None, now: int = 0, about: str | None = None
) -> list[tuple[str, tuple[str, ...], tuple[str, ...], list[tuple[int, int]]]]:
    found = find_conflicts(changes, Asked(n), rules or Rules(), now, ALWAYS, about)
    return [(c.kind, c.changes, c.cis, [(s.start_at, s.end_at) for s in c.windows]) for c in found]


def test_two_changes_on_the_two_members_of_a_pair_take_down_together_what_neither_does():
    n = sketch("shop PROVIDED_BY app\napp NEEDS pair\npair ANY_OF db1 db2")
    one, other = change("CHG-1", 10, 30, "db1"), change("CHG-2", 20, 40, "db2")
    assert conflicts(n, one, other) == [("lost_together", ("CHG-1", "CHG-2"), ("app", "shop"), [(20, 30)])]
    assert conflicts(n, one, change("CHG-2", 30, 40, "db2")) == [], "one after the other"


def test_three_changes_of_which_no_two_are_too_many_are_one_conflict():
    n = sketch("app NEEDS farm\nfarm ANY_OF w1 w2 w3 w4", needs={"farm": 2})
    changes = [change(f"CHG-{i}", 0, 10, f"w{i}") for i in (1, 2, 3)]
    assert conflicts(n, *changes) == [("lost_together", ("CHG-1", "CHG-2", "CHG-3"), ("app",), [(0, 10)])]


def test_more_than_three_that_it_takes_are_told_as_one_set_without_one_to_spare():
    n = sketch("app NEEDS farm\nfarm ANY_OF w1 w2 w3 w4 w5 w6", needs={"farm": 2})
    changes = [change(f"CHG-{i}", 0, 10, f"w{i}") for i in range(1, 7)]
    [(kind, ids, cis, _)] = conflicts(n, *changes)
    assert (kind, len(ids), cis) == ("lost_together", 5, ("app",))
    assert "CHG-1" in conflicts(n, *changes, about="CHG-1")[0][1], "the change in question is left out last"


def test_members_in_different_rooms_meet_in_the_power_unit_below_one_of_them():
    n = sketch("app NEEDS pair\npair ANY_OF db1 db2\ndb2 RUNS_ON host\nhost POWERED_BY pdu")
    assert conflicts(n, change("CHG-1", 0, 9, "db1"), change("CHG-2", 0, 9, "pdu"))[0][:3] == (
        "lost_together", ("CHG-1", "CHG-2"), ("app",),
    )  # fmt: skip


def test_one_change_on_the_core_switch_among_fifty_is_one_conflict():
    n = sketch("\n".join(f"ci{i:02} DEPENDS_ON core" for i in range(49)))
    others = [change(f"CHG-{i:02}", i, i + 30, f"ci{i:02}:degraded") for i in range(49)]
    found = conflicts(n, change("CHG-core", 0, 100, "core"), *others)
    assert [(kind, len(ids), len(cis)) for kind, ids, cis, _ in found] == [("takes_down", 50, 49)]
    own = conflicts(n, change("CHG-core", 0, 100, "core"), *others, about="CHG-07")
    assert [(kind, windows) for kind, _, _, windows in own] == [("takes_down", [(7, 37)])]


def test_fifty_changes_that_degrade_one_thing_are_one_note():
    n = sketch("\n".join(f"portal DEPENDS_ON ci{i:02} soft" for i in range(50)))
    found = conflicts(n, *(change(f"CHG-{i:02}", i, i + 30, f"ci{i:02}") for i in range(50)))
    assert [(kind, len(ids), cis) for kind, ids, cis, _ in found] == [("shared", 50, ("portal",))]


def test_a_freeze_on_a_service_three_hops_away_blocks():
    n = sketch("shop PROVIDED_BY app\napp CALLS db\ndb RUNS_ON host\nreport CALLS db soft")
    freeze = Freeze("quarter end", Calendar((Span(5, 20),)), frozenset({"shop", "report"}))
    assert conflicts(n, change("CHG-1", 0, 10, "host"), rules=Rules((freeze,))) == [
        ("freeze", ("CHG-1",), ("shop",), [(5, 10)])
    ]
    assert conflicts(n, change("CHG-1", 0, 5, "host"), rules=Rules((freeze,))) == []


def test_a_freeze_is_broken_by_two_changes_together_too():
    n = sketch("shop NEEDS pair\npair ANY_OF db1 db2")
    freeze = Freeze("black friday", Calendar((Span(0, 50),)), frozenset({"shop"}))
    found = conflicts(n, change("A", 0, 9, "db1"), change("B", 0, 9, "db2"), rules=Rules((freeze,)))
    assert [kind for kind, *_ in found] == ["lost_together", "freeze"]
    everything = Freeze("year end", Calendar((Span(0, 50),)))
    assert conflicts(n, change("A", 0, 9, "db1"), rules=Rules((everything,))) == [
        ("freeze", ("A",), ("db1",), [(0, 9)])
    ]


def test_a_maintenance_window_binds_only_a_service_that_goes_down():
    n = sketch("shop PROVIDED_BY app\nblog PROVIDED_BY app soft")
    rules = Rules(maintenance={"shop": Calendar((Span(50, 60),)), "blog": Calendar((Span(50, 60),))})
    assert conflicts(n, change("A", 40, 60, "app"), rules=rules) == [
        ("maintenance_window", ("A",), ("shop",), [(40, 50)])
    ]
    assert conflicts(n, change("A", 50, 60, "app"), rules=rules) == []
    assert conflicts(n, change("A", 40, 60, "app:degraded"), rules=rules) == []


def test_one_ci_in_two_changes_blocks_and_people_are_in_one_place_at_a_time():
    n = sketch("app CALLS db")
    one, other = change("A", 0, 9, "db:none", people="erna"), change("B", 5, 20, "db:none", people="erna otto")
    assert conflicts(n, one, other) == [
        ("same_ci", ("A", "B"), ("db",), [(5, 9)]),
        ("booked_twice", ("A", "B"), (), [(5, 9)]),
    ]
    assert find_conflicts([one, other], Asked(n), Rules(), 0, ALWAYS)[1].by == "erna"


def test_a_change_that_nobody_closed_stays_in_force_after_its_window():
    n = sketch("app NEEDS pair\npair ANY_OF db1 db2")
    old, new = change("A", 0, 10, "db1"), change("B", 40, 50, "db2")
    assert conflicts(n, old, new, now=30)[0][3] == [(40, 50)]
    assert conflicts(n, change("A", 0, 10, "db1", is_over=True), new, now=30) == []
    assert conflicts(n, old, new, now=5) == [], "it may still end in time"


def test_the_next_free_window_comes_after_what_is_in_the_way_and_inside_of_what_is_allowed():
    n = sketch("shop PROVIDED_BY app\napp NEEDS pair\npair ANY_OF db1 db2\nblog PROVIDED_BY app")
    others = [change("B", 0, 30, "db2"), change("C", 35, 36, "db2")]
    rules = Rules((Freeze("end of year", Calendar((Span(40, 50),)), frozenset({"db1"})),))
    wanted = change("A", 10, 20, "db1")
    assert next_free_window(wanted, others, Asked(n), rules, 0, 0) == Span(50, 60)
    assert next_free_window(wanted, [], Asked(n), rules, 0, 0) == Span(0, 10)
    only = Rules(maintenance={"shop": Calendar((Span(70, 75), Span(80, 95)))})
    assert next_free_window(change("A", 0, 10, "app"), [], Asked(n), only, 0, 0) == Span(80, 90)


def test_ninety_days_are_searched_and_no_more():
    n = sketch("shop PROVIDED_BY app")
    blocked = Rules((Freeze("moratorium", Calendar((Span(0, 90 * DAY_MS),))),))
    assert next_free_window(change("A", 0, 10, "app"), [], Asked(n), blocked, 0, 0) == Span(
        90 * DAY_MS, 90 * DAY_MS + 10
    )
    longer = Rules((Freeze("moratorium", Calendar((Span(0, 90 * DAY_MS + 1),))),))
    assert next_free_window(change("A", 0, 10, "app"), [], Asked(n), longer, 0, 0) is None


def test_many_changes_at_once_are_asked_about_in_thousands_of_sets_and_not_in_all():
    n = sketch("app NEEDS farm\nfarm ANY_OF " + " ".join(f"w{i:02}" for i in range(60)), needs={"farm": 58})
    ask = Asked(n)
    found = find_conflicts([change(f"C{i:02}", 0, 9, f"w{i:02}") for i in range(60)], ask, Rules(), 0, ALWAYS)
    assert [(c.kind, len(c.changes)) for c in found] == [("lost_together", 3)]
    assert ask.sets < 60 * 59


END = 12
WORLDS = 25


def random_plan(world: World, random: Random) -> tuple[list[PlannedChange], Rules]:
    cis = sorted(world.nodes - world.groups.keys())

    def span() -> Span:
        start = random.randrange(END)
        return Span(start, random.randint(start + 1, END + 2))

    changes = [
        PlannedChange(
            f"C{number}",
            span(),
            {ci: random.choice(["down", "down", "degraded", None]) for ci in random.sample(cis, random.randint(1, 2))},
            frozenset(random.sample(["erna", "otto", "ida"], random.choice([0, 0, 1, 2]))),
            random.random() < 0.1,
        )
        for number in range(random.randint(2, 5))
    ]
    freezes = tuple(
        Freeze(f"F{number}", Calendar((span(),)), random.choice([None, frozenset(random.sample(cis, 1))]))
        for number in range(random.choice([0, 0, 1, 2]))
    )
    return changes, Rules(freezes, {ci: Calendar((span(),)) for ci in random.sample(cis, random.choice([0, 0, 1]))})


def by_trying_all(
    world: World, changes: list[PlannedChange], rules: Rules, now: int, at: int
) -> set[tuple[object, ...]]:
    """What stands against what at an instant: kind, changes, by what, CI; for notes only the CI."""

    def covers(calendar: Calendar) -> bool:
        return any(span.start_at <= at < span.end_at for span in calendar.once)

    active = [
        c for c in changes
        if not c.is_over and c.window.start_at <= at and (at < c.window.end_at or c.window.end_at <= now)
    ]  # fmt: skip
    found: set[tuple[object, ...]] = set()
    minimal: dict[str, list[set[str]]] = {}
    for size in range(1, len(active) + 1):
        for chosen in combinations(active, size):
            ids = {c.id for c in chosen}
            for ci in (
                falls(world, {ci for c in chosen for ci, e in c.effects.items() if e == "down"}) - world.groups.keys()
            ):
                if not any(known <= ids for known in minimal.get(ci, [])):
                    minimal.setdefault(ci, []).append(ids)
    for ci, sets in minimal.items():
        small = [ids for ids in sets if len(ids) <= 3]
        singles = [ids for ids in sets if len(ids) == 1]
        for ids in singles or small:  # what one change takes down is no matter of several
            key = tuple(sorted(ids))
            if len(ids) > 1:
                found.add(("lost_together", key, None, ci))
            for freeze in rules.freezes:
                if covers(freeze.calendar) and (freeze.cis is None or ci in freeze.cis):
                    found.add(("freeze", key, freeze.name, ci))
            if ci in rules.maintenance and not covers(rules.maintenance[ci]):
                found.add(("maintenance_window", key, None, ci))
    down = {c.id: falls(world, {ci for ci, e in c.effects.items() if e == "down"}) for c in active}
    for one, other in combinations(active, 2):
        found |= {("same_ci", ci) for ci in one.effects.keys() & other.effects.keys()}
        found |= {("booked_twice", person) for person in one.people & other.people}
    for one in active:
        for other in active:
            if one is not other:
                taken = (down[one.id] - one.effects.keys()) & other.effects.keys()
                found |= {("takes_down", one.id, ci) for ci in taken}
    affected: dict[str, set[str]] = {}
    for one in active:
        state = answer(world, {ci: effect for ci, effect in one.effects.items() if effect}).state
        affected[one.id] = {node for node, level in state.items() if level} - one.effects.keys()
    for ci in world.nodes - world.groups.keys():
        if sum(ci in of for of in affected.values()) > 1:
            found.add(("shared", ci))
    return found


def flat(conflict: Conflict) -> set[tuple[object, ...]]:
    if conflict.kind == "booked_twice":
        return {(conflict.kind, conflict.by)}
    if conflict.kind in ("same_ci", "shared"):
        return {(conflict.kind, ci) for ci in conflict.cis}
    if conflict.kind == "takes_down":
        return {(conflict.kind, conflict.by, ci) for ci in conflict.cis}
    return {(conflict.kind, conflict.changes, conflict.by, ci) for ci in conflict.cis}


def spelled_out(found: Sequence[Conflict]) -> set[tuple[object, ...]]:
    """All of it, but for sets of more than three changes: of these the product tells one, the reference all."""
    return {one for c in found for one in flat(c) if len(c.changes) <= 3 or len(one) < 4}


@pytest.mark.parametrize("batch", range(4))
def test_the_conflicts_of_every_instant_are_those_of_trying_all_sets_of_changes(batch: int):
    for number in range(WORLDS):
        random = Random(11_000_000 + batch * WORLDS + number)
        world = random_world(random)
        changes, rules = random_plan(world, random)
        now = random.choice([0, 0, END // 2])
        ask = Asked(world.neighbourhood(random))
        for at in range(END):
            found = find_conflicts(changes, ask, rules, now, Span(at, at + 1))
            product = {
                one for conflict in found for one in flat(conflict) if len(conflict.changes) <= 3 or len(one) < 4
            }
            assert product == by_trying_all(world, changes, rules, now, at), (world, changes, rules, at)
        whole = find_conflicts(changes, ask, rules, now, Span(0, END))
        assert spelled_out(whole) == {one for at in range(END) for one in by_trying_all(world, changes, rules, now, at)}


def is_free(wanted: PlannedChange, others: list[PlannedChange], ask: Asked, rules: Rules) -> bool:
    found = find_conflicts([wanted, *others], ask, rules, 0, wanted.window, wanted.id)
    return all(conflict.severity == "note" for conflict in found)


def test_the_next_free_window_is_the_first_of_all_that_are_free():
    for number in range(WORLDS):
        random = Random(12_000_000 + number)
        world = random_world(random)
        changes, rules = random_plan(world, random)
        wanted, *others = changes
        ask = Asked(world.neighbourhood(random))
        found = next_free_window(wanted, others, ask, rules, 0, 0, searched_ms=2 * END)
        length = wanted.window.end_at - wanted.window.start_at
        tried = [replace(wanted, window=Span(start, start + length)) for start in range(2 * END + 1)]
        free = [one.window for one in tried if is_free(one, others, ask, rules)]
        assert found == (free[0] if free else None)
