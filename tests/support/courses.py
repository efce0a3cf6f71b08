"""What may become of a few machines: readings that come in any order, and what people say of them; and how it is told.

`COURSES` are for hypothesis; `take_in` lets one happen in the graph; `stood` is the estate as the product tells it, in
the words of `tests.support.ledger`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from cmdb.model.sources import MINUTE_MS
from cmdb.store.driver import Graph
from cmdb.usecases.as_of import show_ci_at
from cmdb.usecases.decisions import Said, make_decision
from cmdb.usecases.inventory import Wanted, find_cis
from cmdb.usecases.manual_values import list_manual_values, set_manual_value, withdraw_manual_value
from cmdb.usecases.relations import relations
from tests.support.estate import send
from tests.support.hosts import START
from tests.support.ledger import Ledger, Machine, Manual
from tests.support.readings import Reading

STEP_MS = 2 * MINUTE_MS
LIMIT = 500
WITH_A_GRAPH = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
"""Each example takes a second: what fails is short enough, and making it shorter takes minutes."""


def _spaced(drawn: Sequence[tuple[Reading, bool]]) -> list[Reading]:
    """The readings two minutes apart; the flag: the machine was installed anew before.

    A new installation keeps the services and packages that it is first read with. What the agent of the former one had
    listed, and what the new one lacks at first and has later, is told without the gap.
    """
    systems: dict[int, int] = {}
    first: dict[int, Reading] = {}
    found: list[Reading] = []
    for number, (reading, is_anew) in enumerate(drawn):
        if is_anew and reading.machine in systems:
            systems[reading.machine] = 2
        system = systems.setdefault(reading.machine, 1)
        if system == 2 and reading.by == "agent":
            kept = first.setdefault(reading.machine, reading)
            states = {section: state for section, state in reading.states.items() if section in _OF_VALUES}
            reading = replace(reading, services=kept.services, packages=kept.packages, states=states)
        found.append(replace(reading, at=START + number * STEP_MS, system=system))
    return found


_OF_VALUES = ("hardware", "operating_system")
SERVICES = st.dictionaries(
    st.sampled_from(["nginx", "postgres", "redis"]), st.sampled_from([None, "1", "2"]), max_size=3
)  # fmt: skip
STATES = st.dictionaries(
    st.sampled_from(["hardware", "operating_system", "services", "packages"]),
    st.sampled_from(["partial", "not_read"]),
    max_size=2,
)
READINGS = st.lists(
    st.tuples(
        st.builds(
            Reading,
            machine=st.integers(1, 2),
            by=st.sampled_from(["agent", "agent", "ssh", "snmp"]),
            at=st.just(0),
            is_proven=st.booleans(),
            is_named=st.booleans(),
            os_version=st.sampled_from("12"),
            vendor=st.sampled_from([None, "ACME", "Emca"]),
            alias=st.sampled_from([None, "uplink"]),
            services=SERVICES,
            packages=st.integers(0, 2),
            states=STATES,
            calls=st.sampled_from([(), (1,), (2,)]),
        ),
        st.integers(0, 5).map(lambda dice: dice == 5),
    ),
    min_size=4,
    max_size=9,
).map(_spaced)


def owners(graph: Graph) -> dict[str, str]:
    """Which machine each scope is today taken to have read."""
    found = graph.ask("MATCH (s:Sighting)-[:IS]->(n:CI) RETURN s.scope AS scope, s.epoch AS epoch, n.id AS ci")
    assert all(one["epoch"] == 0 for one in found)
    return {one["scope"]: one["ci"] for one in found}


def stood(graph: Graph, at: int) -> dict[str, Machine]:
    """The estate as of an instant, as the product tells it."""
    found: dict[str, Machine] = {}
    listed = {ci_type: [one.ci.id for one in find_cis(graph, Wanted(ci_type, at=at), LIMIT, at)]
              for ci_type in ("Server", "ServiceInstance")}  # fmt: skip
    living: list[str] = []
    for ci in listed["Server"]:
        machine = show_ci_at(graph, ci, at)
        assert machine.state == "active"
        around = [(one.type, one.ci) for one in relations(graph, ci, limit=LIMIT, as_of=at).relationships]
        things = {other.title: other.id for verb, other in around if other and verb in ("RUNS_ON", "PART_OF")}
        assert len(things) == sum(verb in ("RUNS_ON", "PART_OF") for verb, _ in around)
        living += [other.id for verb, other in around if other and verb == "RUNS_ON"]
        shown = {title: show_ci_at(graph, other, at) for title, other in things.items()}
        assert {(one.state, one.place.id if one.place else None) for one in shown.values()} <= {("active", ci)}
        found[ci] = Machine(
            values={one.name: one.value for one in machine.values},
            things={title: {one.name: one.value for one in thing.values} for title, thing in shown.items()},
            packages={other.title for verb, other in around if other and verb == "HAS_INSTALLED"},
            uses={
                (title, one.far_end.title)
                for title, other in things.items()
                for one in relations(graph, other, limit=LIMIT, verb="USES", as_of=at).relationships
                if one.far_end
            },
        )
    assert sorted(listed["ServiceInstance"]) == sorted(living)
    return found


def check(graph: Graph, ledger: Ledger, instants: Sequence[int], manual: Sequence[Manual] = ()) -> None:
    """Assert that at each instant the estate is told as the ledger has it under today's partition."""
    of = owners(graph)
    for at in instants:
        told, right = stood(graph, at), ledger.at(at, of, manual)
        everything = told.keys() | right.keys()
        wrong = {ci: (told.get(ci), right.get(ci)) for ci in everything if told.get(ci) != right.get(ci)}
        assert wrong == {}, f"{(at - START) // MINUTE_MS} minutes after the start"


