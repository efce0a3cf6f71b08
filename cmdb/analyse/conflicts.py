"""Which planned changes cannot go ahead as they are, together or alone: what they take down, seen through redundancy.

A window is cut where any change or calendar begins or ends, and in every such interval everything that is in force is
looked at together. What a set of changes does is asked of a function, so nothing here knows the graph.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from itertools import combinations, pairwise
from math import comb

from cmdb.analyse.answer import Effect, State
from cmdb.analyse.calendars import Span, uncovered
from cmdb.analyse.matters import Matter, booked_twice, same_ci, shared, summed_up, takes_down
from cmdb.analyse.planned import Conflict, Freeze, PlannedChange, Rules

LARGEST_SET = 3
MAX_SETS = 25_000
"""Sets of changes of one size that an interval is searched for; beyond, one that suffices is found by leaving out."""

Ask = Callable[[Sequence[Mapping[str, Effect]], Set[str] | None], Sequence[Mapping[str, State]]]
"""For each of these sets of failures by CI id, what is degraded or down after it; of these CIs alone (None: of all)."""

_Acting = tuple[str, frozenset[tuple[str, Effect]]]  # a change with what it fails


def find_conflicts(
    changes: Sequence[PlannedChange], ask: Ask, rules: Rules, now: int, within: Span, about: str | None = None
) -> tuple[Conflict, ...]:
    """The conflicts within a span, blocking ones first; with `about`, only those that this change has a part in."""
    return Assessor(ask, rules, now).conflicts(changes, within, about)


class Assessor:
    """Finds conflicts, and asks only once what a set of effects does."""

    def __init__(self, ask: Ask, rules: Rules, now: int) -> None:
        """`now` in epoch milliseconds decides which windows are over."""
        self._ask = ask
        self._rules = rules
        self._now = now
        self._alone: dict[_Acting, Mapping[str, State]] = {}
        self._sets: dict[tuple[str | None, tuple[_Acting, ...]], dict[tuple[str, ...], frozenset[str]]] = {}

    def conflicts(
        self, changes: Sequence[PlannedChange], within: Span, about: str | None = None
    ) -> tuple[Conflict, ...]:
        """As `find_conflicts`."""
        known = {change.id: change for change in changes}
        force = {one.id: span for one in changes if (span := one.in_force(self._now)) and span.meets(within)}
        freezes = [(freeze, freeze.calendar.spans(within)) for freeze in self._rules.freezes]
        allowed = {ci: calendar.spans(within) for ci, calendar in self._rules.maintenance.items()}
        edges = [*force.values(), *_flat(spans for _, spans in freezes), *_flat(allowed.values())]
        found: list[tuple[Matter, Span]] = []
        for span in _elementary(within, edges):
            active = [known[id_] for id_ in sorted(force) if force[id_].meets(span)]
            frozen = [freeze for freeze, spans in freezes if any(span.meets(one) for one in spans)]
            closed = {ci for ci, spans in allowed.items() if uncovered(span, spans)}
            against = self._in(active, frozen, closed, about)
            found.extend((one, span) for one in against if about is None or about in one[1])
        return summed_up(found)

    def _in(
        self, active: Sequence[PlannedChange], frozen: Sequence[Freeze], closed: Set[str], about: str | None
    ) -> Iterable[Matter]:
        """What stands against the changes of one interval."""
        alone = {change.id: self._states(change) for change in active}
        down = {id_: frozenset(ci for ci, state in of.items() if state == "down") for id_, of in alone.items()}
        found = [*same_ci(active), *takes_down(active, down), *booked_twice(active)]
        sets = {(id_,): cis for id_, cis in down.items()} | self._together(active, down, about)
        for ids, cis in sets.items():
            if len(ids) > 1:
                found.append(("lost_together", ids, None, cis))
            for freeze in frozen:
                if hit := cis if freeze.cis is None else cis & freeze.cis:
                    found.append(("freeze", ids, freeze.name, hit))
            if hit := cis & closed:
                found.append(("maintenance_window", ids, None, hit))
        found.extend(shared(active, alone))
        return found

    def _states(self, change: PlannedChange) -> Mapping[str, State]:
        acting = _acting(change)
        if acting not in self._alone:
            [self._alone[acting]] = self._ask([change.failures], None)
        return self._alone[acting]

    def _together(
        self, active: Sequence[PlannedChange], down: Mapping[str, frozenset[str]], about: str | None
    ) -> dict[tuple[str, ...], frozenset[str]]:
        """The smallest sets of changes that take down together what no part of them does, with what that is."""
        acting = [change for change in active if change.failures]
        if len(acting) < 2:
            return {}
        key = about, tuple(map(_acting, acting))
        if key not in self._sets:
            [everything] = self._ask([_all(acting)], None)
            alone = frozenset[str]().union(*down.values())
            cis = {ci for ci, state in everything.items() if state == "down"} - alone
            self._sets[key] = self._search(acting, cis, about) if cis else {}
        return self._sets[key]

    def _search(
        self, acting: Sequence[PlannedChange], cis: Set[str], about: str | None
    ) -> dict[tuple[str, ...], frozenset[str]]:
        """The smallest sets for each of these CIs, which all go down with all of the changes and with none alone."""
        found: dict[tuple[str, ...], frozenset[str]] = {}
        for size in range(2, LARGEST_SET + 1):
            if comb(len(acting), size) > MAX_SETS:
                break
            sets = list(combinations(acting, size))
            for chosen, states in zip(sets, self._ask([_all(one) for one in sets], cis), strict=True):
                ids = tuple(change.id for change in chosen)
                parts = (found[pair] for pair in combinations(ids, 2) if pair in found)
                new = frozenset(ci for ci, state in states.items() if state == "down").difference(*parts)
                if new:
                    found[ids] = new
        for ci in sorted(cis - frozenset[str]().union(*found.values())):
            ids = self._enough_for(ci, acting, about)
            found[ids] = found.get(ids, frozenset()) | {ci}
        return found

    def _enough_for(self, ci: str, acting: Sequence[PlannedChange], about: str | None) -> tuple[str, ...]:
        """One set of changes that takes a CI down, of which none can be left out; the one asked about is tried last."""
        kept = list(acting)
        for change in sorted(acting, key=lambda one: (one.id == about, one.id)):
            rest = [other for other in kept if other is not change]
            if self._ask([_all(rest)], {ci})[0].get(ci) == "down":
                kept = rest
        return tuple(change.id for change in kept)


def _acting(change: PlannedChange) -> _Acting:
    return change.id, frozenset(change.failures.items())


def _elementary(within: Span, spans: Iterable[Span]) -> list[Span]:
    """The span, cut wherever one of these begins or ends."""
    at = {within.start_at, within.end_at}
    at.update(edge for span in spans for edge in (span.start_at, span.end_at) if within.start_at < edge < within.end_at)
    edges = sorted(at)
    return [Span(*pair) for pair in pairwise(edges)]


def _flat(groups: Iterable[Iterable[Span]]) -> list[Span]:
    return [span for group in groups for span in group]


def _all(changes: Iterable[PlannedChange]) -> dict[str, Effect]:
    """What fails when all of these are under way; of two effects on a CI, the worse."""
    found: dict[str, Effect] = {}
    for change in changes:
        for ci, effect in change.failures.items():
            if found.get(ci) != "down":
                found[ci] = effect
    return found