def instants_of(readings: Sequence[Reading]) -> list[int]:
    """Before anything was known, and at each reading."""
    return [START - 1, *(one.at for one in readings)]


def clear(graph: Graph) -> None:
    """An empty graph again, for the next example."""
    graph.tell("MATCH (n) WHERE NOT n:Migration DETACH DELETE n")


def sightings(graph: Graph) -> dict[str, str]:
    """The sightings' keys by their scopes."""
    found = graph.ask("MATCH (s:Sighting) RETURN s.scope AS scope, s.key AS key ORDER BY scope")
    return {one["scope"]: one["key"] for one in found}


@dataclass(frozen=True)
class Course:
    """How readings come: each so many places late, some twice. `by_hand`: after which a person sets a value, for which
    one's machine, and after how many more it ends, by itself or not. `decided`: what a person says at the end."""

    readings: list[Reading]
    delays: list[int]
    twice: set[int]
    by_hand: tuple[int, int, bool] | None
    decided: Literal["nothing", "apart", "together"]

    @property
    def arrivals(self) -> list[Reading]:
        """The readings in the order in which they come."""
        order = sorted(range(len(self.readings)), key=lambda number: number + self.delays[number] * 1.5)
        found = [self.readings[number] for number in order]
        return [one for number, reading in enumerate(found) for one in [reading] * (1 + (number in self.twice))]


def _course(readings: list[Reading]) -> st.SearchStrategy[Course]:
    # What a new installation tells before it is known to have been one hides what the old one told late.
    told = [one for one in readings if one.system == 1]
    count = len(told)
    return st.builds(
        Course,
        st.just(told),
        st.lists(st.sampled_from([0, 0, 1, 3]), min_size=count, max_size=count),
        st.sets(st.integers(0, count - 1), max_size=2),
        st.none() | st.tuples(st.integers(0, count - 1), st.integers(1, 3), st.booleans()),
        st.sampled_from(["nothing", "apart", "together"]),
    )


def take_in(graph: Graph, course: Course) -> tuple[list[Manual], int]:
    """Let all of it happen; the values that were set, and the instant at which it is over."""
    manual: list[Manual] = []
    now = START
    for number, reading in enumerate(course.arrivals):
        now = max(now + 1, reading.at)
        send(graph, reading.document(now), now)
        if course.by_hand is None:
            continue
        first, lasting, is_expiring = course.by_hand
        now += 1
        if number == first:
            ends_at = now + lasting * STEP_MS if is_expiring else None
            ci = owners(graph)[reading.scope]
            set_manual_value(graph, ci, "vendor", "by hand", "for a reason", ends_at, "someone", now)
            anchor = list_manual_values(graph, ci, now).values[0].value.anchor
            scope = next(scope for scope, key in sightings(graph).items() if key == anchor)
            manual.append(Manual(scope, "vendor", "by hand", now, ends_at))
        elif manual and number == first + lasting and not is_expiring:
            withdraw_manual_value(graph, owners(graph)[manual[0].scope], "vendor", "someone", now)
            manual = [replace(manual[0], end=now)]
    return manual, now


def _machine(scope: str) -> str:
    return scope.rsplit("|", 1)[1].split("-")[1]


def decide(graph: Graph, kind: Literal["apart", "together"], now: int) -> bool:
    """Let a person say that two scopes of one machine are one thing or two, where it is the other way; whether so."""
    of, keys = owners(graph), sightings(graph)
    for one, other in combinations(sorted(of), 2):
        is_same_machine, is_one = _machine(one) == _machine(other), of[one] == of[other]
        if is_one if kind == "apart" else is_same_machine and not is_one:
            said = Said("separate" if kind == "apart" else "join", sightings=(keys[one], keys[other]), reason="seen")
            if kind == "apart":
                said = replace(said, sightings=(keys[other],), apart_from=(keys[one],))
            make_decision(graph, said, "someone", now)
            return True
    return False


COURSES = READINGS.flatmap(_course)
